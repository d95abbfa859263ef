"""Lists and polls that show a patient's words leave a row for what is new, and none for the rest."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.tables import Access
from app.conversations.tables import Conversation
from app.core import clock
from app.core.db import read_only, transaction
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity, make_patient
from tests.factories.queries import counted
from tests.factories.staff import make_account, sign_in_as
from tests.factories.ward import Ward, make_ward

LIST, HOME = "/console/inbox/list", "/console/home/live"


@pytest.fixture
def ward(outside: Outside, client: FlaskClient) -> Ward:
    """王桂芳 has written an hour ago, and her nurse is signed in."""
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        make_patient_line(session, found.chat, "早上的药要空腹吃吗？", clock.now() - timedelta(hours=1))
        sign_in_as(client, session, found.nurse)
    return found


def write(outside: Outside, ward: Ward, words: str) -> None:
    with transaction(outside.sessions) as session:
        make_patient_line(session, ward.chat, words, clock.now())


def talk(outside: Outside, patient_id: str) -> str:
    with read_only(outside.readers) as session:
        return (
            "/console/inbox/"
            + session.scalars(select(Conversation.id).where(Conversation.patient_id == patient_id)).one()
        )


def trail(outside: Outside, staff_id: str) -> list[str]:
    """What the trail says this person saw, in order."""
    with read_only(outside.readers) as session:
        return list(
            session.scalars(select(Access.what).where(Access.actor_id == staff_id).order_by(Access.at))
        )


@pytest.mark.parametrize("page", [LIST, "/console/inbox", HOME, "/console"])
def test_words_on_a_list_leave_one_row_however_often_it_is_asked_for(
    client: FlaskClient, outside: Outside, ward: Ward, page: str
) -> None:
    for _ in range(3):
        assert "空腹吃吗" in client.get(page).text
    assert trail(outside, ward.nurse.id) == ["inbox"]


def test_an_unchanged_poll_writes_nothing_and_does_not_even_look(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    etag = client.get(LIST).headers["ETag"]
    with counted(outside) as statements:
        again = client.get(LIST, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert not [each for each in statements if "audit_accesses" in each or each.startswith("INSERT")]
    assert trail(outside, ward.nurse.id) == ["inbox"]


def test_new_words_on_the_list_leave_another_row(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    client.get(LIST)
    write(outside, ward, "还有点头晕")
    assert "还有点头晕" in client.get(LIST).text
    assert trail(outside, ward.nurse.id) == ["inbox", "inbox"]


def test_everybody_who_sees_them_has_a_row_of_their_own(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    client.get(LIST)
    with transaction(outside.sessions) as session:
        colleague = make_account(session, name="赵倩")
        sign_in_as(client, session, colleague)
    client.get(LIST)
    assert trail(outside, ward.nurse.id) == trail(outside, colleague.id) == ["inbox"]


def test_an_open_talk_leaves_a_row_for_every_line_that_comes_and_none_for_a_quiet_poll(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    page = talk(outside, ward.patient.id)
    client.get(page)
    client.get(f"{page}/lines")
    assert trail(outside, ward.nurse.id) == ["conversation"]
    write(outside, ward, "还有点头晕")
    assert "还有点头晕" in client.get(f"{page}/lines").text
    client.get(f"{page}/lines")
    client.get(LIST)
    assert trail(outside, ward.nurse.id) == ["conversation", "conversation"]


def test_the_other_talks_beside_an_open_one_leave_a_row_too(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    with transaction(outside.sessions) as session:
        other = make_patient(session, name="李建国")
        make_patient_line(session, make_identity(session, other.id), "在吗", clock.now())
    client.get(talk(outside, ward.patient.id))
    with read_only(outside.readers) as session:
        seen = {(row.patient_id, row.what) for row in session.scalars(select(Access))}
    assert seen == {(ward.patient.id, "conversation"), (other.id, "inbox")}


def test_the_patient_reads_of_it_in_plain_words(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    client.get(LIST)
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session, role="administrator", name="管理员"))
    assert "在待回复列表里看到来信" in client.get(f"/console/audit?patient={ward.patient.id}").text
