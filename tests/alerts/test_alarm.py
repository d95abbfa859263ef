"""An alert has an owner, a time to answer by, and an end with an outcome."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.alerts import handling, reads
from app.alerts.escalation import escalate_due
from app.alerts.tables import Alert, AlertCause, AlertStep
from app.audit.trail import Actor
from app.core.db import contend, transaction
from app.core.errors import Conflict, Invalid
from app.messaging.tables import Message
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


def test_who_acknowledges_owns_it_and_has_an_hour_to_settle_it(session: Session) -> None:
    nurse = make_account(session)
    alert = make_alert(session, make_patient(session).id)
    actor = Actor("staff", nurse.id)
    handling.acknowledge(session, actor, alert.id, NOW)
    handling.acknowledge(session, actor, alert.id, NOW)
    assert (alert.state, alert.owner_id) == ("acknowledged", nurse.id)
    assert alert.settle_by == alert.next_escalation_at == NOW + timedelta(hours=1)
    assert steps(session, alert) == ["raised", "acknowledged"]


def test_two_cannot_take_the_same_alert(session: Session) -> None:
    first, second = make_account(session), make_account(session)
    alert = make_alert(session, make_patient(session).id)
    handling.acknowledge(session, Actor("staff", first.id), alert.id, NOW)
    with pytest.raises(Conflict) as refused:
        handling.acknowledge(session, Actor("staff", second.id), alert.id, NOW)
    assert refused.value.code == "already_taken"


def test_an_alert_ends_with_an_outcome_only(session: Session) -> None:
    actor = Actor("staff", make_account(session).id)
    alert = make_alert(session, make_patient(session).id)
    with pytest.raises(Invalid) as refused:
        handling.resolve(session, actor, alert.id, "  ", NOW, seen=1)
    assert refused.value.code == "outcome_missing"
    handling.resolve(session, actor, alert.id, "已电话联系，家属陪同去急诊", NOW, seen=1)
    assert (alert.state, alert.outcome) == ("resolved", "已电话联系，家属陪同去急诊")


def test_an_alert_for_a_doctor_begins_with_the_doctor_and_climbs_from_there(session: Session) -> None:
    make_account(session)
    doctor = make_account(session, role="doctor")
    administrator = make_account(session, role="administrator")
    alert = make_alert(session, make_patient(session).id, role="doctor")
    assert alert.owner_id == doctor.id
    escalate_due(session, alert.answer_by)
    assert alert.owner_id == administrator.id


def test_what_happens_again_after_it_was_resolved_is_another_alert(session: Session) -> None:
    patient, nurse = make_patient(session), make_account(session)
    alert = make_alert(session, patient.id, dedupe="pressure:1")
    actor, afternoon = Actor("staff", nurse.id), NOW + timedelta(hours=1)
    handling.resolve(session, actor, alert.id, "复测 136/84", afternoon, seen=1)
    evening = NOW + timedelta(hours=12)
    again = make_alert(session, patient.id, dedupe="pressure:1", title="自测血压 205/120", now=evening)
    assert (alert.state, alert.outcome) == ("resolved", "复测 136/84")
    assert (again.state, again.title) == ("open", "自测血压 205/120")
    assert again.id != alert.id and again.owner_id is not None
    assert again.answer_by == evening + timedelta(minutes=15)
    third = make_alert(session, patient.id, dedupe="pressure:1", title="头晕", now=evening)
    assert third.id == again.id


def test_a_new_danger_asks_anew_whoever_has_the_alert_in_hand(session: Session) -> None:
    """She took the chest pain; the stroke signs an hour later she has not seen."""
    patient, nurse = make_patient(session), make_account(session)
    alert = make_alert(session, patient.id, dedupe="talk:1", code="chest_pain", title="患者提到胸痛")
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, NOW)
    later = NOW + timedelta(minutes=50)
    make_alert(
        session, patient.id, dedupe="talk:1", code="stroke_signs", title="患者提到可能的中风表现", now=later
    )
    assert (alert.state, alert.owner_id, alert.level) == ("open", nurse.id, 0)
    assert alert.answer_by == alert.next_escalation_at == later + timedelta(minutes=15)
    assert alert.acknowledged_by is None and alert.settle_by is None
    assert alert.title == "患者提到可能的中风表现；患者提到胸痛"
    assert reads.counts(session).critical == 1
    assert steps(session, alert) == ["raised", "acknowledged", "again", "raised"]
    assert escalate_due(session, later + timedelta(minutes=15)) == 1


def test_after_the_shift_of_whoever_had_it_the_nurse_on_duty_is_asked(session: Session) -> None:
    patient, gone, here = make_patient(session), make_account(session), make_account(session)
    alert = make_alert(session, patient.id, dedupe="talk:1", code="chest_pain")
    handling.acknowledge(session, Actor("staff", gone.id), alert.id, NOW)
    make_shift(session, here.id, starts_at=NOW + timedelta(minutes=1))
    make_alert(session, patient.id, dedupe="talk:1", code="stroke_signs", now=NOW + timedelta(hours=1))
    assert alert.owner_id == here.id


def test_the_same_danger_again_within_a_short_time_is_no_news(session: Session) -> None:
    patient, nurse = make_patient(session), make_account(session)
    alert = make_alert(session, patient.id, dedupe="talk:1", code="chest_pain")
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, NOW)
    make_alert(session, patient.id, dedupe="talk:1", code="chest_pain", now=NOW + timedelta(minutes=20))
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", nurse.id)


def test_five_days_later_it_is_another_alert(session: Session) -> None:
    patient, nurse = make_patient(session), make_account(session)
    alert = make_alert(session, patient.id, dedupe="talk:1", code="chest_pain")
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, NOW)
    days = NOW + timedelta(days=5)
    other = make_alert(session, patient.id, dedupe="talk:1", code="chest_pain", now=days)
    assert other.id != alert.id
    assert (other.state, other.answer_by) == ("open", days + timedelta(minutes=15))
    assert (alert.state, alert.acknowledged_by) == ("acknowledged", nurse.id)
    assert [row.alert.id for row in reads.before(session, other, days)] == [alert.id]


def test_the_words_that_raised_it_are_kept_the_latest_first(session: Session) -> None:
    patient = make_patient(session)
    for minutes, said in enumerate(("胸口疼得厉害", "血压 182/112 头晕", "血压 182/112 头晕")):
        make_alert(session, patient.id, dedupe="talk:1", said=said, now=NOW + timedelta(minutes=minutes))
    (row,) = reads.open_alerts(session, NOW)
    assert row.said == ("血压 182/112 头晕", "胸口疼得厉害")


def test_who_takes_notes_has_as_long_again(session: Session) -> None:
    nurse = Actor("staff", make_account(session).id)
    alert = make_alert(session, make_patient(session).id)
    with pytest.raises(Conflict) as refused:
        handling.note_done(session, nurse, alert.id, "打了电话，没有人接", NOW)
    assert refused.value.code == "not_taken"
    handling.acknowledge(session, nurse, alert.id, NOW)
    half = NOW + timedelta(minutes=30)
    handling.note_done(session, nurse, alert.id, "打了电话，没有人接", half)
    assert alert.settle_by == alert.next_escalation_at == half + timedelta(hours=1)
    assert steps(session, alert) == ["raised", "acknowledged", "noted"]
    with pytest.raises(Invalid) as empty:
        handling.note_done(session, nurse, alert.id, " ", half)
    assert empty.value.code == "note_missing"


def test_a_colleagues_note_is_kept_and_moves_nobodys_time(session: Session) -> None:
    owner, colleague = make_account(session), make_account(session)
    alert = make_alert(session, make_patient(session).id)
    handling.acknowledge(session, Actor("staff", owner.id), alert.id, NOW)
    due = alert.settle_by
    handling.note_done(
        session, Actor("staff", colleague.id), alert.id, "我也打过一次", NOW + timedelta(minutes=50)
    )
    assert alert.settle_by == alert.next_escalation_at == due
    assert steps(session, alert) == ["raised", "acknowledged", "noted"]


def test_an_alert_is_taken_out_of_a_colleagues_hand_knowingly_and_she_is_told(session: Session) -> None:
    doctor = make_account(session, role="doctor", name="张伟")
    owner = make_account(session, name="李芳", oa_openid="oOwner")
    colleague = Actor("staff", make_account(session, name="赵倩").id)
    alert = make_alert(session, make_patient(session, name="王秀兰").id)
    handling.acknowledge(session, Actor("staff", owner.id), alert.id, NOW)
    later = NOW + timedelta(minutes=5)
    with pytest.raises(Conflict, match="李芳刚刚接手了") as refused:
        handling.hand_over(session, colleague, alert.id, doctor.id, "请决定", later)
    assert (refused.value.code, alert.acknowledged_by) == ("already_taken", owner.id)
    handling.hand_over(session, colleague, alert.id, doctor.id, "请决定", later, holder_id=owner.id)
    assert (alert.state, alert.owner_id) == ("open", doctor.id)
    told = session.scalars(select(Message).where(Message.origin_kind == "alert_away")).one()
    assert (told.staff_id, told.fields["what"]) == (owner.id, "王**的预警由赵倩交给张伟")


def test_a_doctor_hands_nothing_to_himself_and_takes_nothing_from_a_doctor_who_has_it(
    session: Session,
) -> None:
    doctor, other = (make_account(session, role="doctor") for _ in range(2))
    alert = make_alert(session, make_patient(session).id)
    with pytest.raises(Invalid) as refused:
        handling.hand_over(session, Actor("staff", doctor.id), alert.id, doctor.id, "我来", NOW)
    assert refused.value.code == "doctor_self"
    handling.acknowledge(session, Actor("staff", doctor.id), alert.id, NOW)
    with pytest.raises(Conflict) as taken:
        handling.hand_over(
            session, Actor("staff", other.id), alert.id, doctor.id, "请看", NOW, holder_id=doctor.id
        )
    assert taken.value.code == "already_taken"


@pytest.mark.parametrize("most, do", [(255, "note"), (60, "hand_over"), (255, "resolve")])
def test_what_is_written_is_never_cut(session: Session, most: int, do: str) -> None:
    nurse, doctor = Actor("staff", make_account(session).id), make_account(session, role="doctor")
    alert = make_alert(session, make_patient(session).id)
    handling.acknowledge(session, nurse, alert.id, NOW)
    long = "字" * (most + 1)
    with pytest.raises(Invalid, match=f"最多 {most} 个字") as refused:
        if do == "note":
            handling.note_done(session, nurse, alert.id, long, NOW)
        elif do == "hand_over":
            handling.hand_over(session, nurse, alert.id, doctor.id, long, NOW)
        else:
            handling.resolve(session, nurse, alert.id, long, NOW, seen=1)
    assert refused.value.code == "too_long"


def test_a_nurse_hands_an_alert_to_a_doctor_who_must_take_it(session: Session) -> None:
    nurse, doctor = make_account(session, name="李芳"), make_account(session, role="doctor", oa_openid="oD")
    administrator = make_account(session, role="administrator")
    actor = Actor("staff", nurse.id)
    alert = make_alert(session, make_patient(session).id)
    handling.acknowledge(session, actor, alert.id, NOW)
    later = NOW + timedelta(minutes=5)
    for _ in range(2):
        handling.hand_over(session, actor, alert.id, doctor.id, "胸痛，请决定是否转诊", later)
    assert (alert.state, alert.owner_id, alert.level) == ("open", doctor.id, 1)
    assert alert.owned_because == "李芳交给：胸痛，请决定是否转诊"
    assert alert.next_escalation_at == later + timedelta(minutes=15)
    assert steps(session, alert) == ["raised", "acknowledged", "handed"]
    told = session.scalars(select(Message).where(Message.purpose == "alert_staff")).all()
    assert [message.staff_id for message in told] == [doctor.id]
    escalate_due(session, later + timedelta(minutes=15))
    assert alert.owner_id == administrator.id


@pytest.mark.parametrize("bound", ["oDoctor", None], ids=["doctor with WeChat", "without"])
def test_a_card_that_still_waits_for_the_nurse_is_withdrawn_when_a_doctor_has_the_alert(
    session: Session, bound: str | None
) -> None:
    nurse = make_account(session, oa_openid="oNurse")
    doctor = make_account(session, role="doctor", oa_openid=bound)
    alert, other = (make_alert(session, make_patient(session).id) for _ in range(2))
    handling.hand_over(session, Actor("staff", nurse.id), alert.id, doctor.id, "请决定是否转诊", NOW)
    cards = session.scalars(
        select(Message).where(Message.purpose == "alert_staff").order_by(Message.id)
    ).all()
    to_nurse = {card.origin_id: (card.state, card.reason) for card in cards if card.staff_id == nurse.id}
    assert to_nurse == {alert.id: ("cancelled", "预警已经转给别人"), other.id: ("queued", None)}
    assert [card.state for card in cards if card.staff_id == doctor.id] == (["queued"] if bound else [])


def test_an_alert_that_climbs_is_told_to_its_next_owner_only(session: Session) -> None:
    nurse = make_account(session, oa_openid="oNurse")
    doctor = make_account(session, role="doctor", oa_openid="oDoctor")
    alert = make_alert(session, make_patient(session).id)
    assert alert.next_escalation_at is not None
    escalate_due(session, alert.next_escalation_at)
    cards = session.scalars(select(Message).where(Message.purpose == "alert_staff"))
    assert {card.staff_id: card.state for card in cards} == {nurse.id: "cancelled", doctor.id: "queued"}


@pytest.mark.parametrize(
    "role, active, why, code",
    [
        ("nurse", True, "请看", "doctor_missing"),
        ("doctor", False, "请看", "doctor_missing"),
        ("doctor", True, " ", "note_missing"),
    ],
)
def test_an_alert_is_handed_to_a_working_doctor_with_a_word_only(
    session: Session, role: str, active: bool, why: str, code: str
) -> None:
    to = make_account(session, role=role, active=active)
    alert = make_alert(session, make_patient(session).id)
    with pytest.raises(Invalid) as refused:
        handling.hand_over(session, Actor("staff", make_account(session).id), alert.id, to.id, why, NOW)
    assert refused.value.code == code


def test_causes_told_at_once_are_one_alert_that_keeps_every_one(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_account(session)
        patient_id = make_patient(session).id

    def tell(place: int) -> str:
        return contend(
            outside.sessions,
            lambda session: make_alert(session, patient_id, dedupe="talk:1", code=f"danger {place}").id,
        )

    with ThreadPoolExecutor(4) as workers:
        assert len(set(workers.map(tell, range(4)))) == 1
    with outside.sessions() as session:
        codes = session.scalars(select(AlertCause.code)).all()
        assert sorted(codes) == [f"danger {place}" for place in range(4)]
