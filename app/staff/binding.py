"""A member of staff's own WeChat: bound by scanning a QR, so that alerts and tests find the person."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core import clock
from app.staff.tables import Account

PREFIX = "staff."
GOOD_FOR = timedelta(days=1)
"""How long WeChat shows the QR; the scene itself is good on its day and the next."""


def scene_of(account_id: str, secret: str, now: datetime) -> str:
    """What the QR carries: staff.<account>.<day>.<proof>, at most 64 characters; good for two days."""
    day = clock.day_of(now).strftime("%Y%m%d")
    return f"{PREFIX}{account_id}.{day}.{_proof(account_id, day, secret)}"


def bind(session: Session, scene: str, openid: str, secret: str, now: datetime) -> Account | None:
    """Bind the scanning WeChat to the account of the scene; nobody when the scene is forged or old."""
    parts = scene.removeprefix(PREFIX).split(".")
    if len(parts) != 3 or not hmac.compare_digest(
        parts[2].encode(), _proof(parts[0], parts[1], secret).encode()
    ):
        return None
    if parts[1] not in _days(now):
        return None
    account = session.get(Account, parts[0])
    if account is None or not account.active:
        return None
    # One WeChat, one account: a phone that changes hands must not read two people's alerts.
    session.execute(
        update(Account).where(Account.oa_openid == openid, Account.id != account.id).values(oa_openid=None)
    )
    account.oa_openid = openid
    record_change(session, Actor("staff", account.id), "account", account.id, "wechat_bound", now)
    return account


def unbind(session: Session, actor: Actor, account_id: str, now: datetime) -> None:
    """Let go of the WeChat, lost or given away: nothing is sent there any more."""
    account = session.get_one(Account, account_id)
    if account.oa_openid is not None:
        account.oa_openid = None
        record_change(session, actor, "account", account_id, "wechat_unbound", now)


def openid_of(session: Session, account_id: str) -> str | None:
    """The bound WeChat of an account, if any."""
    return session.scalar(select(Account.oa_openid).where(Account.id == account_id))


def _days(now: datetime) -> set[str]:
    return {clock.day_of(now - timedelta(days=back)).strftime("%Y%m%d") for back in (0, 1)}


def _proof(account_id: str, day: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"bind {account_id} {day}".encode(), hashlib.sha256).hexdigest()[:12]
