"""The talk with the nurse, on whichever lane it was written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.audit.trail import Actor
from app.conversations.inbox import LONGEST_LINE
from app.conversations.replies import note
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.patients.tables import WechatIdentity
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.conversations import make_patient_line
from tests.factories.staff import make_account


def test_a_line_is_written_once(patient: Caller, outside: Outside) -> None:
    tap = {"text": "药快吃完了，怎么续？", "request_id": "write-tap-1"}
    first, second = patient.post("/messages", **tap), patient.post("/messages", **tap)
    assert (first.status_code, first.json) == (201, second.json)
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).where(Line.author_kind == "patient")) == 1
    shown = patient.get("/messages").get_json()["items"]
    assert (shown[-1]["who"], shown[-1]["text"]) == ("patient", "药快吃完了，怎么续？")


def test_remarks_among_colleagues_stay_inside(patient: Caller, outside: Outside) -> None:
    patient.post("/messages", text="您好")
    with transaction(outside.sessions) as session:
        nurse = Actor("staff", make_account(session).id)
        talk = session.scalars(select(Conversation.id)).one()
        note(session, nurse, talk, "这位患者容易紧张", new_id(), clock.now())
    assert "紧张" not in patient.get("/messages").text


def test_everybody_reads_only_their_own_talk(patient: Caller, other: Caller) -> None:
    patient.post("/messages", text="只给护士看")
    assert other.get("/messages").get_json()["items"] == []


def test_reading_is_told_to_the_nurse(patient: Caller, outside: Outside) -> None:
    patient.post("/messages", text="您好")
    assert patient.post("/messages/seen").status_code == 204
    with read_only(outside.readers) as session:
        assert session.scalars(select(Conversation.patient_read_at)).one() is not None


@pytest.mark.parametrize(
    "text, code", [("  ", "empty"), ("", "invalid_field"), ("好" * 601, "invalid_field")]
)
def test_a_line_that_does_not_fit_is_refused(patient: Caller, text: str, code: str) -> None:
    assert LONGEST_LINE == 600
    answer = patient.post("/messages", text=text)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


def test_pages_stay_in_place_while_lines_are_added(patient: Caller, outside: Outside) -> None:
    def add(text: str, minute: int) -> None:
        with transaction(outside.sessions) as session:
            chat = session.scalars(
                select(WechatIdentity).where(WechatIdentity.patient_id == patient.patient_id)
            ).one()
            make_patient_line(session, chat, text, clock.now() + timedelta(minutes=minute))

    for number in range(5):
        add(f"第{number}句", number)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = patient.get("/messages", limit=2, **cursor).get_json()
        seen += [line["text"] for line in page["items"] if line["who"] == "patient"]
        add("后来的", 60 + len(seen))
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [f"第{number}句" for number in (4, 3, 2, 1, 0)]
