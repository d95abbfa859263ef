"""At an emergency the chat's form stops: the advice stands last, and the patient goes on when she wants."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.reads import open_alerts
from app.conversations.tables import Conversation, Line
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.tables import Response
from tests.factories.chat import tell
from tests.factories.ward import Ward

LATER = "回复“继续”就接着填"


def answered(session: Session, ward: Ward, words: str, at: datetime) -> list[str]:
    """Everything the house says to these words, in the order it was promised."""
    tell(session, ward, words, at)
    told = select(Message.text).where(
        Message.patient_id == ward.patient.id,
        Message.created_at == at,
        Message.purpose.in_(["advice", "bot"]),
    )
    return [text or "" for text in session.scalars(told.order_by(Message.id))]


def test_the_advice_stands_last_behind_what_she_said_in_her_own_words(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    (said,) = answered(session, ward, "182/112 头晕", now)
    assert said.startswith("记下了：182/112、头晕。\n\n血压很高")
    assert said.endswith("情况不好时不要等电话，先打 120。")
    assert "头痛、" not in said and "不厉害" not in said and "降压药" not in said
    shown = session.scalars(select(Line.body).where(Line.author_kind == "system")).all()
    assert shown == [said]


def test_the_nurse_reads_what_was_answered(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    tell(session, ward, "182/112 头晕", now)
    (row,) = open_alerts(session, now)
    assert "182/112；头晕。" in (row.alert.detail or "")
    assert "头痛" not in row.alert.title + (row.alert.detail or "")


@pytest.mark.parametrize("words", ["182/112，我胸口疼得厉害", "高压185", "138/86 胸口痛"])
def test_whatever_the_danger_nothing_is_asked_behind_it(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str
) -> None:
    said = answered(session, ward, words, now)
    assert "120" in said[-1]
    assert not any("降压药是怎么吃的" in text or "是多少" in text for text in said)


def test_when_she_writes_next_she_is_told_how_to_go_on_and_the_nurse_reads_it(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    answered(session, ward, "182/112 头晕", now)
    (said,) = answered(session, ward, "难受", now + timedelta(minutes=1))
    assert LATER in said
    assert session.scalars(select(Conversation.waiting_since)).one() is not None


def test_another_complaint_is_kept_and_the_form_stays_stopped(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    answered(session, ward, "182/112", now)
    (said,) = answered(session, ward, "头晕", now + timedelta(minutes=1))
    assert said.startswith("记下了：头晕。") and LATER in said
    assert "降压药" not in said


def test_with_one_word_she_goes_on_and_finishes(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    answered(session, ward, "182/112 头晕", now)
    (asked,) = answered(session, ward, "继续", now + timedelta(minutes=5))
    assert "降压药是怎么吃的" in asked
    answered(session, ward, "1", now + timedelta(minutes=6))
    assert draft.state == "submitted"


def test_told_again_while_the_alert_stands_nothing_is_asked_either(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    answered(session, ward, "182/112", now)
    (said,) = answered(session, ward, "现在190/115", now + timedelta(minutes=5))
    assert said.startswith("记下了：190/115。") and "护士已收到提醒" in said
    assert "不舒服？" not in said


def test_an_emergency_in_the_last_answer_is_sent_and_the_advice_still_stands_last(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    drafts.save_answer(session, ward.patient.id, draft.id, "medication_adherence", "regular", "page", now)
    (said,) = answered(session, ward, "182/112 头晕", now + timedelta(minutes=1))
    assert draft.state == "submitted"
    assert said.startswith("记下了：182/112、头晕。都填好了，谢谢您！")
    assert said.endswith("先打 120。")


def test_a_stopped_form_goes_on_with_the_same_word(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    answered(session, ward, "138/86", now)
    (stopped,) = answered(session, ward, "停", now + timedelta(minutes=1))
    assert "回复“继续”" in stopped
    (asked,) = answered(session, ward, "继续", now + timedelta(minutes=2))
    assert "有没有不舒服" in asked


def test_without_a_form_begun_the_word_is_talk(
    session: Session, ward: Ward, draft: Response, now: datetime
) -> None:
    assert not any("血压是多少" in text for text in answered(session, ward, "继续", now))
