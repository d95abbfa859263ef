"""Public holidays: entered on their page, seeded once, and kept by whoever counts workdays."""

from datetime import date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.tables import Change
from app.audit.trail import SYSTEM
from app.core import clock
from app.core.db import read_only, transaction
from app.followup import calls
from app.followup.plans import enrol
from app.followup.tables import Task
from app.seeding import SEEDS
from app.staff.tables import CalendarDay
from app.staff.workdays import load_seeds, set_days, work_calendar
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.followup import make_content, make_task
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, signed_in

NATIONAL_DAYS = [date(2026, 10, day) for day in range(1, 8)]


def shanghai(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.zone())


EVE = shanghai(date(2026, 9, 30), time(16, 30))
"""Wednesday, the last workday before a week of holidays."""
NEXT = date(2026, 10, 8)


@pytest.fixture
def holidays(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        load_seeds(session, SEEDS, EVE)


@pytest.mark.usefixtures("holidays")
def test_a_normal_alert_is_answered_after_the_holidays(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        normal = make_alert(session, patient.id, urgency="normal", now=EVE)
        grave = make_alert(session, patient.id, now=EVE)
        assert normal.answer_by == shanghai(NEXT, time(17))
        assert grave.answer_by == EVE + timedelta(minutes=15), "danger knows no holiday"


@pytest.mark.usefixtures("holidays")
def test_nobody_has_to_call_on_a_holiday(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        nurse = make_account(session)
        asked = make_task(session, make_patient(session, nurse_id=nurse.id).id, due_at=EVE)
        first = calls.open_for(session, asked, EVE)
        assert first.due_at == shanghai(NEXT, time(16, 30))
        calls.record(session, SYSTEM, first.id, "no_answer", "", EVE)
        again = session.scalars(select(Task).where(Task.kind == "call", Task.state == "open")).one()
        assert clock.day_of(again.due_at) == NEXT


@pytest.mark.usefixtures("holidays")
def test_a_plan_puts_its_calls_on_days_the_hospital_works(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_content(session)
        set_days(session, SYSTEM, [date(2026, 10, 9)], "off", "院庆", EVE)
        for ahead in range(7):
            begun = EVE - timedelta(days=ahead)
            patient = make_patient(session)
            enrol(session, patient.id, "hypertension", clock.day_of(begun), f"test:{patient.id}", begun)
        calendar = work_calendar(session)
        called = session.scalars(select(Task.due_at).where(Task.kind == "call")).all()
        assert called
        assert [clock.day_of(at) for at in called if not calendar.is_workday(clock.day_of(at))] == []


def test_the_notice_of_2026_is_loaded_once_and_then_the_hospitals_own(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        load_seeds(session, SEEDS, EVE)
        calendar = work_calendar(session)
        assert set(NATIONAL_DAYS) < calendar.holidays
        assert (len(calendar.holidays), len(calendar.worked_weekends)) == (33, 6)
        assert all(day.weekday() >= 5 for day in calendar.worked_weekends)
        session.delete(session.get_one(CalendarDay, date(2026, 10, 7)))
    with transaction(outside.sessions) as session:
        load_seeds(session, SEEDS, EVE)
        assert date(2026, 10, 7) not in work_calendar(session).holidays


def days(session: Session) -> list[tuple[date, str, str]]:
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).order_by(CalendarDay.day)
    )
    return [(day, kind, name) for day, kind, name in rows]


def test_an_administrator_enters_a_span_and_takes_a_day_back(client: FlaskClient, outside: Outside) -> None:
    signed_in(client, outside, role="administrator")
    year = clock.day_of(clock.now()).year + 1
    form = {"kind": "off", "first": f"{year}-01-01", "last": f"{year}-01-03", "name": "元旦"}
    page = client.post("/console/holidays", data=form, follow_redirects=True).text
    assert "已登记 3 天" in page
    assert f"{year}-01-02" in page
    client.post(f"/console/holidays/{year}-01-03/remove")
    with read_only(outside.readers) as session:
        assert days(session) == [(date(year, 1, day), "off", "元旦") for day in (1, 2)]
        assert session.scalars(select(Change.action).where(Change.subject == "calendar_day")).all()


@pytest.mark.parametrize(
    "change, words",
    [
        ({"first": ""}, "请选择日期"),
        ({"first": "9999-12-31", "last": ""}, "请核对年份"),
        ({"first": "0001-01-01", "last": ""}, "请核对年份"),
        ({"last": "2026-09-30"}, "最后一天不能早于第一天"),
        ({"kind": "worked"}, "只有周六、周日"),
        ({"name": " "}, "请写是什么假"),
    ],
)
def test_a_wrong_entry_is_named_and_kept(
    client: FlaskClient, outside: Outside, change: dict[str, str], words: str
) -> None:
    signed_in(client, outside, role="administrator")
    form = {"kind": "off", "first": "2026-10-01", "last": "2026-10-07", "name": "国庆节"} | change
    answer = client.post("/console/holidays", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    with read_only(outside.readers) as session:
        assert days(session) == []


def test_only_administrators_touch_the_calendar(client: FlaskClient, outside: Outside) -> None:
    signed_in(client, outside, role="nurse")
    assert client.get("/console/holidays").status_code == 403
