"""The desk issues, prints and freezes service cards."""

import re

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.tables import Change
from app.core.db import read_only, transaction
from app.core.queue import JOBS
from app.patients.tables import Card, CardBatch, CardType
from app.wiring import Outside
from jobs import context
from jobs.patients import draw_card_codes
from tests.factories.patients import make_card, make_card_type, make_patient
from tests.factories.staff import signed_in


@pytest.fixture
def card_type(client: FlaskClient, outside: Outside) -> CardType:
    """A type to issue, and the desk's browser."""
    signed_in(client, outside, role="front_desk", name="周洁")
    with transaction(outside.sessions) as session:
        return make_card_type(session)


def issue(
    client: FlaskClient, card_type: CardType, count: str = "3", request_id: str = "one-tap-at-the-desk"
):
    form = {"card_type_id": card_type.id, "count": count, "request_id": request_id, "note": "心内科"}
    return client.post("/console/cards/batches", data=form)


def draw(outside: Outside) -> None:
    context.use(outside)
    draw_card_codes()


def test_a_batch_is_issued_and_a_double_tap_shows_the_same(
    client: FlaskClient, outside: Outside, card_type: CardType
) -> None:
    first, second = issue(client, card_type), issue(client, card_type)
    assert first.status_code == 302 and first.headers["Location"] == second.headers["Location"]
    page = client.get(first.headers["Location"]).text
    assert page.count("未激活") >= 3 and "心内科" in page
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(CardBatch)) == 1
        assert session.scalar(select(func.count()).select_from(Card)) == 3


def test_the_same_page_sent_with_another_number_is_asked_about_and_not_taken_for_done(
    client: FlaskClient, outside: Outside, card_type: CardType
) -> None:
    issue(client, card_type, "3")
    answer = issue(client, card_type, "30")
    assert answer.status_code == 409
    assert "这一次还没有发" in answer.text and 'value="心内科"' in answer.text
    assert "one-tap-at-the-desk" not in answer.text
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Card)) == 3


@pytest.mark.parametrize("count", ["0", "201", "-3", "", "2.5", "二十"])
def test_an_impossible_number_is_told_and_the_form_kept(
    client: FlaskClient, card_type: CardType, count: str
) -> None:
    answer = issue(client, card_type, count)
    assert answer.status_code == 422
    assert "一批可以发 1 到 200 张" in answer.text and 'value="心内科"' in answer.text


def test_the_sheet_waits_for_the_codes_and_then_shows_them(
    client: FlaskClient, outside: Outside, card_type: CardType, wechat_url: str
) -> None:
    sheet = issue(client, card_type).headers["Location"] + "/print"
    waiting = client.get(sheet).text
    bar = waiting.partition('class="print-bar"')[2].partition("</div>")[0]
    assert f'href="{sheet.removesuffix("/print")}"' in bar, "the bar is the part that is not printed"
    assert "二维码正在生成" in waiting and 'http-equiv="refresh"' in waiting
    with read_only(outside.readers) as session:
        cards = session.scalars(select(Card)).all()
        assert cards[0].code not in waiting.replace("-", "")
        assert session.scalar(select(Change.id).where(Change.action == "printed")) is None
    draw(outside)
    ready = client.get(sheet).text
    assert 'http-equiv="refresh"' not in ready and ready.count('aria-label="服务卡二维码"') == 3
    codes = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", ready)
    assert {code.replace("-", "") for code in codes} == {card.code for card in cards}
    with read_only(outside.readers) as session:
        assert session.scalars(select(Change.action).where(Change.action == "printed")).one()
        scanned = session.scalars(select(Card.qr_url)).first()
    # What is printed is what a phone can scan.
    requests.post(f"{wechat_url}/phone/api/people/wang/unfollow", json={}, timeout=5)
    answer = requests.post(f"{wechat_url}/phone/api/people/wang/scan", json={"content": scanned}, timeout=5)
    assert answer.ok and answer.json()["followed_now"]


def test_a_failing_wechat_leaves_the_rest_for_the_next_run(
    client: FlaskClient, outside: Outside, card_type: CardType, wechat_url: str
) -> None:
    issue(client, card_type)
    fault = {"path": "/cgi-bin/qrcode/create", "kind": "busy", "times": 1}
    assert requests.post(f"{wechat_url}/operator/api/faults", json=fault, timeout=5).ok
    draw(outside)
    draw(outside)
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).where(Card.qr_url.is_(None))) == 0


def test_issuing_rings_for_the_job(client: FlaskClient, outside: Outside, card_type: CardType) -> None:
    issue(client, card_type)
    queue = f"rq:queue:{JOBS['patients.draw_card_codes'].queue}"
    assert outside.redis.llen(queue) == 1


def test_a_frozen_card_is_shown_frozen_and_not_printed(
    client: FlaskClient, outside: Outside, card_type: CardType
) -> None:
    batch = issue(client, card_type).headers["Location"]
    draw(outside)
    with read_only(outside.readers) as session:
        card = session.scalars(select(Card).order_by(Card.serial)).first()
    assert card is not None
    page = client.post(f"/console/cards/{card.id}/freeze", follow_redirects=True).text
    assert f"卡片 {card.serial} 已冻结" in page
    sheet = client.get(f"{batch}/print").text
    assert card.serial not in sheet and sheet.count('aria-label="服务卡二维码"') == 2


def test_an_activated_card_shows_its_holder_masked_and_stays_usable(
    client: FlaskClient, outside: Outside, card_type: CardType
) -> None:
    with transaction(outside.sessions) as session:
        card = make_card(session, make_patient(session, name="王桂芳").id)
    page = client.get(f"/console/cards/batches/{card.batch_id}").text
    assert "王**" in page and "王桂芳" not in page
    assert client.post(f"/console/cards/{card.id}/freeze").status_code == 409


def test_unknown_batches_and_cards_are_not_found(client: FlaskClient, card_type: CardType) -> None:
    assert client.get("/console/cards/batches/none").status_code == 404
    assert client.get("/console/cards/batches/none/print").status_code == 404
    assert client.post("/console/cards/none/freeze").status_code == 404
