"""Accounts of the people who work here: made, signed in to, given a new password, ended."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict, Invalid, NotFound, Unauthenticated
from app.core.ids import token_hash
from app.staff import sessions
from app.staff.passwords import hash_password, is_outdated, matches
from app.staff.rules.new_passwords import check_password
from app.staff.rules.permissions import ROLES
from app.staff.tables import Account

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")


def sign_in(session: Session, login: str, password: str, now: datetime) -> str | None:
    """A token for the cookie; None when login and password do not fit.

    The refusal is an answer, not an error: the wrong try is written down, and an error would roll that
    back. The caller says `refusal()` after the transaction: the same words whatever the reason, so that
    nobody learns which logins exist. How often one may try is the door's to count. `now` is the
    machine's time.
    """
    account = _by_login(session, login)
    fits = matches(account.password_hash if account else None, password)
    if account is None or not account.active:
        return None
    if not fits:
        record_change(session, _self(account), "account", account.id, "sign_in_refused", now)
        return None
    if is_outdated(account.password_hash):
        account.password_hash = hash_password(password)
    record_change(session, _self(account), "account", account.id, "signed_in", now)
    return sessions.open_session(session, account.id, now)


def guessed(session: Session, login: str) -> str:
    """What is guessed at by trying this login: another thing once the password is another."""
    account = _by_login(session, login)
    return token_hash(f"{login.strip().casefold()} {account.password_hash if account else ''}")


def refusal() -> Unauthenticated:
    """What is said to every refused sign-in."""
    return Unauthenticated("登录名或密码不对。忘记密码请找管理员重设。", code="sign_in_refused")


def create(
    session: Session, actor: Actor, login: str, name: str, role: str, password: str, now: datetime
) -> Account:
    """Make an account. Raises Invalid naming the field, Conflict when the login is taken."""
    login, name = login.strip().casefold(), name.strip()
    if not _LOGIN.fullmatch(login):
        raise Invalid(
            "登录名用 3 到 32 个小写字母、数字、点或横线，以字母开头。", code="login_shape", field="login"
        )
    if not 1 <= len(name) <= 32:
        raise Invalid("请填写姓名，最多 32 个字。", code="name_shape", field="name")
    if role not in ROLES:
        raise Invalid("请选择岗位。", code="role_unknown", field="role")
    check_password(password, login)
    if session.scalar(select(Account.id).where(Account.login == login)):
        raise Conflict("这个登录名已经有人用了，请换一个。", code="login_taken", field="login")
    account = Account(
        login=login, name=name, role=role, password_hash=hash_password(password), created_at=now
    )
    session.add(account)
    session.flush()
    record_change(session, actor, "account", account.id, "created", now, role=role)
    return account


def deactivate(session: Session, actor: Actor, account_id: str, now: datetime) -> Account:
    """End an account and everything it is signed in to. Raises Conflict for one's own account."""
    account = find(session, account_id)
    if account.id == actor.id:
        raise Conflict("不能停用自己的账号，请让另一位管理员来做。", code="own_account")
    if account.active:
        account.active = False
        sessions.revoke_all(session, account.id, now)
        record_change(session, actor, "account", account.id, "deactivated", now)
    return account


def reactivate(session: Session, actor: Actor, account_id: str, now: datetime) -> Account:
    """Let an ended account sign in again."""
    account = find(session, account_id)
    if not account.active:
        account.active = True
        record_change(session, actor, "account", account.id, "reactivated", now)
    return account


def reset_password(session: Session, actor: Actor, account_id: str, password: str, now: datetime) -> Account:
    """Set a new password and end the account's sessions; wrong tries at the old one count no more."""
    account = find(session, account_id)
    account.password_hash = hash_password(check_password(password, account.login))
    sessions.revoke_all(session, account.id, now)
    record_change(session, actor, "account", account.id, "password_reset", now)
    return account


def find(session: Session, account_id: str) -> Account:
    """The account. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("没有这个账号。", code="account_unknown")
    return account


def _by_login(session: Session, login: str) -> Account | None:
    return session.scalar(select(Account).where(Account.login == login.strip().casefold()))


def _self(account: Account) -> Actor:
    return Actor("staff", account.id)
