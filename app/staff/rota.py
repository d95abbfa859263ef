"""Who is on duty: shifts, and the person of a role to turn to at a moment."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.errors import Conflict, Invalid
from app.staff.accounts import find
from app.staff.tables import Account, Shift

LONGEST_SHIFT = timedelta(hours=24)


def on_duty(session: Session, role: str, now: datetime) -> Account | None:
    """The active account of this role whose shift holds `now`; the one who came last, None without any."""
    return session.scalar(
        select(Account)
        .join(Shift, Shift.account_id == Account.id)
        .where(Account.role == role, Account.active, *_holds(now))
        .order_by(Shift.starts_at.desc(), Shift.id)
        .limit(1)
    )


def all_on_duty(session: Session, now: datetime) -> list[Account]:
    """Everybody whose shift holds `now`, by name."""
    return list(
        session.scalars(
            select(Account)
            .where(
                Account.active,
                Account.id.in_(select(Shift.account_id).where(*_holds(now))),
            )
            .order_by(Account.name, Account.id)
        )
    )


def add_shift(
    session: Session, actor: Actor, account_id: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> Shift:
    """Put somebody on duty. Raises Invalid for a shift of no or too much length, Conflict on overlap."""
    account = find(session, account_id)
    if not starts_at < ends_at <= starts_at + LONGEST_SHIFT:
        raise Invalid("下班时间要晚于上班时间，一班最长 24 小时。", code="shift_shape", field="ends")
    if _clashes(session, account.id, starts_at, ends_at):
        raise Conflict("这位同事在这段时间已经有班了。", code="shift_overlaps", field="starts")
    shift = Shift(account_id=account.id, starts_at=starts_at, ends_at=ends_at)
    session.add(shift)
    session.flush()
    record_change(session, actor, "shift", shift.id, "added", now, account_id=account.id)
    return shift


def repeat_week(session: Session, actor: Actor, start: datetime, span: timedelta, now: datetime) -> int:
    """Repeat one `span` later every shift that begins in the span from `start`; how many were added.

    Shifts of people who left, and those that would overlap, are left out.
    """
    shifts = session.execute(
        select(Shift, Account.active)
        .join(Account, Account.id == Shift.account_id)
        .where(Shift.starts_at >= start, Shift.starts_at < start + span)
        .order_by(Shift.starts_at, Shift.id)
    )
    added = 0
    for shift, active in shifts.all():
        starts_at, ends_at = shift.starts_at + span, shift.ends_at + span
        if active and not _clashes(session, shift.account_id, starts_at, ends_at):
            add_shift(session, actor, shift.account_id, starts_at, ends_at, now)
            added += 1
    return added


def remove_shift(session: Session, actor: Actor, shift_id: str, now: datetime) -> None:
    """Take a shift off the rota; one that is gone already stays gone."""
    shift = session.get(Shift, shift_id)
    if shift is None:
        return
    session.delete(shift)
    record_change(session, actor, "shift", shift_id, "removed", now, account_id=shift.account_id)


def shifts_between(session: Session, start: datetime, end: datetime) -> list[tuple[Shift, str, str]]:
    """(shift, name, role) of every shift that touches the span, in order of beginning."""
    rows = session.execute(
        select(Shift, Account.name, Account.role)
        .join(Account, Account.id == Shift.account_id)
        .where(Shift.starts_at < end, Shift.ends_at > start)
        .order_by(Shift.starts_at, Account.name)
    )
    return [(shift, name, role) for shift, name, role in rows]


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of a shift that `now` lies in; the last condition keeps years of old shifts out of the search."""
    return Shift.starts_at <= now, Shift.ends_at > now, Shift.starts_at >= now - LONGEST_SHIFT


def _clashes(session: Session, account_id: str, starts_at: datetime, ends_at: datetime) -> bool:
    clash = session.scalar(
        select(Shift.id)
        .where(Shift.account_id == account_id, Shift.starts_at < ends_at, Shift.ends_at > starts_at)
        .limit(1)
    )
    return clash is not None
