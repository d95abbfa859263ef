"""A work list longer than a page says so, and leads to the rest: nobody is forgotten behind row 100."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.followup import make_task
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account, sign_in_as

MANY = 103


def alerts(session: Session, patient_id: str, words: str) -> None:
    make_alert(session, patient_id, title=words)


def tasks(session: Session, patient_id: str, words: str) -> None:
    make_task(session, patient_id, kind="call", title=words)


def talks(session: Session, patient_id: str, words: str) -> None:
    chat = make_identity(session, make_patient(session, name=words).id)
    make_patient_line(session, chat, "请问几点可以来", NOW, answered=False)


LISTS = {
    "/console/alerts": alerts,
    "/console/alerts/rows": alerts,
    "/console/tasks?list=team": tasks,
    "/console/inbox": talks,
    "/console/inbox/list?view=open": talks,
}


def rows_on(page: str) -> set[str]:
    return set(re.findall(r"第\d{3}件", page))


@pytest.mark.parametrize("url", LISTS, ids=lambda url: url)
def test_what_is_behind_the_first_page_is_told_and_found(
    client: FlaskClient, outside: Outside, url: str
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient_id = make_patient(session).id
        for number in range(MANY):
            LISTS[url](session, patient_id, f"第{number:03d}件")
    first = client.get(url).text
    assert len(rows_on(first)) == 100
    assert "共 103 条，后面还有 3 条" in first
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    base = url.partition("?")[0] if link[1].startswith("?") else ""
    second = client.get(base + link[1].replace("&amp;", "&")).text
    assert rows_on(first) | rows_on(second) == {f"第{number:03d}件" for number in range(MANY)}
    assert "后面还有" not in second


def test_a_page_that_is_empty_by_now_shows_the_last_one(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        make_alert(session, make_patient(session).id, title="只剩这一条")
    assert "只剩这一条" in client.get("/console/alerts?page=2").text
    assert "只剩这一条" in client.get("/console/alerts?page=-7").text


def test_a_list_that_asks_again_stays_on_its_page(client: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, make_account(session))
        patient_id = make_patient(session).id
        for number in range(MANY):
            alerts(session, patient_id, f"第{number:03d}件")
    asks = re.search(r'hx-get="(/console/alerts/rows[^"]*)"', client.get("/console/alerts?page=2").text)
    assert asks is not None
    assert len(rows_on(client.get(asks[1].replace("&amp;", "&")).text)) == 3
