"""What is owed is a row: once, cancellable, and found again by whoever promises it twice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.core.db import transaction
from app.messaging import outbox, windows
from app.messaging.outbox import Promise
from app.messaging.purposes import PURPOSES
from app.messaging.tables import Message
from app.wiring import Outside
from tests.factories.messaging import a_promise, make_message
from tests.factories.patients import make_identity, make_patient


def test_a_promise_made_twice_is_one_message(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        first = outbox.promise(session, a_promise(dedupe="task:1", patient_id=patient.id), now)
        second = outbox.promise(session, a_promise(dedupe="task:1", patient_id=patient.id), now)
        assert first.id == second.id
        assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_a_promise_broken_off_with_its_transaction_is_not_owed(outside: Outside, now: datetime) -> None:
    class Stopped(Exception):
        pass

    with pytest.raises(Stopped), transaction(outside.sessions) as session:
        make_message(session, now, patient_id=make_patient(session).id)
        raise Stopped
    with transaction(outside.sessions) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0
    assert outside.redis.keys("*bell*") == []


def test_a_promise_rings_for_its_own_worker(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        make_message(session, now, patient_id=patient.id)
        make_message(session, now, "advice", patient_id=patient.id)
        make_message(session, now, "dose", patient_id=patient.id, due_at=now + timedelta(hours=1))
    assert sorted(outside.redis.keys("*bell*")) == [
        b"suihu:bell:messaging.send_due",
        b"suihu:bell:messaging.send_urgent",
    ]


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [("dose", timedelta(minutes=90)), ("followup_due", timedelta(days=2)), ("advice", timedelta(days=1))],
)
def test_a_message_is_of_use_for_as_long_as_its_purpose_says(
    outside: Outside, now: datetime, purpose: str, lasts: timedelta
) -> None:
    due = now + timedelta(hours=3)
    with transaction(outside.sessions) as session:
        message = make_message(session, now, purpose, patient_id=make_patient(session).id, due_at=due)
        assert message.expires_at == due + lasts


def test_what_is_still_queued_for_a_thing_can_be_stopped(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        about = {"patient_id": patient.id, "origin_kind": "booking", "origin_id": "b1"}
        waiting = make_message(session, now, "booking_reminder", **about)
        gone = make_message(session, now, "booking_confirmed", **about)
        gone.state = "delivered"
        other = make_message(session, now, "booking_reminder", **{**about, "origin_id": "b2"})
        assert outbox.cancel_for(session, "booking", ["b1"], "预约已取消", now) == 1
        assert [waiting.state, gone.state, other.state] == ["cancelled", "delivered", "queued"]
        assert waiting.reason == "预约已取消"


@pytest.mark.parametrize(
    ("promise", "error"),
    [
        (Promise("greeting", "x:1", patient_id="p"), KeyError),
        (Promise("dose", "x:1"), ValueError),
        (Promise("dose", "x:1", patient_id="p", link="https://elsewhere.cn/"), ValueError),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(
    outside: Outside, now: datetime, promise: Promise, error: type[Exception]
) -> None:
    with transaction(outside.sessions) as session, pytest.raises(error):
        outbox.promise(session, promise, now)


def test_every_purpose_has_lanes_and_an_end() -> None:
    for name, purpose in PURPOSES.items():
        assert purpose.lanes and purpose.useful_for > timedelta(0), name
        assert purpose.template is None or purpose.template in PURPOSES, name


def test_a_nurse_sees_how_many_replies_are_left_and_until_when(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        chat = make_identity(session)
        assert windows.reply_state(session, chat.id, now) == (0, None)
        windows.note_user_act(session, chat.id, "message", now, now)
        windows.spend(session, chat.id)
        assert windows.reply_state(session, chat.id, now) == (4, now + timedelta(hours=48))
        windows.note_user_act(session, chat.id, "follow", now, now)
        assert windows.reply_state(session, chat.id, now) == (4, now + timedelta(hours=48)), "of one second"
        now += timedelta(seconds=1)
        windows.note_user_act(session, chat.id, "menu", now, now)
        assert windows.reply_state(session, chat.id, now) == (3, now + timedelta(minutes=1))
        windows.close(session, chat.id, now)
        assert windows.reply_state(session, chat.id, now) == (0, None)


def test_a_message_keeps_the_origin_it_was_promised_for(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        loose = outbox.promise(
            session, a_promise(dedupe="loose", patient_id=patient.id, origin_kind=None), now
        )
        owned = outbox.promise(session, a_promise(dedupe="owned", patient_id=patient.id), now)
        owned.origin_kind, owned.origin_id = "task", "t1"
        for message in (loose, owned):
            outbox.give_origin(message, "line", "l1")
        assert [(each.origin_kind, each.origin_id) for each in (loose, owned)] == [
            ("line", "l1"),
            ("task", "t1"),
        ]
