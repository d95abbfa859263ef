"""Members of staff, their shifts and browsers, with only what a test is about spelled out."""

from datetime import datetime, timedelta
from functools import cache

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.core.ids import new_id
from app.http.staff_auth import STAFF_COOKIE
from app.staff import sessions
from app.staff.passwords import hash_password
from app.staff.tables import Account, Shift
from app.wiring import Outside
from tests.conftest import NOW

PASSWORD = "correct horse battery"


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def make_account(session: Session, *, role: str = "nurse", name: str = "李敏", **more: object) -> Account:
    """An active account that signs in with PASSWORD."""
    account_id = new_id()
    account = Account(
        **{
            "id": account_id,
            "login": f"{role}-{account_id}",
            "name": name,
            "role": role,
            "password_hash": _password_hash(),
            "created_at": NOW,
            **more,
        }
    )
    session.add(account)
    session.flush()
    return account


def make_shift(
    session: Session, account_id: str, *, starts_at: datetime, hours: float = 8, **more: object
) -> Shift:
    """A shift of `hours` from `starts_at` on."""
    shift = Shift(
        account_id=account_id, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **more
    )
    session.add(shift)
    session.flush()
    return shift


def signed_in(
    client: FlaskClient, outside: Outside, *, role: str = "nurse", name: str = "李敏", **more: object
) -> Account:
    """Let `client` be the browser of a new account of this role, signed in to the console."""
    with transaction(outside.sessions) as session:
        account = make_account(session, role=role, name=name, **more)
        sign_in_as(client, session, account)
    return account


def sign_in_as(client: FlaskClient, session: Session, account: Account) -> None:
    """Let `client` be the browser of this account."""
    client.set_cookie(STAFF_COOKIE, sessions.open_session(session, account.id, clock.machine()))
