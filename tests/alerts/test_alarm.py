"""An alert has an owner, a time to answer by, and an end with an outcome."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts import alarm
from app.alerts.escalation import escalate_due
from app.alerts.tables import Alert, AlertStep
from app.audit.trail import Actor
from app.core.errors import Conflict, Invalid
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.alerts import make_alert
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, make_shift


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        yield session


def steps(session: Session, alert: Alert) -> list[str]:
    rows = session.scalars(select(AlertStep).where(AlertStep.alert_id == alert.id).order_by(AlertStep.id))
    return [step.what for step in rows]


def test_the_nurse_on_duty_owns_it(session: Session) -> None:
    patient = make_patient(session, nurse_id=make_account(session, name="责任护士").id)
    on_duty = make_account(session, name="值班护士")
    make_shift(session, on_duty.id, starts_at=NOW - timedelta(hours=1))
    assert make_alert(session, patient.id).owner_id == on_duty.id


def test_without_anybody_on_duty_the_responsible_nurse_owns_it(session: Session) -> None:
    make_account(session, name="别的护士")
    responsible = make_account(session, name="责任护士")
    patient = make_patient(session, nurse_id=responsible.id)
    assert make_alert(session, patient.id).owner_id == responsible.id


def test_a_nurse_who_left_owns_nothing(session: Session) -> None:
    other = make_account(session, name="别的护士")
    gone = make_account(session, name="已离职", active=False)
    make_shift(session, gone.id, starts_at=NOW - timedelta(hours=1))
    patient = make_patient(session, nurse_id=gone.id)
    assert make_alert(session, patient.id).owner_id == other.id


def test_a_house_without_nurses_turns_to_the_administrator(session: Session) -> None:
    administrator = make_account(session, role="administrator")
    make_account(session, role="front_desk")
    assert make_alert(session, make_patient(session).id).owner_id == administrator.id


def test_a_second_cause_joins_the_open_alert(session: Session) -> None:
    patient = make_patient(session)
    first = make_alert(session, patient.id, dedupe="response:1")
    second = make_alert(session, patient.id, dedupe="response:1", now=NOW + timedelta(minutes=1))
    assert second.id == first.id
    assert steps(session, first) == ["raised", "again"]
    assert session.scalar(select(func.count()).select_from(Alert)) == 1


def test_a_graver_second_cause_brings_the_time_forward(session: Session) -> None:
    patient = make_patient(session)
    alert = make_alert(session, patient.id, dedupe="response:1", urgency="normal", title="不良反应")
    late = alert.answer_by
    make_alert(session, patient.id, dedupe="response:1", urgency="critical", title="血压 182/112")
    assert (alert.urgency, alert.title) == ("critical", "血压 182/112")
    assert alert.answer_by < late
    assert alert.next_escalation_at == alert.answer_by


def test_a_second_cause_that_knows_more_is_what_the_nurse_reads(session: Session) -> None:
    patient = make_patient(session)
    alert = make_alert(session, patient.id, dedupe="response:1", title="血压达到 180/110", detail="先到的")
    make_alert(session, patient.id, dedupe="response:1", title="血压 182/112，头晕", detail="后到的")
    assert alert.title == "血压 182/112，头晕"
    assert alert.detail == "后到的\n先到的"


def test_a_lighter_cause_leaves_the_graver_words_standing(session: Session) -> None:
    patient = make_patient(session)
    alert = make_alert(session, patient.id, dedupe="response:1", title="血压 182/112")
    make_alert(session, patient.id, dedupe="response:1", urgency="normal", title="不良反应")
    assert (alert.title, alert.urgency) == ("血压 182/112", "critical")


def test_who_acknowledges_owns_it_and_it_no_longer_escalates(session: Session) -> None:
    nurse = make_account(session)
    alert = make_alert(session, make_patient(session).id)
    actor = Actor("staff", nurse.id)
    alarm.acknowledge(session, actor, alert.id, NOW)
    alarm.acknowledge(session, actor, alert.id, NOW)
    assert (alert.state, alert.owner_id, alert.next_escalation_at) == ("acknowledged", nurse.id, None)
    assert steps(session, alert) == ["raised", "acknowledged"]


def test_two_cannot_take_the_same_alert(session: Session) -> None:
    first, second = make_account(session), make_account(session)
    alert = make_alert(session, make_patient(session).id)
    alarm.acknowledge(session, Actor("staff", first.id), alert.id, NOW)
    with pytest.raises(Conflict) as refused:
        alarm.acknowledge(session, Actor("staff", second.id), alert.id, NOW)
    assert refused.value.code == "already_taken"


def test_an_alert_ends_with_an_outcome_only(session: Session) -> None:
    actor = Actor("staff", make_account(session).id)
    alert = make_alert(session, make_patient(session).id)
    with pytest.raises(Invalid) as refused:
        alarm.resolve(session, actor, alert.id, "  ", NOW)
    assert refused.value.code == "outcome_missing"
    alarm.resolve(session, actor, alert.id, "已电话联系，家属陪同去急诊", NOW)
    assert (alert.state, alert.outcome) == ("resolved", "已电话联系，家属陪同去急诊")


def test_an_alert_for_a_doctor_begins_with_the_doctor_and_climbs_from_there(session: Session) -> None:
    make_account(session)
    doctor = make_account(session, role="doctor")
    administrator = make_account(session, role="administrator")
    alert = make_alert(session, make_patient(session).id, role="doctor")
    assert alert.owner_id == doctor.id
    escalate_due(session, alert.answer_by)
    assert alert.owner_id == administrator.id


def test_what_happens_again_after_it_was_resolved_is_as_urgent_as_a_new_one(session: Session) -> None:
    patient, nurse = make_patient(session), make_account(session)
    alert = make_alert(session, patient.id, dedupe="pressure:1")
    alarm.resolve(session, Actor("staff", nurse.id), alert.id, "复测 136/84", NOW + timedelta(hours=1))
    evening = NOW + timedelta(hours=12)
    again = make_alert(session, patient.id, dedupe="pressure:1", title="自测血压 205/120", now=evening)
    assert (again.id, again.state, again.title) == (alert.id, "open", "自测血压 205/120")
    assert again.owner_id is not None and again.resolved_at is None
    assert again.answer_by > evening
    assert steps(session, again) == ["raised", "resolved", "again", "raised"]
