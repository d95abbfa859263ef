"""When working off what a patient wrote fails for good, a nurse still reads it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import capture_logs

from app.alerts.tables import Alert
from app.conversations.events import PatientWrote
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import read_only, transaction
from app.patients.events import Followed
from app.questionnaires import drafts
from app.questionnaires.events import FlagRaised
from app.wechat.tables import Callback
from tests.factories.followup import make_task
from tests.factories.joined import join
from tests.factories.listening import breaking
from tests.factories.staff import sign_in_as
from tests.factories.ward import Ward
from tests.hospital import Hospital, Phone

FORM = "hypertension_followup"


@pytest.fixture
def phone(hospital: Hospital) -> Phone:
    return hospital.phone("wang")


@pytest.fixture
def ward(hospital: Hospital, phone: Phone, client: FlaskClient) -> Ward:
    """王桂芳 follows the account; her nurse is at the console."""
    found = join(hospital, phone)
    with transaction(hospital.outside.sessions) as session:
        sign_in_as(client, session, found.nurse)
    return found


def states(hospital: Hospital, kind: str) -> list[tuple[str, int]]:
    with read_only(hospital.outside.readers) as session:
        found = select(Callback.state, Callback.tries).where(Callback.kind == kind).order_by(Callback.id)
        return [(state, tries) for state, tries in session.execute(found)]


def patients_lines(hospital: Hospital) -> int:
    with read_only(hospital.outside.readers) as session:
        found = select(func.count()).select_from(Line).where(Line.author_kind == "patient")
        return session.scalars(found).one()


def test_words_that_nothing_could_be_done_with_wait_in_the_inbox_for_a_nurse(
    hospital: Hospital, phone: Phone, ward: Ward, client: FlaskClient
) -> None:
    with breaking(hospital.outside, PatientWrote):
        phone.text("这两天早上有点头晕，要紧吗？")
        hospital.travel(minutes=10)
    assert states(hospital, "text") == [("failed", 5)]
    assert "这两天早上有点头晕" in client.get("/console/inbox").text
    with read_only(hospital.outside.readers) as session:
        talk = session.scalars(select(Conversation)).one()
        assert (talk.state, talk.patient_id) == ("open", ward.patient.id)
        assert talk.waiting_since is not None


def test_a_nurse_can_answer_what_was_kept_at_the_last(
    hospital: Hospital, phone: Phone, ward: Ward, client: FlaskClient
) -> None:
    with breaking(hospital.outside, PatientWrote):
        phone.text("药要空腹吃吗？")
        hospital.travel(minutes=10)
    with read_only(hospital.outside.readers) as session:
        talk = session.scalars(select(Conversation.id)).one()
    sent = client.post(f"/console/inbox/{talk}/lines", data={"text": "饭后吃", "request_id": "request-0001"})
    assert sent.status_code == 200
    hospital.work()
    assert phone.texts()[-1] == "饭后吃"


def test_danger_in_words_that_the_form_choked_on_is_told_all_the_same(
    hospital: Hospital, phone: Phone, ward: Ward, client: FlaskClient
) -> None:
    with transaction(hospital.outside.sessions) as session:
        task = make_task(session, ward.patient.id, form_code=FORM)
        drafts.open_for_task(session, ward.patient.id, task.id, FORM, clock.now())
    with breaking(hospital.outside, FlagRaised):
        phone.text("血压 182/112")
        hospital.travel(minutes=10)
    assert states(hospital, "text") == [("failed", 5)]
    assert "血压 182/112" in client.get("/console/inbox").text
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Alert.urgency)).all() == ["critical"]


def test_a_picture_whose_handling_fails_for_good_is_told_of(
    hospital: Hospital, phone: Phone, ward: Ward, client: FlaskClient
) -> None:
    with breaking(hospital.outside, PatientWrote):
        phone.image(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
        hospital.travel(minutes=10)
    assert "[图片]" in client.get("/console/inbox").text


def test_let_be_tried_again_by_hand_it_is_kept_once(hospital: Hospital, phone: Phone, ward: Ward) -> None:
    """As docs/runbooks/callback-failing.md tells it."""
    with breaking(hospital.outside, PatientWrote):
        phone.text("药要空腹吃吗？")
        hospital.travel(minutes=10)
    with transaction(hospital.outside.sessions) as session:
        (broken,) = session.scalars(select(Callback).where(Callback.state == "failed"))
        broken.state, broken.tries, broken.next_try_at = "new", 0, clock.now()
    hospital.work()
    assert states(hospital, "text") == [("done", 0)]
    assert patients_lines(hospital) == 1


def test_an_event_that_fails_for_good_is_nobodys_words(hospital: Hospital, phone: Phone) -> None:
    with breaking(hospital.outside, Followed):
        phone.follow()
        hospital.travel(minutes=10)
    assert states(hospital, "event.subscribe") == [("failed", 5)]
    assert patients_lines(hospital) == 0


def test_the_log_tells_where_it_broke_and_nothing_that_was_written(
    hospital: Hospital, phone: Phone, ward: Ward
) -> None:
    words = "药要空腹吃吗？"
    with capture_logs() as told, breaking(hospital.outside, PatientWrote, saying=words):
        phone.text(words)
        hospital.travel(minutes=10)
    failed = [line for line in told if line["event"] == "callback.failed"]
    assert {line["error"] for line in failed} == {"Broken"}
    assert "tests/factories/listening.py" in failed[0]["where"]
    assert "空腹" not in str(told)
