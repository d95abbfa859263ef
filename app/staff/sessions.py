"""Signed-in staff: opened, found by token, ended by idleness, by sign-out or by an administrator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.ids import new_token, token_hash
from app.staff.tables import Account, StaffSession

WORKING_DAY = timedelta(hours=12)
IDLE = timedelta(hours=2)
NOTE_SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in."""

    id: str
    name: str
    role: str
    session_id: str
    seen_at: datetime


def open_session(session: Session, account_id: str, now: datetime) -> str:
    """Start a session; the token for the cookie."""
    token = new_token()
    session.add(
        StaffSession(
            account_id=account_id,
            token_hash=token_hash(token),
            created_at=now,
            seen_at=now,
            ends_at=now + WORKING_DAY,
            revoked_at=None,
        )
    )
    return token


def who_is(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whose session the token opens; nobody's when it has ended, idled out or was revoked."""
    row = session.execute(
        select(Account.id, Account.name, Account.role, StaffSession.id, StaffSession.seen_at)
        .join(StaffSession, StaffSession.account_id == Account.id)
        .where(
            StaffSession.token_hash == token_hash(token),
            StaffSession.revoked_at.is_(None),
            StaffSession.ends_at > now,
            StaffSession.seen_at > now - IDLE,
            Account.active,
        )
    ).one_or_none()
    return SignedIn(*row) if row else None


def note_seen(session: Session, session_id: str, now: datetime) -> None:
    """Keep the session from idling out."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def revoke(session: Session, session_id: str, now: datetime) -> None:
    """End one session at once."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all(session: Session, account_id: str, now: datetime) -> None:
    """End every session of an account at once."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.account_id == account_id, StaffSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )
