"""What became of a danger, as its patient is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.alerts.handled import Handled, handled
from app.alerts.tables import Alert
from app.patients.tables import Patient
from app.staff.tables import Account
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.alerts import make_alert
from tests.factories.patients import make_patient
from tests.factories.staff import make_account

LATER = NOW + timedelta(minutes=40)


@pytest.fixture
def session(outside: Outside) -> Iterator[Session]:
    with outside.sessions() as session:
        yield session


@pytest.fixture
def nurse(session: Session) -> Account:
    return make_account(session, name="李敏")


@pytest.fixture
def patient(session: Session, nurse: Account) -> Patient:
    return make_patient(session, nurse_id=nurse.id)


def settled(alert: Alert, nurse: Account) -> None:
    alert.state, alert.resolved_at, alert.resolved_by = "resolved", LATER, nurse.id


def test_an_open_alert_is_not_handled(session: Session, patient: Patient) -> None:
    make_alert(session, patient.id)
    assert handled(session, patient.id, NOW, NOW) is None


def test_a_resolved_one_says_when_and_by_whom(session: Session, patient: Patient, nurse: Account) -> None:
    settled(make_alert(session, patient.id), nurse)
    session.flush()
    assert handled(session, patient.id, NOW, NOW) == Handled(LATER, "李敏")


def test_one_that_is_still_open_keeps_it_open(session: Session, patient: Patient, nurse: Account) -> None:
    settled(make_alert(session, patient.id), nurse)
    make_alert(session, patient.id, now=NOW - timedelta(hours=2))
    session.flush()
    assert handled(session, patient.id, NOW, NOW) is None


@pytest.mark.parametrize("hours", [-48, 48])
def test_another_days_alert_says_nothing_of_this_one(
    session: Session, patient: Patient, nurse: Account, hours: int
) -> None:
    settled(make_alert(session, patient.id), nurse)
    session.flush()
    then = NOW + timedelta(hours=hours)
    assert handled(session, patient.id, then, then) is None


def test_what_is_not_urgent_does_not_count(session: Session, patient: Patient, nurse: Account) -> None:
    settled(make_alert(session, patient.id, urgency="normal"), nurse)
    session.flush()
    assert handled(session, patient.id, NOW, NOW) is None
