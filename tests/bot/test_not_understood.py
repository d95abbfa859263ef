"""What the chat does not understand, or the patient does not know, goes to a nurse; the form goes on."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.reads import open_alerts
from app.conversations.tables import Line
from app.followup.tables import VisitOutcome
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.tables import Response
from app.wechat.inbound import PatientText
from bot.dispatch import Arrived, dispatch
from bot.fetching import Fetched
from tests.factories.ward import Ward

PATIENCE = "没关系，这一题护士会问您。"


class Talk:
    """One patient who writes, and what the house answers."""

    def __init__(self, session: Session, ward: Ward, now: datetime) -> None:
        self.session, self.ward, self.now, self.said = session, ward, now, 0

    def write(self, *messages: str) -> str:
        """The answer to the last of these messages."""
        for words in messages:
            self.said += 1
            at, key = self.now + timedelta(seconds=self.said), f"m{self.said}"
            message = PatientText(openid=self.ward.chat.openid, at=at, text=words, option=None)
            arrived = Arrived(self.ward.chat.app_id, "oa", key, message, Fetched(), "secret", at)
            assert dispatch(self.session, arrived, at)
            self.session.flush()
        answer = select(Message.text).where(Message.dedupe_key == f"bot:m{self.said}")
        return self.session.scalars(answer).one_or_none() or ""


@pytest.fixture
def talk(session: Session, ward: Ward, now: datetime) -> Talk:
    return Talk(session, ward, now)


def waiting(session: Session) -> list[str]:
    """What of the patient's a nurse has to read."""
    read = select(Line.body).where(Line.author_kind == "patient", Line.kind == "text").order_by(Line.at)
    return list(session.scalars(read))


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("没吃", "none"),
        ("没有吃", "none"),
        ("没有", "none"),
        ("我没吃", "none"),
        ("忘了", "intermittent"),
        ("我忘了。", "intermittent"),
        ("我不知道", "unclear"),
        ("不清楚", "unclear"),
    ],
)
def test_how_the_medicine_is_taken_in_ordinary_words(
    session: Session, draft: Response, talk: Talk, words: str, taken: str
) -> None:
    asked = talk.write("138/86", "没有不舒服")
    assert "降压药是怎么吃的" in asked
    assert "都填好了" in talk.write(words)
    assert drafts.answers_of(session, draft.id)["medication_adherence"] == taken


@pytest.mark.parametrize("words", ["没吃早饭，138/86", "忘了说了，血压138/86"])
def test_the_same_words_in_other_talk_say_nothing_of_medicine(
    session: Session, draft: Response, talk: Talk, words: str
) -> None:
    talk.write(words)
    assert drafts.answers_of(session, draft.id) == {"bp": {"systolic": 138, "diastolic": 86}}


def test_after_two_misses_the_nurse_asks_and_the_form_is_sent(
    session: Session, draft: Response, talk: Talk, ward: Ward, now: datetime
) -> None:
    assert "没看懂" in talk.write("138/86", "没有不舒服", "那个白的")
    said = talk.write("早上那种")
    assert PATIENCE in said and "都填好了" in said
    assert session.scalars(select(VisitOutcome.advice_key)).all() == ["bp_controlled_unclear"]
    (alert,) = open_alerts(session, now)
    assert alert.alert.urgency == "normal"
    assert "没有说清降压药怎么吃" in (alert.alert.detail or "")
    assert "早上那种" in waiting(session)


def test_a_complaint_that_stays_unclear_at_a_high_pressure_is_asked_about_the_same_day(
    session: Session, draft: Response, talk: Talk, now: datetime
) -> None:
    assert PATIENCE in talk.write("165/95", "老样子", "还那样")
    talk.write("1")
    (alert,) = open_alerts(session, now)
    assert alert.alert.urgency == "high"
    assert "没有说清有没有不舒服" in (alert.alert.detail or "")


def test_a_number_wrong_twice_is_left_to_the_nurse_and_the_form_waits(
    session: Session, draft: Response, talk: Talk
) -> None:
    talk.write("头晕 高压150")
    assert PATIENCE in talk.write("13/86", "14/86")
    assert "您今天的血压是多少" in talk.write("1")
    assert talk.write("不知道") == f"{PATIENCE}已经填的都保存好了。"
    assert draft.state == "draft"
    talk.write("138/86")
    assert draft.state == "submitted"


def test_what_was_told_stands_when_a_later_reply_is_not_understood(
    session: Session, draft: Response, talk: Talk
) -> None:
    talk.write("138/86", "胸口痛", "上一题", "老样子", "还那样")
    assert drafts.answers_of(session, draft.id)["symptoms"] == ["chest_pain"]


def test_skipping_the_last_question_ends_the_asking(session: Session, draft: Response, talk: Talk) -> None:
    assert PATIENCE in talk.write("138/86", "没有不舒服", "跳过")
    assert draft.state == "submitted"
