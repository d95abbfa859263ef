"""Screens about staff: the list, names for ids, choices for a select."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.staff.rules.permissions import ROLES
from app.staff.tables import Account


def everybody(session: Session) -> Sequence[Account]:
    """All accounts, those who may sign in first, then by role and name."""
    return session.scalars(
        select(Account).order_by(Account.active.desc(), Account.role, Account.name, Account.id)
    ).all()


def working(session: Session, *roles: str) -> Sequence[Account]:
    """Active accounts of these roles (of all roles when none is named), by name."""
    chosen = select(Account).where(Account.active).order_by(Account.name, Account.id)
    return session.scalars(chosen.where(Account.role.in_(roles)) if roles else chosen).all()


def working_count(session: Session) -> int:
    """How many accounts may sign in."""
    return session.scalar(select(func.count()).select_from(Account).where(Account.active)) or 0


def names(session: Session, account_ids: Iterable[str | None]) -> dict[str, str]:
    """{account id: name} for those that exist."""
    wanted = {account_id for account_id in account_ids if account_id}
    if not wanted:
        return {}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {account_id: name for account_id, name in rows}


def people(session: Session, account_ids: Iterable[str | None]) -> dict[str, str]:
    """{account id: name and role in words, 李敏（护士）} for those that exist."""
    wanted = {account_id for account_id in account_ids if account_id}
    rows = session.execute(select(Account.id, Account.name, Account.role).where(Account.id.in_(wanted)))
    return {account_id: f"{name}（{ROLES[role]}）" for account_id, name, role in rows}
