"""What an answer means, and when the patient is seen again."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts import handling
from app.alerts.tables import Alert, AlertStep
from app.audit.trail import Actor
from app.core import clock
from app.followup import reads
from app.followup.reminders import remind_due
from app.followup.tables import Task, VisitOutcome
from app.messaging.tables import Message
from app.patients.tables import Patient
from app.questionnaires import drafts, submissions
from app.risk.tagging import tags_of
from app.staff.tables import Account
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.followup import make_plan
from tests.factories.patients import make_patient
from tests.factories.staff import make_account

DUE = datetime.fromisoformat("2026-03-03T09:00:00+08:00")
CALM = {"symptoms": ["none"], "medication_adherence": "regular"}


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        make_account(session)
        yield session


@pytest.fixture
def patient(session: Session) -> Patient:
    return make_patient(session, birth_on=date(1966, 5, 1))


def asked(session: Session, patient: Patient) -> Task:
    """The patient's form that is due now."""
    task = reads.next_visit(session, patient.id)
    assert task is not None
    remind_due(session, task.due_at)
    assert task.state == "open"
    return task


def answer(session: Session, task: Task, answers: dict[str, Any], at: datetime | None = None) -> VisitOutcome:
    at = at or task.due_at
    draft = drafts.open_for_task(session, task.patient_id, task.id, task.form_code or "", at)
    for link_id, value in answers.items():
        drafts.save_answer(session, task.patient_id, draft.id, link_id, value, "page", at)
    submissions.submit(session, task.patient_id, draft.id, "r", "page", at)
    return session.scalars(select(VisitOutcome).where(VisitOutcome.response_id == draft.id)).one()


def booked(session: Session, patient: Patient) -> list[str]:
    rows = session.scalars(
        select(Task.due_at)
        .where(Task.patient_id == patient.id, Task.kind == "form", Task.state == "planned")
        .order_by(Task.due_at)
    )
    return [f"{clock.local(due):%Y-%m-%d %H:%M}" for due in rows]


def test_a_controlled_reading_books_three_months(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    visit = answer(session, task, {"bp": "132/82"} | CALM)
    assert visit.kind == "controlled"
    assert task.state == "done"
    assert booked(session, patient) == ["2026-06-03 09:00"]
    assert visit.next_visit_on == date(2026, 6, 3)
    assert session.scalars(select(Alert)).all() == []
    advice = session.scalars(select(Message).where(Message.purpose == "advice")).one()
    assert "血压控制得不错" in (advice.text or "")


def test_a_first_uncontrolled_reading_books_two_weeks(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    visit = answer(session, asked(session, patient), {"bp": "146/88"} | CALM)
    assert visit.kind == "first_uncontrolled"
    assert booked(session, patient) == ["2026-03-17 09:00"]


def test_a_second_uncontrolled_reading_in_a_row_refers(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    answer(session, asked(session, patient), {"bp": "146/88"} | CALM)
    visit = answer(session, asked(session, patient), {"bp": "148/92"} | CALM)
    assert visit.kind == "refer"
    assert booked(session, patient) == ["2026-03-31 09:00"]
    alerts = session.scalars(select(Alert).order_by(Alert.raised_at)).all()
    assert [(alert.reason, alert.urgency) for alert in alerts] == [
        ("bp_first_uncontrolled", "normal"),
        ("bp_refer", "high"),
    ]
    assert "血压未达标" in [tag.tag for tag in tags_of(session, patient.id, NOW + timedelta(days=60))]


def test_a_controlled_visit_between_breaks_the_row(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    for pressure, kind in (("146/88", "first_uncontrolled"), ("130/80", "controlled"), ("146/88", None)):
        visit = answer(session, asked(session, patient), {"bp": pressure} | CALM)
        assert visit.kind == (kind or "first_uncontrolled")


def test_an_emergency_is_one_alert_one_advice_and_two_weeks(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    visit = answer(
        session,
        asked(session, patient),
        {"bp": "182/112", "symptoms": ["dizziness"], "medication_adherence": "regular"},
    )
    assert visit.kind == "emergency"
    alert = session.scalars(select(Alert)).one()
    assert alert.urgency == "critical"
    assert alert.answer_by == DUE + timedelta(minutes=15)
    steps = session.scalars(select(AlertStep.what).order_by(AlertStep.at, AlertStep.id)).all()
    assert steps == ["raised"]
    advice = session.scalars(select(Message).where(Message.purpose == "advice")).all()
    assert [message.urgent for message in advice] == [True]
    assert "120" in (advice[0].text or "")
    assert booked(session, patient) == ["2026-03-17 09:00"]


def test_the_alert_says_which_rule_with_its_source(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    answer(session, asked(session, patient), {"bp": "150/95"} | CALM)
    alert = session.scalars(select(Alert)).one()
    assert alert.title == "血压 150/95"
    assert "国家基本公共卫生服务规范（第三版）" in alert.detail


@pytest.mark.parametrize(
    ("birth_on", "kind"), [(date(1961, 3, 3), "controlled"), (date(1961, 3, 4), "first_uncontrolled")]
)
def test_the_limit_moves_on_the_sixty_fifth_birthday(session: Session, birth_on: date, kind: str) -> None:
    patient = make_patient(session, birth_on=birth_on)
    make_plan(session, patient.id)
    assert answer(session, asked(session, patient), {"bp": "149/89"} | CALM).kind == kind


def test_one_response_never_books_twice(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    answer(session, task, {"bp": "132/82"} | CALM)
    draft = drafts.open_for_task(session, patient.id, task.id, "hypertension_followup", DUE)
    submissions.submit(session, patient.id, draft.id, "r", "page", DUE)
    assert booked(session, patient) == ["2026-06-03 09:00"]


def test_a_self_reported_emergency_brings_the_next_visit_forward(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    answer(session, asked(session, patient), {"bp": "132/82"} | CALM)
    later = DUE + timedelta(days=30)
    draft = drafts.open_self(session, patient.id, "hypertension_followup", "s1", later)
    for link_id, value in ({"bp": "182/112"} | CALM).items():
        drafts.save_answer(session, patient.id, draft.id, link_id, value, "api", later)
    submissions.submit(session, patient.id, draft.id, "s1", "api", later)
    assert booked(session, patient) == ["2026-04-16 09:00"]


def test_a_good_self_report_does_not_put_off_a_visit_that_is_due_sooner(
    session: Session, patient: Patient
) -> None:
    make_plan(session, patient.id)
    answer(session, asked(session, patient), {"bp": "146/88"} | CALM)
    later = DUE + timedelta(days=3)
    draft = drafts.open_self(session, patient.id, "hypertension_followup", "s1", later)
    for link_id, value in ({"bp": "130/80"} | CALM).items():
        drafts.save_answer(session, patient.id, draft.id, link_id, value, "api", later)
    submissions.submit(session, patient.id, draft.id, "s1", "api", later)
    assert booked(session, patient) == ["2026-03-17 09:00"]


def test_an_unasked_answer_closes_the_form_that_is_being_asked_for(
    session: Session, patient: Patient
) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    draft = drafts.open_self(session, patient.id, "hypertension_followup", "s1", DUE)
    for link_id, value in ({"bp": "130/80"} | CALM).items():
        drafts.save_answer(session, patient.id, draft.id, link_id, value, "api", DUE)
    submissions.submit(session, patient.id, draft.id, "s1", "api", DUE)
    assert task.state == "done"
    reminder = session.scalars(select(Message).where(Message.purpose == "followup_due")).one()
    assert reminder.state == "cancelled"


def test_an_answered_form_is_not_asked_for_again(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    answer(session, task, {"bp": "130/80"} | CALM)
    remind_due(session, DUE + timedelta(hours=24))
    assert len(session.scalars(select(Message).where(Message.origin_id == task.id)).all()) == 1


def test_every_active_plan_keeps_a_visit_ahead(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    assert reads.forgotten(session) == []
    answer(session, asked(session, patient), {"bp": "130/80"} | CALM)
    assert reads.forgotten(session) == []
    left = session.scalars(select(Task).where(Task.state == "planned", Task.kind == "form")).one()
    left.state = "cancelled"
    session.flush()
    assert [plan.patient_id for plan, _ in reads.forgotten(session)] == [patient.id]


def test_a_pressure_mended_while_answering_is_told_as_the_newest_with_the_earlier_one(
    session: Session, patient: Patient
) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    draft = drafts.open_for_task(session, patient.id, task.id, task.form_code or "", task.due_at)
    for link_id, value in (("bp", "152/94"), ("symptoms", ["chest_pain"])):
        drafts.save_answer(session, patient.id, draft.id, link_id, value, "page", task.due_at)
    alert = session.scalars(select(Alert)).one()
    assert alert.title == "出现规范列出的危急症状，血压 152/94"
    answer(session, task, {"bp": "156/96", "medication_adherence": "regular"})
    assert alert.title.startswith("血压 156/96") and "152/94" not in alert.title
    assert "改前：152/94" in alert.detail.splitlines()
    assert "已经回答：152/94" not in alert.detail


def test_a_form_judged_after_its_flag_was_taken_is_no_new_danger(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    draft = drafts.open_for_task(session, patient.id, task.id, task.form_code or "", task.due_at)
    for link_id, value in (("symptoms", ["chest_pain"]), ("bp", "152/94")):
        drafts.save_answer(session, patient.id, draft.id, link_id, value, "page", task.due_at)
    alert = session.scalars(select(Alert)).one()
    nurse = session.scalars(select(Account)).one()
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, task.due_at)
    answer(session, task, {"medication_adherence": "regular"})
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", nurse.id)


def test_an_emergency_pressure_is_told_with_its_number(session: Session, patient: Patient) -> None:
    make_plan(session, patient.id)
    task = asked(session, patient)
    draft = drafts.open_for_task(session, patient.id, task.id, task.form_code or "", task.due_at)
    drafts.save_answer(session, patient.id, draft.id, "bp", "182/112", "page", task.due_at)
    assert session.scalars(select(Alert.title)).one().startswith("血压 182/112 达到 180/110")
