"""Who has a tag, and what is known of whether a health tip may and can reach them, then and now."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.education.rules.audience import Audience, Candidate, choose
from app.education.tables import Broadcast, Recipient
from app.patients.consent_texts import HEALTH_DATA, HEALTH_EDUCATION
from app.patients.tables import Consent, Patient, WechatIdentity
from app.risk.tables import PatientTag

WENT_OUT = ("sending", "sent", "finished", "unknown")
"""Broadcasts whose message a follower has received, or may have."""


def audience_of(session: Session, tag: str, now: datetime) -> Audience:
    """Everybody with the tag, sorted into reached and left out; a person's followed account counts."""
    rows = session.execute(
        select(*_facts(now))
        .select_from(Patient)
        .join(PatientTag, PatientTag.patient_id == Patient.id)
        .outerjoin(
            WechatIdentity, (WechatIdentity.patient_id == Patient.id) & (WechatIdentity.app_kind == "oa")
        )
        .where(PatientTag.tag == tag, _live(now))
        .order_by(Patient.id, WechatIdentity.following.desc(), WechatIdentity.id)
    )
    first: dict[str, Candidate] = {}
    for candidate in _candidates(rows):
        first.setdefault(candidate.patient_id, candidate)
    return choose(list(first.values()))


def recipients_now(
    session: Session, broadcast_id: str, which: ColumnElement[bool], now: datetime, limit: int | None = None
) -> Sequence[Candidate]:
    """The same facts about recipients chosen earlier: meanwhile people change their mind."""
    rows = session.execute(
        select(*_facts(now, apart_from=broadcast_id))
        .select_from(Recipient)
        .join(Patient, Patient.id == Recipient.patient_id)
        .join(WechatIdentity, WechatIdentity.id == Recipient.identity_id)
        .where(Recipient.broadcast_id == broadcast_id, Recipient.left_out.is_(None), which)
        .order_by(Recipient.identity_id)
        .limit(limit)
    )
    return list(_candidates(rows))


def tags_in_use(session: Session, now: datetime) -> list[tuple[str, int]]:
    """Every tag that somebody carries now, with how many."""
    rows = session.execute(
        select(PatientTag.tag, func.count(PatientTag.patient_id.distinct()))
        .where(_live(now))
        .group_by(PatientTag.tag)
        .order_by(PatientTag.tag)
    )
    return [(tag, count) for tag, count in rows]


def carried(session: Session, tag: str, now: datetime) -> bool:
    """Whether anybody carries this tag now."""
    found = select(PatientTag.id).where(PatientTag.tag == tag, _live(now)).limit(1)
    return session.scalar(found) is not None


def _live(now: datetime) -> ColumnElement[bool]:
    return (PatientTag.until_at.is_(None)) | (PatientTag.until_at > now)


def _facts(now: datetime, apart_from: str = "") -> Sequence[Any]:
    """Columns (patient, identity, status, agreed, following, received this month, withdrawn).

    Broadcast `apart_from` does not count as received.
    """
    agreed = _gave(HEALTH_EDUCATION, Consent.withdrawn_at.is_(None))
    withdrawn = _gave(HEALTH_DATA) & ~_gave(HEALTH_DATA, Consent.withdrawn_at.is_(None))
    received = (
        select(func.count())
        .select_from(Recipient)
        .join(Broadcast, Broadcast.id == Recipient.broadcast_id)
        .where(
            Recipient.identity_id == WechatIdentity.id,
            Recipient.left_out.is_(None),
            Broadcast.id != apart_from,
            Broadcast.state.in_(WENT_OUT),
            func.coalesce(Broadcast.sent_at, Broadcast.approved_at) >= _month_start(now),
        )
        .correlate(WechatIdentity)
        .scalar_subquery()
    )
    who = (Patient.id, WechatIdentity.id, Patient.status)
    return (*who, agreed, WechatIdentity.following, received, withdrawn)


def _gave(purpose: str, *how: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Consent.patient_id == Patient.id, Consent.purpose == purpose, *how)


def _candidates(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[Candidate]:
    for patient_id, identity_id, status, agreed, following, received, withdrawn in rows:
        yield Candidate(
            patient_id,
            identity_id,
            status == "active",
            bool(agreed),
            bool(following),
            received or 0,
            bool(withdrawn),
        )


def _month_start(now: datetime) -> datetime:
    # WeChat counts months in Beijing; the hospital's zone is China's unless it says otherwise.
    return now.astimezone(clock.CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
