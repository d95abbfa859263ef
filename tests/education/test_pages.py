"""What staff see of articles and broadcasts, and who may do what."""

import pytest
from flask.testing import FlaskClient

from app.audit.trail import Actor
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.education import articles
from app.education.articles import Draft
from app.education.tables import Article, Broadcast
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.education import TAG, TIP, make_article, make_draft, make_follower
from tests.factories.staff import sign_in_as, signed_in

FORM = {"title": TIP.title, "digest": TIP.digest, "body": TIP.body, "source": TIP.source}


@pytest.fixture
def writer(client: FlaskClient, outside: Outside) -> Account:
    return signed_in(client, outside, role="nurse", name="李芳")


def the_article(outside: Outside) -> Article:
    with read_only(outside.readers) as session:
        return session.query(Article).one()


def an_article(outside: Outside, writer: Account) -> str:
    with transaction(outside.sessions) as session:
        return make_article(session, Actor("staff", writer.id)).id


def test_an_article_is_written_and_shown_as_a_draft(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    assert client.get("/console/education/articles/new").status_code == 200
    answer = client.post("/console/education/articles", data=FORM)
    page = client.get(answer.location).text
    assert "一人一天不超过 5 克" in page
    assert "草稿" in page
    assert TIP.title in client.get("/console/education").text


@pytest.mark.parametrize("missing", ["title", "digest", "body", "source"])
def test_what_is_missing_is_named_and_nothing_lost(
    client: FlaskClient, writer: Account, missing: str
) -> None:
    answer = client.post("/console/education/articles", data={**FORM, missing: " "})
    assert answer.status_code == 422
    assert "请填写" in answer.text
    kept = "title" if missing == "digest" else "digest"
    assert FORM[kept] in answer.text


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "999999999999", "2"])
def test_an_edit_of_another_version_keeps_the_words_and_says_so(
    client: FlaskClient, outside: Outside, writer: Account, version: str
) -> None:
    article_id = an_article(outside, writer)
    changed = {**FORM, "title": "我写的标题", "version": version}
    answer = client.post(f"/console/education/articles/{article_id}", data=changed)
    assert answer.status_code == 409
    assert "我写的标题" in answer.text
    assert "打开新版对照" in answer.text
    assert the_article(outside).version == 1


def test_an_overtaken_edit_can_be_saved_after_all(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    article_id = an_article(outside, writer)
    path = f"/console/education/articles/{article_id}"
    client.post(path, data={**FORM, "version": "1"})
    answer = client.post(path, data={**FORM, "title": "我写的标题", "version": "1"})
    assert 'name="version" value="2"' in answer.text
    assert client.post(path, data={**FORM, "title": "我写的标题", "version": "2"}).status_code == 302
    assert the_article(outside).title == "我写的标题"


def test_an_edit_of_a_published_article_waits_for_a_second_person(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    article_id = an_article(outside, writer)
    path = f"/console/education/articles/{article_id}"
    doctor = signed_in(client, outside, role="doctor", name="陈立")
    assert "发布这一版" in client.get(path).text
    client.post(f"{path}/publish", data={"version": "1"})
    assert TIP.title in client.get(f"/h5/articles/{article_id}").text
    client.post(path, data={**FORM, "title": "医生改的", "version": "1"})
    own = client.post(f"{path}/publish", data={"version": "2"})
    assert own.status_code == 403
    assert "另一位同事" in own.text
    assert "患者现在看到的是第 1 版" in client.get(path).text
    assert "有改动待审批" in client.get("/console/education").text
    assert TIP.title in client.get(f"/h5/articles/{article_id}").text
    assert doctor.id != writer.id


def test_a_withdrawn_article_is_gone_for_patients(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    article_id = an_article(outside, writer)
    path = f"/console/education/articles/{article_id}"
    signed_in(client, outside, role="administrator", name="周敏")
    client.post(f"{path}/publish", data={"version": "1"})
    assert "撤回文章" in client.get(path).text
    client.post(f"{path}/withdraw")
    gone = client.get(f"/h5/articles/{article_id}")
    assert gone.status_code == 404
    assert "已经下架" in gone.text


def test_what_patients_read_is_shown_as_text_not_as_markup(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    with transaction(outside.sessions) as session:
        sly = Draft("<b>标题</b>", "<i>摘要</i>", "<script>alert(1)</script>", "<a href='x'>依据</a>")
        article = make_article(session, Actor("staff", writer.id), draft=sly)
        articles.show_to_patients(session, article, 1)
    page = client.get(f"/h5/articles/{article.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_tag_nobody_carries_cannot_be_chosen(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    article_id = an_article(outside, writer)
    assert "还没有患者有标签" in client.get(f"/console/education/articles/{article_id}").text
    for form in (
        {"tag": TAG},
        {"tag": "", "request_id": new_id()},
        {"tag": "长" * 33, "request_id": new_id()},
    ):
        answer = client.post("/console/education/broadcasts", data={"article_id": article_id, **form})
        assert answer.status_code == 422


def test_the_draft_says_whom_it_reaches_and_whom_not(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        make_follower(session, consents=())
        author = Actor("staff", writer.id)
        broadcast_id = make_draft(session, author=author, tested=False).id
    page = client.get(f"/console/education/broadcasts/{broadcast_id}").text
    assert "能收到" in page
    assert "没有同意接收健康科普" in page
    assert "还没有试发" in page
    assert "请另一位管理员或医生" in page
    assert "审批通过，发出去" not in page


def test_while_under_way_the_page_looks_again_and_stops_at_the_end(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    with transaction(outside.sessions) as session:
        broadcast = make_draft(session, author=Actor("staff", writer.id))
        broadcast.state, broadcast.approved_at = "sent", clock.now()
    path = f"/console/education/broadcasts/{broadcast.id}"
    assert f'hx-get="{path}/progress"' in client.get(path).text
    first = client.get(f"{path}/progress")
    again = client.get(f"{path}/progress", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    with transaction(outside.sessions) as session:
        session.get_one(Broadcast, broadcast.id).state = "cancelled"
    assert client.get(f"{path}/progress").status_code == 286
    assert "hx-get" not in client.get(path).text.split('id="main"')[1]


@pytest.mark.parametrize("role, writes, approves", [
    ("nurse", True, False), ("dietitian", True, False), ("doctor", True, True),
    ("administrator", True, True), ("pharmacist", False, False), ("front_desk", False, False),
])  # fmt: skip
def test_each_role_does_what_it_may(
    client: FlaskClient, outside: Outside, role: str, writes: bool, approves: bool
) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        broadcast_id = make_draft(session).id
    signed_in(client, outside, role=role, name="某人")
    assert client.get("/console/education").status_code == (200 if writes else 403)
    page = f"/console/education/broadcasts/{broadcast_id}"
    assert client.get(page).status_code == (200 if writes else 403)
    answer = client.post(f"{page}/approve", data={"version": "1"})
    assert answer.status_code == (302 if approves else 403)


def test_unknown_articles_and_broadcasts_are_not_found(
    client: FlaskClient, outside: Outside, writer: Account
) -> None:
    with transaction(outside.sessions) as session:
        sign_in_as(client, session, writer)
    for path in ("articles", "broadcasts"):
        assert client.get(f"/console/education/{path}/{new_id()}").status_code == 404
    assert client.post(f"/console/education/broadcasts/{new_id()}/cancel").status_code == 404
    assert client.get(f"/h5/articles/{new_id()}").status_code == 404
