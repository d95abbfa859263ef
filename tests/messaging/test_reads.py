"""What is still under way, what comes next, and who may change a message's state."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from app.core.db import transaction
from app.messaging import reads
from app.messaging.happened import happened
from app.messaging.life import life_of
from app.wiring import Outside
from tests.factories.messaging import WHEN, make_message, make_templates
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


def test_the_timeline_tells_what_stood_on_the_card_and_not_the_text_behind_it(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        make_templates(session, now)
        message = make_message(
            session, now, "advice", patient_id=make_patient(session).id, text="坐下休息，先打120"
        )
        message.fields = {"what": "血压很高，请马上处理", "when": WHEN, "who": "李芳护士"}
        message.lane, message.state = "oa_template", "delivered"
        session.flush()
        (told,) = happened(session, message.patient_id or "", None, 5)
        assert told.text == (
            "服务号模板消息 · 提示内容：血压很高，请马上处理，时间：2026年3月2日 10:00，联系人：李芳护士"
            " · 微信里只有这张卡片，全文要点开才看得到"
        )
        life = life_of(session, message.id, now)
        assert "坐下休息" not in life.words
        assert life.behind == "坐下休息，先打120"


def test_what_went_through_the_chat_is_told_whole(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_templates(session, now)
        message = make_message(
            session, now, "advice", patient_id=make_patient(session).id, text="坐下休息，先打120"
        )
        message.lane, message.state = "oa_custom", "accepted"
        session.flush()
        (told,) = happened(session, message.patient_id or "", None, 5)
        assert told.text == "服务号聊天 · 坐下休息，先打120"


def test_a_card_whose_template_asks_for_more_since_still_tells_its_fields(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        make_templates(session, now)
        message = make_message(session, now, "advice", patient_id=make_patient(session).id)
        message.fields, message.lane = {"what": "血压很高"}, "oa_template"
        session.flush()
        (told,) = happened(session, message.patient_id or "", None, 5)
        assert told.text == "服务号模板消息 · 血压很高"


def test_only_two_files_change_a_messages_state() -> None:
    writers = {
        path.name
        for path in Path("app/messaging").rglob("*.py")
        if re.search(r"message\.state(,[^=\n]*)? = ", path.read_text())
    }
    assert writers == {"outbox.py", "delivery.py"}
