"""The demo hospital's people: staff with logins and shifts. Running it again changes nothing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.messaging.templates import use_demo_ids
from app.seeding import SEEDS
from app.staff.tables import Account, Department, Shift
from app.wiring import Outside

PASSWORD = "suihu-demo"  # noqa: S105 - the demo's, printed at every start


@dataclass(frozen=True)
class DemoStaff:
    """One demo login."""

    login: str
    name: str
    role: str
    password: str = PASSWORD


STAFF = (
    DemoStaff("admin", "周敏", "administrator"),
    DemoStaff("doctor", "陈立", "doctor"),
    DemoStaff("nurse", "李芳", "nurse"),
    DemoStaff("pharmacist", "吴洁", "pharmacist"),
    DemoStaff("dietitian", "孙静", "dietitian"),
    DemoStaff("psychologist", "何宁", "psychologist"),
    DemoStaff("desk", "马丽", "front_desk"),
)

SHIFT_DAYS = 400
"""The demo's time may be moved a year ahead: somebody is always on duty."""


def seed_demo(outside: Outside, now: datetime) -> None:
    """Fill an empty demo hospital with its people; does nothing when they are there."""
    with transaction(outside.sessions) as session:
        use_demo_ids(session, SEEDS)
        if session.scalar(select(func.count()).select_from(Account)):
            return
        department = Department(site="总院", name="健康管理中心")
        session.add(department)
        session.flush()
        _add_staff(session, department.id, now)


def _add_staff(session: Session, department_id: str, now: datetime) -> None:
    hasher = PasswordHasher()
    for person in STAFF:
        account = Account(
            login=person.login,
            name=person.name,
            role=person.role,
            department_id=department_id,
            password_hash=hasher.hash(person.password),
            created_at=now,
        )
        session.add(account)
        session.flush()
        if person.role in ("nurse", "doctor"):
            session.add_all(_shifts(account.id, now))


def _shifts(account_id: str, now: datetime) -> list[Shift]:
    first = clock.day_of(now) - timedelta(days=1)
    shifts = []
    for day in (first + timedelta(days=number) for number in range(SHIFT_DAYS)):
        begins = datetime.combine(day, time(0), tzinfo=clock.zone())
        shifts.append(Shift(account_id=account_id, starts_at=begins, ends_at=begins + timedelta(days=1)))
    return shifts
