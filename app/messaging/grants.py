"""The ledger of subscriptions: what a person allowed, counted from WeChat's own events, never from a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, or_, select, update
from sqlalchemy.orm import Session

from app.messaging.purposes import MP_SUBSCRIBE
from app.messaging.tables import Grant, Template
from app.patients.tables import WechatIdentity


def note_popup(session: Session, identity_id: str, answers: Mapping[str, str], now: datetime) -> None:
    """The person answered a popup: {template id: accept or reject}. Each accept of a one-time one adds up."""
    lasting = _long_term(session, answers)
    for template_id, answer in answers.items():
        row = _row(session, identity_id, template_id, now)
        row.long_term = template_id in lasting
        row.updated_at = now
        if answer == "accept":
            row.credits = 1 if row.long_term else row.credits + 1
            row.refused_at = None
        else:
            row.credits, row.refused_at = 0, now
    session.flush()


def note_change(session: Session, identity_id: str, answers: Mapping[str, str], now: datetime) -> None:
    """The person switched templates off, or on again, in the settings.

    On again, a lasting subscription stands as before; a one-time one earns its sends by popups only.
    """
    lasting = _long_term(session, answers)
    for template_id, answer in answers.items():
        if answer != "accept":
            refuse(session, identity_id, template_id, now)
            continue
        row = _row(session, identity_id, template_id, now)
        row.long_term = template_id in lasting
        row.credits = 1 if row.long_term else row.credits
        row.refused_at, row.updated_at = None, now
    session.flush()


def refuse(session: Session, identity_id: str, template_id: str, now: datetime) -> None:
    """WeChat said 43101, or the person switched it off: this template no longer reaches them."""
    row = _row(session, identity_id, template_id, now)
    row.credits, row.refused_at, row.updated_at = 0, now, now
    session.flush()


def spend(session: Session, identity_id: str, template_id: str, called_at: datetime, now: datetime) -> None:
    """WeChat took one subscription message: a one-time credit is used up, a lasting consent is proved.

    What the person refused since `called_at` stands.
    """
    used_up = and_(Grant.long_term.is_(False), Grant.credits > 0)
    allowed_again = and_(Grant.long_term, Grant.refused_at < called_at)
    session.execute(
        update(Grant)
        .where(
            Grant.identity_id == identity_id,
            Grant.wechat_template_id == template_id,
            or_(used_up, allowed_again),
        )
        .values(credits=case((Grant.long_term, 1), else_=Grant.credits - 1), refused_at=None, updated_at=now)
        .execution_options(synchronize_session="fetch")
    )


def askable(session: Session, purposes: Iterable[str]) -> Sequence[str]:
    """WeChat's ids of the mini-program templates that a person may allow for good, for these purposes."""
    for_good = _in_use().where(Template.purpose.in_(list(purposes)), Template.long_term)
    return session.scalars(for_good.order_by(Template.purpose)).all()


def askable_for(session: Session, purpose: str) -> Sequence[str]:
    """The same for one purpose, allowed for good or for once: WeChat takes no popup that mixes the two."""
    return session.scalars(_in_use().where(Template.purpose == purpose)).all()


def _in_use() -> Select[str]:
    return select(Template.wechat_template_id).where(Template.lane == MP_SUBSCRIBE, Template.active)


@dataclass(frozen=True)
class Asked:
    """One template of the mini-program and what this person said to it."""

    template_id: str
    purpose: str
    title: str
    long_term: bool
    state: str
    """allowed, refused, or unasked (also when what was allowed is used up)."""
    left: int


def asked_of(session: Session, identity_id: str) -> Sequence[Asked]:
    """Every template in use with this person's word on it, those for good first."""
    rows = session.execute(
        select(Template, Grant)
        .join(
            Grant,
            and_(Grant.wechat_template_id == Template.wechat_template_id, Grant.identity_id == identity_id),
            isouter=True,
        )
        .where(Template.lane == MP_SUBSCRIBE, Template.active)
        .order_by(Template.long_term.desc(), Template.purpose)
    )
    return [_asked(template, grant) for template, grant in rows]


def _asked(template: Template, grant: Grant | None) -> Asked:
    left = grant.credits if grant else 0
    refused = grant is not None and grant.refused_at is not None
    state = "allowed" if left else ("refused" if refused else "unasked")
    return Asked(
        template.wechat_template_id, template.purpose, template.title, template.long_term, state, left
    )


def allows(session: Session, patient_id: str, purpose: str) -> bool:
    """Whether any of the patient's WeChats allows mini-program messages for this purpose."""
    found = session.scalar(
        select(Grant.id)
        .join(WechatIdentity, WechatIdentity.id == Grant.identity_id)
        .join(Template, Template.wechat_template_id == Grant.wechat_template_id)
        .where(
            WechatIdentity.patient_id == patient_id,
            Template.lane == MP_SUBSCRIBE,
            Template.purpose == purpose,
            Grant.credits > 0,
        )
        .limit(1)
    )
    return found is not None


def _row(session: Session, identity_id: str, template_id: str, now: datetime) -> Grant:
    row = session.scalars(
        select(Grant).where(Grant.identity_id == identity_id, Grant.wechat_template_id == template_id)
    ).one_or_none()
    if row is None:
        row = Grant(identity_id=identity_id, wechat_template_id=template_id, credits=0, updated_at=now)
        session.add(row)
    return row


def _long_term(session: Session, template_ids: Iterable[str]) -> set[str]:
    found = session.scalars(
        select(Template.wechat_template_id).where(
            Template.wechat_template_id.in_(list(template_ids)), Template.long_term
        )
    )
    return set(found)
