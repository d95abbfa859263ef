"""Doses fall due together, remind once, and end as unanswered, never as taken."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.audit.trail import Actor
from app.core import clock
from app.core.db import transaction
from app.followup.tables import Task
from app.medication.due import in_hand, next_due
from app.medication.events import DosesMissed
from app.medication.intake import skip, take
from app.medication.regimens import stop
from app.medication.reminders import remind_due
from app.medication.tables import Dose, Regimen
from app.messaging.tables import Message
from app.wiring import Outside
from tests.factories.listening import hearing
from tests.factories.medication import doses_of, make_regimen
from tests.factories.ward import Ward, make_ward

EIGHT = timedelta(hours=22)
"""From Monday ten o'clock to Tuesday's dose at eight."""
DAY = timedelta(days=1)


def test_all_that_is_due_at_one_moment_is_one_message(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        for drug in ("氨氯地平", "阿司匹林"):
            make_regimen(session, ward.patient.id, ward.nurse.id, now, drug=drug)
        remind_due(session, now + EIGHT, 100)
        message = session.scalars(select(Message)).one()
        assert (message.purpose, message.fields["what"]) == ("dose", "氨氯地平 5 mg等2种药")
        assert message.text is not None
        assert "氨氯地平 5 mg、阿司匹林 5 mg" in message.text
        assert message.expires_at == now + EIGHT + timedelta(minutes=90)


def test_a_job_that_runs_twice_reminds_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_regimen(session, ward.patient.id, ward.nurse.id, now)
        remind_due(session, now + EIGHT, 100)
        assert remind_due(session, now + EIGHT, 100) == 0
        assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_nothing_is_said_before_its_time(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_regimen(session, ward.patient.id, ward.nurse.id, now)
        remind_due(session, now + EIGHT - timedelta(seconds=1), 100)
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_reminder_ninety_minutes_late_is_not_sent(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        remind_due(session, now + EIGHT + timedelta(minutes=90), 100)
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        assert doses_of(session, regimen)[0].state == "due"


def test_nobody_is_reminded_of_what_was_taken_already(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        take(session, ward.patient.id, [dose.id], "tap", now + EIGHT - timedelta(hours=1))
        remind_due(session, now + EIGHT, 100)
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_reminder_still_queued_stops_with_the_answer_and_with_the_regimen(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        dose = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))[0]
        other = make_regimen(
            session, ward.patient.id, ward.nurse.id, now, drug="阿托伐他汀", times=("20:00",)
        )
        remind_due(session, now + EIGHT, 100)
        remind_due(session, now + timedelta(hours=10), 100)
        take(session, ward.patient.id, [dose.id], "tap", now + EIGHT)
        stop(session, Actor("staff", ward.nurse.id), other.id, "医生换药", now + EIGHT)
        session.expire_all()
        assert set(session.scalars(select(Message.state))) == {"cancelled"}


def _two_at_eight(session: Session, now: datetime) -> tuple[Ward, list[Dose]]:
    """Two medicines of the same morning, reminded of; the doses, the reminder's own one first."""
    ward = make_ward(session)
    for drug in ("氨氯地平", "阿司匹林"):
        make_regimen(session, ward.patient.id, ward.nurse.id, now, drug=drug)
    remind_due(session, now + EIGHT, 100)
    doses = session.scalars(select(Dose).where(Dose.due_at == now + EIGHT).order_by(Dose.id)).all()
    return ward, list(doses)


@pytest.mark.parametrize("first", [0, 1])
def test_a_reminder_stops_when_nothing_of_its_moment_is_left(
    outside: Outside, now: datetime, first: int
) -> None:
    """Whichever of the doses is answered first."""
    with transaction(outside.sessions) as session:
        ward, doses = _two_at_eight(session, now)
        message = session.scalars(select(Message)).one()
        take(session, ward.patient.id, [doses[first].id], "tap-1", now + EIGHT)
        assert message.state == "queued"
        skip(session, ward.patient.id, [doses[1 - first].id], "forgot", "tap-2", now + EIGHT)
        assert message.state == "cancelled"


def test_a_reminder_still_queued_names_no_stopped_medicine(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward, doses = _two_at_eight(session, now)
        stopped = session.scalars(select(Regimen).where(Regimen.drug == "氨氯地平")).one()
        stop(session, Actor("staff", ward.nurse.id), stopped.id, "过敏", now + EIGHT)
        message = session.scalars(select(Message)).one()
        assert (message.state, message.fields["what"]) == ("queued", "阿司匹林 5 mg")
        assert message.text == "该吃药了：阿司匹林 5 mg。吃完请点开登记一下。"


def test_what_went_already_is_left_as_it_went(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward, doses = _two_at_eight(session, now)
        message = session.scalars(select(Message)).one()
        message.state = "accepted"
        take(session, ward.patient.id, [dose.id for dose in doses], "tap-1", now + EIGHT)
        assert (message.state, message.fields["what"]) == ("accepted", "氨氯地平 5 mg等2种药")


def test_somebody_in_hospital_is_not_reminded_and_not_counted(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        ward.patient.status = "in_hospital"
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        remind_due(session, now + EIGHT, 100)
        assert session.scalar(select(func.count()).select_from(Message)) == 0
        assert doses_of(session, regimen)[0].state == "cancelled"


def test_no_answer_by_the_end_of_the_day_is_unanswered(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        regimen = make_regimen(session, ward.patient.id, ward.nurse.id, now)
        remind_due(session, now + EIGHT, 100)
        midnight = clock.start_of(date(2026, 3, 4))
        remind_due(session, midnight - timedelta(seconds=1), 100)
        assert doses_of(session, regimen)[0].state == "due"
        remind_due(session, midnight, 100)
        assert doses_of(session, regimen)[0].state == "unanswered"


def _live_through(session, ward: Ward, now: datetime, days: int) -> None:
    for day in range(days):
        remind_due(session, now + EIGHT + day * DAY, 100)
        remind_due(session, clock.start_of(date(2026, 3, 4)) + day * DAY, 100)


def test_three_days_without_a_dose_raise_one_alert(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_regimen(session, ward.patient.id, ward.nurse.id, now)
        _live_through(session, ward, now, 2)
        assert session.scalars(select(Alert)).all() == []
        _live_through(session, ward, now, 6)
        alert = session.scalars(select(Alert)).one()
        assert (alert.urgency, alert.reason) == ("normal", "doses_missed")
        assert alert.title == "氨氯地平连续 3 天没登记吃药"
        assert "3 天没登记（不知道吃了没有）" in alert.detail


def test_a_day_answered_with_no_is_not_told_as_a_day_without_a_word(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        doses = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))
        skip(session, ward.patient.id, [doses[0].id], "cost", "tap-1", now + EIGHT)
        _live_through(session, ward, now, 4)
        alert = session.scalars(select(Alert)).one()
        assert alert.title == "氨氯地平连续 3 天没吃或没登记"
        assert "1 天患者登记没吃（药太贵），2 天没登记（不知道吃了没有）。" in alert.detail


def test_several_medicines_missed_are_one_alert_that_names_them(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        for drug in ("氨氯地平", "二甲双胍"):
            make_regimen(session, ward.patient.id, ward.nurse.id, now, drug=drug)
        _live_through(session, ward, now, 6)
        alert = session.scalars(select(Alert)).one()
        assert "氨氯地平" in alert.title and "二甲双胍" in alert.title
        assert alert.detail.count("连续 3 天") == 2 and alert.owner_id == ward.nurse.id


def test_a_dose_taken_ends_the_row(outside: Outside, now: datetime) -> None:
    with hearing(outside, DosesMissed) as heard, transaction(outside.sessions) as session:
        ward = make_ward(session)
        doses = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))
        take(session, ward.patient.id, [doses[1].id], "tap", now + EIGHT + DAY)
        _live_through(session, ward, now, 4)
        assert heard == []


def test_doses_left_out_three_days_count_as_missed_too(outside: Outside, now: datetime) -> None:
    with hearing(outside, DosesMissed) as heard, transaction(outside.sessions) as session:
        ward = make_ward(session)
        doses = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))
        for day in range(3):
            skip(session, ward.patient.id, [doses[day].id], "cost", f"tap-{day}", now + EIGHT + day * DAY)
        assert [(told.days, told.since_on) for told in heard] == [(3, date(2026, 3, 3))]
        assert (heard[0].left_out, heard[0].reasons) == (3, ("药太贵",))


def test_a_side_effect_alerts_and_being_told_to_stop_opens_a_task(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        doses = doses_of(session, make_regimen(session, ward.patient.id, ward.nurse.id, now))
        skip(session, ward.patient.id, [doses[0].id], "side_effect", "tap-1", now + EIGHT)
        skip(session, ward.patient.id, [doses[1].id], "told_to_stop", "tap-2", now + EIGHT + DAY)
        assert session.scalars(select(Alert.reason)).all() == ["side_effect"]
        assert session.scalars(select(Task.title)).all() == ["核对停药：氨氯地平"]


def test_the_demo_clock_stops_at_doses_and_at_the_end_of_their_day(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_regimen(session, ward.patient.id, ward.nurse.id, now)
        assert next_due(session, now) == now + EIGHT
        assert in_hand(session, now + EIGHT)
        remind_due(session, now + EIGHT, 100)
        assert not in_hand(session, now + EIGHT)
        midnight = clock.start_of(date(2026, 3, 4))
        assert next_due(session, now + EIGHT) == midnight
        assert in_hand(session, midnight)


def test_doses_are_drawn_on_by_the_reminder(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_regimen(session, ward.patient.id, ward.nurse.id, now)
        for day in range(20):
            remind_due(session, now + day * DAY, 100)
        last = session.scalar(select(func.max(Dose.due_at)))
        assert last is not None
        assert clock.day_of(last) >= date(2026, 3, 27)
