"""An alert nobody answers goes on to the next person; it is never dropped and never without an owner."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts import handling, reads
from app.alerts.alarm import raise_alert
from app.alerts.escalation import adopt_orphans, escalate_due, in_hand, next_due
from app.alerts.tables import Alert, AlertStep
from app.audit.trail import Actor
from app.core import clock
from app.core.db import transaction
from app.messaging.card_time import card_time
from app.messaging.tables import Message
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.alerts import make_alert
from tests.factories.patients import make_patient
from tests.factories.staff import make_account, make_shift

LATE = NOW + timedelta(minutes=15)


@pytest.fixture
def session(outside: Outside):
    with outside.sessions() as session:
        yield session


def test_an_unanswered_alert_goes_to_the_doctor_on_duty(session: Session) -> None:
    nurse, doctor = make_account(session), make_account(session, role="doctor", name="张伟")
    make_shift(session, doctor.id, starts_at=NOW - timedelta(hours=1))
    alert = make_alert(session, make_patient(session).id)
    assert alert.owner_id == nurse.id
    assert escalate_due(session, LATE - timedelta(seconds=1)) == 0
    assert escalate_due(session, LATE) == 1
    assert (alert.owner_id, alert.level) == (doctor.id, 1)
    assert escalate_due(session, LATE) == 0


def test_with_nobody_on_duty_it_still_finds_an_owner_at_every_turn(session: Session) -> None:
    administrator = make_account(session, role="administrator")
    alert = make_alert(session, make_patient(session).id)
    for turn in range(1, 9):
        assert alert.next_escalation_at is not None
        escalate_due(session, alert.next_escalation_at)
        assert alert.owner_id == administrator.id
        assert alert.level == turn
        assert reads.counts(session).ownerless == 0


def test_nobody_is_told_of_twenty_open_alerts_every_quarter_of_an_hour_for_days(session: Session) -> None:
    """They come round for as long as they are open, and from the second day on all in one moment."""
    make_account(session, role="administrator", oa_openid="oAdmin")
    patients = [make_patient(session).id for _ in range(20)]
    alerts = [
        make_alert(session, patient, now=NOW + number * timedelta(minutes=7))
        for number, patient in enumerate(patients)
    ]
    now, second_day = NOW, NOW + timedelta(days=1)
    stops: list[datetime] = []
    while (due := next_due(session, now)) is not None and due < second_day + timedelta(days=1):
        now = due
        escalate_due(session, now)
        if now >= second_day:
            stops.append(now)
    assert [clock.local(stop).hour for stop in stops] == [12, 16, 20, 0, 4, 8]
    assert all(alert.next_escalation_at == NOW + timedelta(days=2, hours=2) for alert in alerts)
    told = select(Message).where(Message.origin_id == alerts[0].id, Message.created_at >= second_day)
    cards = session.scalars(told).all()
    assert len(cards) == 6
    # A critical alert is to be taken within a quarter of an hour, whenever the next card comes.
    assert [card.fields["until"] for card in cards] == [
        f"{card_time(stop + timedelta(minutes=15))}前" for stop in stops
    ]


def test_a_danger_told_again_at_the_top_does_not_wait_for_the_next_round(session: Session) -> None:
    make_account(session, role="administrator")
    patient_id = make_patient(session).id
    alert = make_alert(session, patient_id)
    while alert.level < 5:
        assert alert.next_escalation_at is not None
        now = alert.next_escalation_at
        escalate_due(session, now)
    again = now + timedelta(minutes=5)
    assert alert.next_escalation_at is not None and alert.next_escalation_at > again + timedelta(hours=3)
    joined = raise_alert(
        session,
        patient_id,
        reason=alert.reason,
        urgency="critical",
        title="血压 184/112",
        detail="",
        source_kind="response",
        source_id="later",
        dedupe=alert.dedupe_key,
        now=again,
    )
    assert joined.id == alert.id
    assert alert.next_escalation_at == again + timedelta(minutes=15)


def test_the_reason_tells_of_the_administrator_where_there_is_no_doctor(session: Session) -> None:
    make_account(session)
    administrator = make_account(session, role="administrator")
    alert = make_alert(session, make_patient(session).id)
    escalate_due(session, LATE)
    assert alert.owner_id == administrator.id
    assert alert.owned_because == "护士没有在时限内接手，转给管理员，没有别的在职医生，由管理员处理"
    escalate_due(session, LATE + timedelta(minutes=15))
    assert alert.owned_because == "仍无人接手，再次提醒管理员，当时没有管理员值班，由在职的管理员处理"


def test_an_acknowledged_alert_does_not_escalate(session: Session) -> None:
    nurse = make_account(session)
    alert = make_alert(session, make_patient(session).id)
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, NOW)
    assert escalate_due(session, LATE) == 0


def test_what_was_taken_and_never_settled_climbs_the_ladder(session: Session) -> None:
    """Nobody may take an alert and let it lie: an hour later the doctor is asked, then the administrator."""
    nurse, doctor = make_account(session), make_account(session, role="doctor")
    administrator = make_account(session, role="administrator")
    alert = make_alert(session, make_patient(session).id)
    handling.acknowledge(session, Actor("staff", nurse.id), alert.id, NOW)
    hour = NOW + timedelta(hours=1)
    assert next_due(session, NOW) == hour
    assert not reads.alert_row(session, alert.id, hour).overdue
    assert reads.alert_row(session, alert.id, hour + timedelta(seconds=1)).overdue
    assert escalate_due(session, hour) == 1
    assert (alert.state, alert.owner_id, alert.level) == ("open", doctor.id, 1)
    assert alert.owned_because == "接手后没有在时限内写下结果，转给医生，当时没有医生值班，由在职的医生处理"
    assert reads.alert_row(session, alert.id, hour + timedelta(minutes=1)).overdue
    assert escalate_due(session, hour + timedelta(minutes=15)) == 1
    assert alert.owner_id == administrator.id


def test_the_alert_of_somebody_who_left_is_adopted_and_must_be_taken_anew(session: Session) -> None:
    gone, here = make_account(session), make_account(session, name="在岗")
    alert = make_alert(session, make_patient(session, nurse_id=gone.id).id)
    handling.acknowledge(session, Actor("staff", gone.id), alert.id, NOW)
    gone.active = False
    session.flush()
    assert reads.counts(session).ownerless == 1
    assert adopt_orphans(session, LATE) == 1
    assert (alert.owner_id, alert.state) == (here.id, "open")
    assert reads.counts(session).ownerless == 0


@pytest.mark.parametrize("taken", [True, False])
def test_who_adopts_an_alert_has_as_long_as_for_a_new_one(session: Session, taken: bool) -> None:
    """She has had it for no second yet: nobody may write that she did not take it in time."""
    gone, here = make_account(session), make_account(session, name="在岗")
    make_account(session, role="doctor")
    alert = make_alert(session, make_patient(session, nurse_id=gone.id).id)
    if taken:
        handling.acknowledge(session, Actor("staff", gone.id), alert.id, NOW)
    gone.active = False
    session.flush()
    adopt_orphans(session, LATE)
    assert escalate_due(session, LATE) == 0
    assert (alert.owner_id, alert.level, alert.settle_by) == (here.id, 0, None)
    assert alert.answer_by == alert.next_escalation_at == LATE + timedelta(minutes=15)
    assert not reads.alert_row(session, alert.id, LATE).overdue


def test_what_was_a_doctors_turn_is_adopted_by_a_doctor(session: Session) -> None:
    make_account(session)
    gone, here = make_account(session, role="doctor"), make_account(session, role="doctor")
    alert = make_alert(session, make_patient(session, doctor_id=gone.id).id, role="doctor")
    assert alert.owner_id == gone.id
    gone.active = False
    session.flush()
    adopt_orphans(session, NOW)
    assert (alert.owner_id, alert.level) == (here.id, 1)


def test_an_empty_house_lists_what_nobody_answers_for_until_somebody_comes(session: Session) -> None:
    alert = make_alert(session, make_patient(session).id)
    assert reads.counts(session).ownerless == 1
    nurse = make_account(session)
    adopt_orphans(session, NOW)
    assert alert.owner_id == nurse.id


def test_the_demo_clock_stops_where_an_alert_runs_out(session: Session) -> None:
    alert = make_alert(session, make_patient(session).id)
    assert next_due(session, NOW) == alert.answer_by == LATE
    assert not in_hand(session, NOW)
    assert in_hand(session, LATE)


def test_two_workers_escalate_once(outside: Outside) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with transaction(outside.sessions) as session:
        make_account(session)
        alert_id = make_alert(session, make_patient(session).id).id

    def work(_: int) -> int:
        with transaction(outside.sessions) as session:
            return escalate_due(session, LATE)

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 1
    with outside.sessions() as session:
        steps = session.scalars(select(AlertStep.what).where(AlertStep.alert_id == alert_id)).all()
        assert sorted(steps) == ["escalated", "raised"]
        assert session.get_one(Alert, alert_id).level == 1


def test_the_list_shows_the_gravest_first_then_what_is_due_first(session: Session) -> None:
    make_account(session)
    patient = make_patient(session)
    normal = make_alert(session, patient.id, urgency="normal")
    later = make_alert(session, patient.id, urgency="critical", now=NOW + timedelta(minutes=1))
    sooner = make_alert(session, patient.id, urgency="critical")
    high = make_alert(session, patient.id, urgency="high")
    shown = [row.alert.id for row in reads.open_alerts(session, NOW)]
    assert shown == [sooner.id, later.id, high.id, normal.id]
    assert reads.counts(session) == reads.Counts(open=4, critical=2, ownerless=0, unresolved=4)


def test_a_bound_owner_is_told_in_wechat_once_a_turn(session: Session) -> None:
    nurse = make_account(session, oa_openid="oNurse")
    make_alert(session, make_patient(session, name="王秀兰").id)
    sent = session.scalars(select(Message).where(Message.purpose == "alert_staff")).all()
    assert [(message.staff_id, message.urgent) for message in sent] == [(nurse.id, True)]
    assert sent[0].fields["what"].startswith("王**：血压 182/112")


@pytest.mark.parametrize("how", ["taken", "resolved"])
def test_a_card_that_waits_is_taken_back_once_somebody_has_the_alert(session: Session, how: str) -> None:
    nurse = make_account(session, oa_openid="oNurse")
    alert, actor = make_alert(session, make_patient(session).id), Actor("staff", nurse.id)
    other = make_alert(session, make_patient(session).id)
    if how == "taken":
        handling.acknowledge(session, actor, alert.id, NOW)
    else:
        handling.resolve(session, actor, alert.id, "已电话联系", NOW, seen=1)
    sent = {message.origin_id: message.state for message in session.scalars(select(Message))}
    assert sent == {alert.id: "cancelled", other.id: "queued"}
