"""What is known about reaching the people of a batch of messages: a few queries for all of them.

The rule in rules/channel.py judges it; WeChat's own answers keep it true.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.messaging.purposes import template_of
from app.messaging.rules.channel import MP_SUBSCRIBE, OA_TEMPLATE, Reach
from app.messaging.rules.refusal import still_stands
from app.messaging.rules.retry import Next, mended_by
from app.messaging.tables import Attempt, Grant, Message, ReplyWindow, Template
from app.messaging.windows import window_of
from app.patients.consent_texts import REMINDERS
from app.patients.tables import Consent, Patient, WechatIdentity
from app.staff.tables import Account
from app.wechat.errcodes import kind_of


@dataclass(frozen=True)
class Facts:
    """One message's recipient, as far as we know."""

    reach: Reach
    oa: WechatIdentity | None
    mp: WechatIdentity | None
    template: Template | None
    """The service account's template for the purpose."""
    subscription: Template | None
    """The mini-program's subscription template for the purpose."""
    patient: Patient | None
    closed: frozenset[str]
    """Lanes that have refused this very message."""
    set_aside: Mapping[str, datetime]
    """{lane that is broken for everybody: when it may work again}, as this very message has found."""


def facts_of(session: Session, messages: Sequence[Message], now: datetime) -> Mapping[str, Facts]:
    """{message id: facts} for a batch; the number of queries does not grow with it."""
    book = _Book(session, messages, now)
    return {message.id: book.of(message) for message in messages}


class _Book:
    """Everything that a batch needs to know, read at once."""

    def __init__(self, session: Session, messages: Sequence[Message], now: datetime) -> None:
        self._now = now
        patients = {message.patient_id for message in messages if message.patient_id}
        self._patients = {
            row.id: row for row in session.scalars(select(Patient).where(Patient.id.in_(patients)))
        }
        self._agreed = set(
            session.scalars(
                select(Consent.patient_id).where(
                    Consent.patient_id.in_(patients),
                    Consent.purpose == REMINDERS,
                    Consent.withdrawn_at.is_(None),
                )
            )
        )
        staff = {message.staff_id for message in messages if message.staff_id}
        self._staff = {row.id: row for row in session.scalars(select(Account).where(Account.id.in_(staff)))}
        ids = self._read_identities(session, messages, patients)
        self._windows = {
            row.identity_id: row
            for row in session.scalars(select(ReplyWindow).where(ReplyWindow.identity_id.in_(ids)))
        }
        self._grants = {
            (row.identity_id, row.wechat_template_id): row
            for row in session.scalars(select(Grant).where(Grant.identity_id.in_(ids)))
        }
        self._templates = {
            (row.lane, row.purpose): row for row in session.scalars(select(Template).where(Template.active))
        }
        self._cards = _cards_today(session, patients, now)
        tried = [message.id for message in messages if message.attempts]
        self._closed = _closed_lanes(session, tried)
        self._set_aside = _set_aside_lanes(session, tried, now)

    def _read_identities(self, session: Session, messages: Sequence[Message], patients: set[str]) -> set[str]:
        named = {message.identity_id for message in messages if message.identity_id}
        openids = {account.oa_openid for account in self._staff.values() if account.oa_openid}
        found = session.scalars(
            select(WechatIdentity).where(
                or_(
                    WechatIdentity.patient_id.in_(patients),
                    WechatIdentity.id.in_(named),
                    WechatIdentity.openid.in_(openids),
                )
            )
        ).all()
        self._by_patient = _grouped(found, lambda each: each.patient_id)
        self._by_openid = _grouped(found, lambda each: each.openid)
        self._by_identity = _grouped(found, lambda each: each.id)
        return {each.id for each in found}

    def of(self, message: Message) -> Facts:
        oa, mp = self._identity(message, "oa"), self._identity(message, "mp")
        purpose = template_of(message.purpose)
        template = self._templates.get((OA_TEMPLATE, purpose))
        subscription = self._templates.get((MP_SUBSCRIBE, purpose))
        patient = self._patients.get(message.patient_id or "")
        return Facts(
            reach=self._reach(message, oa, mp, template, subscription, patient),
            oa=oa,
            mp=mp,
            template=template,
            subscription=subscription,
            patient=patient,
            closed=frozenset(self._closed.get(message.id, ())),
            set_aside=self._set_aside.get(message.id, {}),
        )

    def _reach(
        self,
        message: Message,
        oa: WechatIdentity | None,
        mp: WechatIdentity | None,
        template: Template | None,
        subscription: Template | None,
        patient: Patient | None,
    ) -> Reach:
        row = self._windows.get(oa.id) if oa else None
        refused = self._grant(oa, template)
        granted = self._grant(mp, subscription)
        return Reach(
            following=oa is not None and oa.following,
            template_ready=template is not None,
            template_blocked=refused is not None
            and still_stands(refused.refused_at, oa.followed_at if oa else None, self._now),
            cards_today=self._cards.get((message.patient_id or "", message.purpose), 0),
            window=window_of(row) if row else None,
            in_mini_program=mp is not None,
            subscription_ready=subscription is not None,
            long_term=granted is not None
            and granted.long_term
            and (granted.credits > 0 or not still_stands(granted.refused_at, None, self._now)),
            credits=granted.credits if granted is not None and not granted.long_term else 0,
            consented=patient is None or patient.id in self._agreed,
        )

    def _grant(self, identity: WechatIdentity | None, template: Template | None) -> Grant | None:
        if identity is None or template is None:
            return None
        return self._grants.get((identity.id, template.wechat_template_id))

    def _identity(self, message: Message, kind: str) -> WechatIdentity | None:
        """The recipient's identity in one account: a following one first, then the newest."""
        theirs = (each for each in self._theirs(message) if each.app_kind == kind)
        return max(theirs, key=lambda each: (each.following, each.created_at), default=None)

    def _theirs(self, message: Message) -> Sequence[WechatIdentity]:
        if message.patient_id:
            return self._by_patient[message.patient_id]
        if message.staff_id:
            account = self._staff.get(message.staff_id)
            return self._by_openid[account.oa_openid or ""] if account else ()
        return self._by_identity[message.identity_id or ""]


def _grouped(
    found: Sequence[WechatIdentity], key: Callable[[WechatIdentity], str | None]
) -> Mapping[str, list[WechatIdentity]]:
    groups: dict[str, list[WechatIdentity]] = defaultdict(list)
    for each in found:
        if name := key(each):
            groups[name].append(each)
    return groups


def _cards_today(session: Session, patients: set[str], now: datetime) -> dict[tuple[str, str], int]:
    """{(patient, purpose): template cards that went, or are on their way, on the hospital's day of `now`}.

    One that WeChat did not deliver told the patient nothing, even taken back meanwhile.
    """
    midnight = datetime.combine(clock.day_of(now), time(), clock.zone())
    rows = session.execute(
        select(Message.patient_id, Message.purpose, func.count())
        .where(
            Message.patient_id.in_(patients),
            Message.lane == OA_TEMPLATE,
            Message.state.not_in(("refused", "failed", "cancelled")),
            or_(Message.sent_at >= midnight, Message.state == "sending"),
            or_(Message.sent_at < midnight + timedelta(days=1), Message.sent_at.is_(None)),
        )
        .group_by(Message.patient_id, Message.purpose)
    )
    return {(patient or "", purpose): count for patient, purpose, count in rows}


def _closed_lanes(session: Session, ids: Sequence[str]) -> Mapping[str, set[str]]:
    closed: dict[str, set[str]] = defaultdict(set)
    rows = session.execute(
        select(Attempt.message_id, Attempt.lane).where(
            Attempt.message_id.in_(ids), Attempt.outcome == Next.NEXT_LANE.value
        )
    )
    for message_id, lane in rows:
        closed[message_id].add(lane)
    return closed


def _set_aside_lanes(
    session: Session, ids: Sequence[str], now: datetime
) -> Mapping[str, Mapping[str, datetime]]:
    aside: dict[str, dict[str, datetime]] = defaultdict(dict)
    rows = session.execute(
        select(Attempt.message_id, Attempt.lane, Attempt.errcode, Attempt.ended_at)
        .where(Attempt.message_id.in_(ids), Attempt.outcome == Next.SET_ASIDE.value)
        .order_by(Attempt.id)
    )
    for message_id, lane, errcode, ended_at in rows:
        if errcode and ended_at and (until := mended_by(kind_of(errcode), ended_at)) > now:
            aside[message_id][lane] = until
    return aside
