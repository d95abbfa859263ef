"""The first page of the console: what this role has to do, and nothing of it by reloading."""

from datetime import timedelta

import pytest
from flask import template_rendered
from flask.testing import FlaskClient

from app.audit.trail import Actor
from app.conversations.inbox import receive
from app.core import clock
from app.core.db import transaction
from app.wiring import Outside
from tests.factories.alerts import make_alert
from tests.factories.conversations import make_patient_line
from tests.factories.education import make_article, make_draft
from tests.factories.followup import make_task
from tests.factories.queries import counted
from tests.factories.staff import make_account, make_shift, sign_in_as, signed_in
from tests.factories.ward import Ward, make_ward


@pytest.fixture
def ward(outside: Outside) -> Ward:
    """王桂芳 and her nurse, who is on duty."""
    with transaction(outside.sessions) as session:
        found = make_ward(session)
        make_shift(session, found.nurse.id, starts_at=clock.now() - timedelta(hours=1))
    return found


def test_an_alert_stands_on_the_page_at_the_next_poll(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    signed_in(client, outside)
    first = client.get("/console/home/live")
    assert "没有待处理的预警" in first.text
    with transaction(outside.sessions) as session:
        make_alert(session, ward.patient.id, now=clock.now())
    second = client.get("/console/home/live", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert "血压 182/112，伴头晕" in second.text
    assert "我来处理" in second.text


def test_the_gravest_alert_comes_first(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    signed_in(client, outside)
    with transaction(outside.sessions) as session:
        make_alert(session, ward.patient.id, urgency="normal", title="三天没有服药", now=clock.now())
        make_alert(session, ward.patient.id, now=clock.now())
    page = client.get("/console").text
    assert page.index("血压 182/112") < page.index("三天没有服药")


def test_waiting_talks_and_tasks_stand_beside(client: FlaskClient, outside: Outside, ward: Ward) -> None:
    nurse = signed_in(client, outside)
    with transaction(outside.sessions) as session:
        make_patient_line(session, ward.chat, "药吃完了怎么办", clock.now())
        make_task(
            session,
            ward.patient.id,
            kind="call",
            title="电话随访",
            assignee_id=nurse.id,
            due_at=clock.now() - timedelta(hours=2),
        )
    page = client.get("/console").text
    assert "药吃完了怎么办" in page
    assert "电话随访" in page
    assert "已超时" in page
    assert ward.nurse.name in page


def test_a_patients_medicines_belong_to_the_patients_in_the_menu(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    signed_in(client, outside)
    page = client.get(f"/console/medication/{ward.patient.id}").text
    active = [line.strip() for line in page.splitlines() if 'aria-current="page"' in line]
    assert active == ['<a class="nav-link active" href="/console/patients" aria-current="page">']


def test_who_may_approve_is_told_on_the_home_page_what_waits_for_it(
    client: FlaskClient, outside: Outside
) -> None:
    waits = "有一次健康科普群发等您审批"
    with transaction(outside.sessions) as session:
        author, doctor = make_account(session, role="administrator"), make_account(session, role="doctor")
        mine = Actor("staff", author.id)
        article = make_article(session, mine)
        make_draft(session, author=mine, article=article, tested=False)
        sign_in_as(client, session, doctor)
    assert waits not in client.get("/console").text, "nobody has seen it on a phone yet"
    with transaction(outside.sessions) as session:
        draft = make_draft(session, author=mine, article=article)
    page = client.get("/console").text
    assert waits in page and f'href="/console/education/broadcasts/{draft.id}"' in page
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, author)
    assert waits not in client.get("/console").text, "not her own"


MOST_QUERIES = {"nurse": 15, "administrator": 11}
"""Of one poll, who is signed in among them; however much there is to do."""


@pytest.mark.parametrize("role", MOST_QUERIES)
def test_an_unchanged_page_is_not_drawn_again(
    client: FlaskClient, outside: Outside, ward: Ward, role: str
) -> None:
    """Forms carry a token that is another each second: the page's data decide, not its letters."""
    moment = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    clock.move_to(moment)
    signed_in(client, outside, role=role)
    with transaction(outside.sessions) as session:
        for place in range(20):
            make_alert(session, ward.patient.id, now=moment)
            make_task(session, ward.patient.id, kind="call", due_at=moment)
            make_patient_line(session, ward.chat, f"第 {place} 句", moment, key=f"k{place}")
    etag = client.get("/console/home/live").headers["ETag"]
    drawn: list[str] = []
    watch = template_rendered.connected_to(lambda _, template, **more: drawn.append(template.name))
    with watch, counted(outside) as asked:
        again = client.get("/console/home/live", headers={"If-None-Match": etag})
    assert (again.status_code, drawn) == (304, [])
    assert sum(each.startswith("SELECT") for each in asked) <= MOST_QUERIES[role]


@pytest.mark.parametrize(
    "role, there, not_there",
    [
        ("nurse", ["预警", "等回复的会话", "要做的事", "今天的体检"], ["运营"]),
        ("doctor", ["预警", "等回复的会话", "要做的事"], ["运营", "今天的体检"]),
        ("administrator", ["运营", "今天的体检"], ["要做的事", "等回复的会话"]),
        ("front_desk", ["今天的体检"], ["运营", "等回复的会话", "要做的事"]),
        ("dietitian", ["等回复的会话", "要做的事"], ["运营", "今天的体检"]),
    ],
)
def test_each_role_sees_its_own_work(
    client: FlaskClient, outside: Outside, ward: Ward, role: str, there: list[str], not_there: list[str]
) -> None:
    signed_in(client, outside, role=role)
    page = client.get("/console").text
    for title in there:
        assert f"<h2>{title}</h2>" in page
    for title in not_there:
        assert f"<h2>{title}</h2>" not in page


def test_a_full_ward_costs_no_more_queries_than_an_empty_one(
    client: FlaskClient, outside: Outside, ward: Ward
) -> None:
    signed_in(client, outside)
    with counted(outside) as empty:
        client.get("/console/home/live")
    with transaction(outside.sessions) as session:
        for place in range(20):
            make_alert(session, ward.patient.id, now=clock.now())
            make_task(session, ward.patient.id, kind="call", due_at=clock.now())
            receive(
                session,
                ward.chat.id,
                ward.patient.id,
                "text",
                f"第 {place} 句",
                None,
                f"k{place}",
                clock.now(),
            )
    client.get("/console/home/live")  # Leaves the trace of what is shown for the first time.
    with counted(outside) as full:
        client.get("/console/home/live")
    asked = [sum(each.startswith("SELECT") for each in statements) for statements in (empty, full)]
    # The last words of the waiting talks, and the trail of the words and of the alerts: one query each.
    assert asked[1] <= asked[0] + 3
    assert not [each for each in full if each.startswith("INSERT")]
