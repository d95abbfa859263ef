"""WeChat identities: one row per openid, joined across the hospital's accounts by unionid, in either order.

A known unionid is never overwritten with nothing, and a person found through one account is found
through all of them.
"""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.errors import Forbidden
from app.core.events import publish
from app.core.masks import show_name
from app.patients.events import CardScanned, Followed
from app.patients.tables import Card, Patient, WechatIdentity
from app.wechat.client import Login

log = structlog.get_logger(__name__)

SERVICE_ACCOUNT = "oa"


def note_login(session: Session, app_id: str, app_kind: str, login: Login, now: datetime) -> WechatIdentity:
    """Somebody opened the mini-program (mp) or a page of the service account (oa).

    Raises Forbidden for WeChat's snapshot mode: its openid belongs to nobody.
    """
    if login.snapshot:
        raise Forbidden(
            "现在看到的是微信快照页，不能办理。请点页面右下角的“使用完整服务”，再打开一次。",
            code="snapshot_user",
        )
    return _meet(session, app_id, app_kind, login.openid, login.unionid, now)


def note_follow(
    session: Session,
    app_id: str,
    openid: str,
    unionid: str | None,
    scene: str | None,
    now: datetime,
    *,
    at: datetime | None = None,
) -> WechatIdentity:
    """Somebody follows the service account, or a follower scanned a card (`scene`); `at` an earlier time
    when we hear of it late.

    Publishes CardScanned when a known follower scanned, Followed otherwise. Heard of after they have left,
    it changes nothing; after they have followed anew, it takes no newer card away.
    """
    identity = _meet(session, app_id, SERVICE_ACCOUNT, openid, unionid, now)
    when = at or now
    if not identity.following and identity.unfollowed_at is not None and when < identity.unfollowed_at:
        return identity
    card = _card_of(session, scene)
    newer_known = identity.followed_at is not None and when < identity.followed_at
    if card is not None and card.status == "issued" and not (newer_known and identity.pending_card_id):
        for each in relatives_of(session, identity):
            each.pending_card_id = card.id
    if identity.following and card is not None:
        publish(session, CardScanned(identity.id, card.id, now))
        return identity
    if not identity.following:
        identity.following, identity.followed_at, identity.unfollowed_at = True, when, None
    session.flush()
    publish(session, Followed(identity.id, card.id if card else None, now))
    return identity


def note_begun(identity: WechatIdentity, at: datetime) -> None:
    """A follower began to follow `at` that time, though we have not heard that they had left."""
    if identity.following and (identity.followed_at is None or identity.followed_at < at):
        identity.followed_at = at


def note_unfollow(session: Session, app_id: str, openid: str, at: datetime) -> None:
    """Somebody left the service account; the medical record stays, the channel is gone.

    Heard of after they have come back, it changes nothing.
    """
    identity = by_openid(session, app_id, openid)
    if identity is None or not identity.following:
        return
    if identity.followed_at is None or identity.followed_at <= at:
        identity.following, identity.unfollowed_at = False, at


def note_heard(
    session: Session, app_id: str, openid: str, unionid: str | None, now: datetime, *, at: datetime
) -> WechatIdentity:
    """Whoever wrote to the service account, or pressed its menu, followed it `at` that time.

    We may not have heard of the following yet; who has left since then has left.
    """
    identity = _meet(session, app_id, SERVICE_ACCOUNT, openid, unionid, now)
    left = identity.unfollowed_at
    if not identity.following and (left is None or left <= at):
        identity.following, identity.followed_at, identity.unfollowed_at = True, at, None
    return identity


def note_checked(
    session: Session, app_id: str, openid: str, unionid: str | None, following: bool, now: datetime
) -> WechatIdentity:
    """What user/info told of a follower: sweeps and callbacks fill in the unionid through this."""
    identity = _meet(session, app_id, SERVICE_ACCOUNT, openid, unionid, now)
    if following and not identity.following:
        identity.following, identity.followed_at, identity.unfollowed_at = True, now, None
    elif not following and identity.following:
        identity.following, identity.unfollowed_at = False, now
    identity.checked_at = now
    return identity


def hold_card(session: Session, identity_id: str, card_id: str) -> None:
    """Remember the card whose code this person typed, as if its QR had been scanned."""
    for each in relatives_of(session, session.get_one(WechatIdentity, identity_id)):
        each.pending_card_id = card_id


def by_openid(session: Session, app_id: str, openid: str) -> WechatIdentity | None:
    """The identity of an openid, where we have met it."""
    return session.scalar(
        select(WechatIdentity).where(WechatIdentity.app_id == app_id, WechatIdentity.openid == openid)
    )


def followers_known(session: Session, app_id: str) -> dict[str, datetime | None]:
    """{openid: when WeChat was last asked about it, if ever} of those who follow, as far as we know."""
    rows = session.execute(
        select(WechatIdentity.openid, WechatIdentity.checked_at).where(
            WechatIdentity.app_id == app_id, WechatIdentity.following
        )
    )
    return {openid: checked_at for openid, checked_at in rows}


def find(session: Session, identity_id: str) -> WechatIdentity:
    """The identity of a live session."""
    return session.get_one(WechatIdentity, identity_id)


def are_one_person(one: WechatIdentity, other: WechatIdentity) -> bool:
    """Whether two identities are known to be one person: the same WeChat or one file."""
    one_file = one.patient_id is not None and one.patient_id == other.patient_id
    return one.id == other.id or one_file or (one.unionid is not None and one.unionid == other.unionid)


def may_be_one_person(one: WechatIdentity, other: WechatIdentity) -> bool:
    """Whether they are, or may well be.

    WeChat's silent login of the service account tells no unionid: a newcomer met there only, of whom
    nothing is kept yet, may be anybody of the other account.
    """
    if are_one_person(one, other):
        return True
    strangers = bool(one.unionid and other.unionid)
    return not strangers and one.patient_id is None and one.app_id != other.app_id


def masked_name(session: Session, identity: WechatIdentity) -> str:
    """王**, for a screen that a stranger may hold; words for somebody without a card."""
    patient = session.get(Patient, identity.patient_id) if identity.patient_id else None
    return show_name(patient.name) if patient else "没开过卡的微信"


def relatives_of(session: Session, identity: WechatIdentity) -> list[WechatIdentity]:
    """The identities of the same person in the hospital's other accounts, and this one."""
    if identity.unionid is None:
        return [identity]
    found = session.scalars(select(WechatIdentity).where(WechatIdentity.unionid == identity.unionid)).all()
    return list(found) if identity in found else [identity, *found]


def _meet(
    session: Session, app_id: str, app_kind: str, openid: str, unionid: str | None, now: datetime
) -> WechatIdentity:
    identity = by_openid(session, app_id, openid) or _add(session, app_id, app_kind, openid, now)
    if unionid and identity.unionid != unionid:
        identity.unionid = unionid
        session.flush()
    _join(session, identity)
    return identity


def _add(session: Session, app_id: str, app_kind: str, openid: str, now: datetime) -> WechatIdentity:
    identity = WechatIdentity(app_id=app_id, app_kind=app_kind, openid=openid, created_at=now)
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError:
        # The same person came through two doors at once; the other door was faster.
        found = by_openid(session, app_id, openid)
        if found is None:
            raise
        return found
    return identity


def _join(session: Session, identity: WechatIdentity) -> None:
    """Let all identities of one unionid know the same patient, and a new one the card just scanned."""
    relatives = relatives_of(session, identity)
    if identity.pending_card_id is None:
        identity.pending_card_id = next((r.pending_card_id for r in relatives if r.pending_card_id), None)
    patients = {each.patient_id for each in relatives if each.patient_id}
    if len(patients) > 1:
        # Two records for one person: staff merge them; guessing here would mix two histories.
        log.warning("identity.two_patients", identity_id=identity.id)
        return
    for each in relatives:
        each.patient_id = next(iter(patients), None)


def _card_of(session: Session, scene: str | None) -> Card | None:
    if not scene or not scene.startswith("card."):
        return None
    return session.scalar(select(Card).where(Card.scene == scene))
