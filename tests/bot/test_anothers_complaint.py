"""What somebody tells of another person is no answer of her own, and is cared for all the same."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.reads import open_alerts
from app.conversations.tables import Conversation
from app.messaging.tables import Message
from app.questionnaires import drafts
from app.questionnaires.tables import Response
from tests.factories.chat import tell
from tests.factories.ward import Ward


@pytest.fixture
def draft(session: Session, ward: Ward, draft: Response, now: datetime) -> Response:
    """The form with its pressure given: the symptoms are asked."""
    tell(session, ward, "138/86", now)
    return draft


def symptoms(session: Session, draft: Response) -> object:
    return drafts.answers_of(session, draft.id).get("symptoms")


@pytest.mark.parametrize("words", ["我老伴胸痛", "老伴胸口痛得厉害", "胸痛的是我老伴", "我没事，我爸说胸闷"])
def test_the_complaint_of_another_person_is_for_the_nurse_and_not_on_the_form(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str
) -> None:
    tell(session, ward, words, now)
    assert symptoms(session, draft) in (None, ["none"])
    (row,) = open_alerts(session, now)
    assert row.said == (words,)
    assert session.scalars(select(Conversation.waiting_since)).one() == now
    assert len(session.scalars(select(Message).where(Message.purpose == "advice")).all()) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("老伴说我头晕", ["dizziness"]),
        ("我和老伴都头晕", ["dizziness"]),
        ("头晕，老伴陪着我", ["dizziness"]),
        ("我头晕，我老伴胸痛", ["dizziness"]),
    ],
)
def test_her_own_complaint_is_the_answer(
    session: Session, ward: Ward, draft: Response, now: datetime, words: str, answer: list[str]
) -> None:
    tell(session, ward, words, now)
    assert symptoms(session, draft) == answer
