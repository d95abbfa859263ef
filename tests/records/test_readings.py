"""Readings are kept once, corrected by a new row, and read in bounded series."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.records import readings
from app.records.tables import Reading
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.patients import make_patient
from tests.factories.records import make_reading


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        yield session


def record(session: Session, patient_id: str, values: dict[str, float], request_id: str) -> list[Reading]:
    return readings.record(
        session, patient_id, values, NOW, "api", None, f"patient:{patient_id}", request_id, NOW
    )


def test_the_same_request_is_kept_once(session: Session) -> None:
    patient = make_patient(session)
    first = record(session, patient.id, {"SBP": 138, "DBP": 86}, "r1")
    again = record(session, patient.id, {"SBP": 138, "DBP": 86}, "r1")
    assert [row.id for row in again] == [row.id for row in first]
    assert session.scalar(select(func.count()).select_from(Reading)) == 2


def test_one_persons_request_id_never_answers_with_anothers_readings(session: Session) -> None:
    one, other = make_patient(session), make_patient(session)
    record(session, one.id, {"SBP": 138}, "r1")
    mine = record(session, other.id, {"SBP": 121}, "r1")
    assert [(row.patient_id, row.value) for row in mine] == [(other.id, 121)]


def test_a_measurement_from_the_future_is_refused(session: Session) -> None:
    patient = make_patient(session)
    with pytest.raises(Invalid) as refused:
        readings.record(
            session, patient.id, {"SBP": 138}, NOW + timedelta(minutes=6), "api", None, "patient:x", "r", NOW
        )
    assert (refused.value.code, refused.value.heeded) == ("measured_in_future", False)


def test_a_telephone_a_little_ahead_measures_now(session: Session) -> None:
    at = NOW + timedelta(minutes=5)
    (row,) = readings.record(
        session, make_patient(session).id, {"SBP": 138}, at, "api", None, "patient:x", "r", NOW
    )
    assert row.measured_at == NOW


def test_of_other_values_under_a_used_request_none_is_kept(session: Session) -> None:
    patient = make_patient(session)
    record(session, patient.id, {"SBP": 128, "DBP": 80}, "r1")
    with pytest.raises(Conflict):
        record(session, patient.id, {"HR": 70, "SBP": 150, "DBP": 90}, "r1")
    assert set(session.scalars(select(Reading.indicator))) == {"SBP", "DBP"}


def test_an_unknown_indicator_is_refused_by_name(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        record(session, make_patient(session).id, {"MOOD": 1}, "r1")
    assert (refused.value.code, refused.value.field) == ("unknown_indicator", "MOOD")


def test_a_correction_leaves_the_old_value_and_hides_it_from_the_series(session: Session) -> None:
    patient = make_patient(session)
    wrong = make_reading(session, patient.id, value=318)
    right = readings.correct(session, patient.id, wrong.id, 138, "staff:n", "r1", NOW)
    assert readings.correct(session, patient.id, wrong.id, 138, "staff:n", "r1", NOW).id == right.id
    assert (wrong.value, wrong.superseded_by) == (318, right.id)
    found = readings.series(session, patient.id, ["SBP"], NOW - timedelta(days=1))
    assert [row.value for row in found["SBP"]] == [138]


def test_one_request_id_for_two_corrections_corrects_both(session: Session) -> None:
    patient = make_patient(session)
    wrong = [make_reading(session, patient.id, value=value) for value in (298, 299)]
    right = [readings.correct(session, patient.id, row.id, 138, "staff:n", "r1", NOW) for row in wrong]
    assert [row.superseded_by for row in wrong] == [row.id for row in right]
    assert right[0].id != right[1].id


def test_a_corrected_reading_is_not_corrected_twice(session: Session) -> None:
    patient = make_patient(session)
    wrong = make_reading(session, patient.id, value=318)
    readings.correct(session, patient.id, wrong.id, 138, "staff:n", "r1", NOW)
    with pytest.raises(Conflict) as refused:
        readings.correct(session, patient.id, wrong.id, 139, "staff:n", "r2", NOW)
    assert refused.value.code == "already_corrected"


def test_somebody_elses_reading_is_not_there(session: Session) -> None:
    reading = make_reading(session, make_patient(session).id)
    with pytest.raises(NotFound):
        readings.correct(session, make_patient(session).id, reading.id, 138, "staff:n", "r1", NOW)


def test_the_latest_of_each_indicator(session: Session) -> None:
    patient = make_patient(session)
    make_reading(session, patient.id, value=150, measured_at=NOW - timedelta(days=2))
    make_reading(session, patient.id, value=138, measured_at=NOW - timedelta(days=1))
    assert {k: v.value for k, v in readings.latest(session, patient.id, ["SBP", "HR"]).items()} == {
        "SBP": 138
    }


def test_a_month_is_the_hospitals(session: Session) -> None:
    """Seven in the morning on 1 March in Shanghai is still February in UTC."""
    patient = make_patient(session)
    for at, value in (
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), 120),
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), 140),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), 160),
    ):
        make_reading(session, patient.id, value=value, measured_at=at)
    found = readings.monthly(session, patient.id, ["SBP"], NOW - timedelta(days=30))
    assert [(clock.day_of(mean.measured_at), mean.value) for mean in found["SBP"]] == [
        (date(2026, 2, 15), 120),
        (date(2026, 3, 15), 150),
    ]
