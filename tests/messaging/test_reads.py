"""What is still under way, what comes next, and who may change a message's state."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from app.core.db import transaction
from app.messaging import reads
from app.wiring import Outside
from tests.factories.messaging import make_message
from tests.factories.patients import make_patient


def test_the_next_moment_is_when_a_message_is_due_or_goes_stale(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient_id = make_patient(session).id
        assert reads.next_due(session, now) is None
        make_message(session, now, "dose", patient_id=patient_id, due_at=now + timedelta(hours=1))
        session.flush()
        assert reads.next_due(session, now) == now + timedelta(hours=1)
        assert reads.next_due(session, now + timedelta(hours=1)) == now + timedelta(hours=2, minutes=30)


def test_a_message_is_in_hand_from_due_until_its_finish_event(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        message = make_message(session, now, patient_id=make_patient(session).id, due_at=now)
        for state, in_hand in [
            ("queued", True), ("sending", True), ("accepted", True), ("delivered", False), ("failed", False),
        ]:  # fmt: skip
            message.state, message.lane, message.sent_at = state, "oa_template", now
            session.flush()
            assert reads.in_hand(session, now) is in_hand, state
        message.state = "accepted"
        session.flush()
        assert reads.in_hand(session, now + reads.FINISH_COMES_WITHIN) is False


def test_a_patients_messages_come_newest_first(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient_id = make_patient(session).id
        for minutes in (0, 5):
            at = now + timedelta(minutes=minutes)
            make_message(session, at, patient_id=patient_id, fields={"what": f"第{minutes}分"})
        shown = reads.of_patient(session, patient_id)
        assert [each.words for each in shown] == ["第5分", "第0分"]


def test_only_two_files_change_a_messages_state() -> None:
    writers = {
        path.name
        for path in Path("app/messaging").rglob("*.py")
        if re.search(r"message\.state(,[^=\n]*)? = ", path.read_text())
    }
    assert writers == {"outbox.py", "delivery.py"}
