"""What the real platform punishes, the switches for faults, and the journal of it all."""

import json
import re
import time

import pytest
import requests

from tests.emulator.desk import Desk

LI = "li-jianguo"
TAG_BODY = {"tag": {"name": "高血压"}}


def post(desk: Desk, path: str, data: bytes, **headers: str) -> dict:
    url = f"{desk.url}{path}?access_token={desk.token()}"
    return requests.post(url, data=data, headers=headers, timeout=10).json()


def test_escaped_chinese_is_refused(desk: Desk) -> None:
    answer = post(desk, "/cgi-bin/tags/create", json.dumps(TAG_BODY).encode())
    assert answer["errcode"] == 40033


def test_a_backslash_in_the_text_is_not_an_escape(desk: Desk) -> None:
    text = json.dumps({"tag": {"name": "a\\u4e00b"}}).encode()
    assert post(desk, "/cgi-bin/tags/create", text)["tag"]["name"] == "a\\u4e00b"


@pytest.mark.parametrize(
    ("data", "headers", "errcode"),
    [
        (b"tag=1", {"Content-Type": "application/x-www-form-urlencoded"}, 47001),
        (b"", {}, 44002),
        (b"{", {}, 47001),
        ('{"tag": {"name": "高"}}'.encode("gbk"), {}, 40033),
        ('{"tag": {"name": "高"}, "extra": 1}'.encode(), {}, 47001),
        (b'{"tag": {}}', {}, 47001),
        (b"[]", {}, 47001),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(
    desk: Desk, data: bytes, headers: dict[str, str], errcode: int
) -> None:
    assert post(desk, "/cgi-bin/tags/create", data, **headers)["errcode"] == errcode


def test_a_wrong_method_is_named(desk: Desk) -> None:
    assert desk.ask("/cgi-bin/tags/create")["errcode"] == 43002
    assert desk.call("/cgi-bin/tags/get", {})["errcode"] == 43001


def test_an_unknown_address_is_refused_with_a_rid(desk: Desk) -> None:
    answer = desk.ask("/cgi-bin/nothing/here")
    assert answer["errcode"] == 40066
    assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", answer["errmsg"])


@pytest.mark.parametrize(
    ("kind", "errcode"),
    [("busy", -1), ("40001", 40001), ("45009", 45009), ("48001", 48001), ("43116", 43116)],
)
def test_a_fault_answers_its_code_as_often_as_told(desk: Desk, kind: str, errcode: int) -> None:
    desk.act(LI, "follow")
    desk.fault("/cgi-bin/message/template/send", kind, times=2)
    assert [desk.remind(LI)["errcode"] for _ in range(3)] == [errcode, errcode, 0]
    calls = desk.look("/operator/api/journal")["calls"]
    assert [call["fault"] for call in calls[-3:]] == [str(errcode), str(errcode), None]


def test_a_fault_for_ever_ends_when_it_is_removed(desk: Desk) -> None:
    desk.fault("*", "40001", times=None)
    assert [desk.ask("/cgi-bin/user/get")["errcode"] for _ in range(3)] == [40001] * 3
    assert "access_token" in desk.fresh_token()
    requests.delete(f"{desk.url}/operator/api/faults", timeout=10)
    assert desk.ask("/cgi-bin/user/get")["total"] == 0


def test_a_slow_answer_comes_late(desk: Desk) -> None:
    desk.token()
    desk.fault("/cgi-bin/user/get", "slow", ms=200)
    began = time.monotonic()
    assert desk.ask("/cgi-bin/user/get")["total"] == 0
    assert time.monotonic() - began >= 0.2


def test_a_reset_after_accepting_has_done_the_work(desk: Desk) -> None:
    desk.token()
    desk.fault("/cgi-bin/tags/create", "reset_after_accept")
    with pytest.raises(requests.ConnectionError):
        desk.call("/cgi-bin/tags/create", TAG_BODY)
    assert "高血压" in [tag["name"] for tag in desk.ask("/cgi-bin/tags/get")["tags"]]


def test_a_gateway_answers_in_wechats_place(desk: Desk) -> None:
    address = f"{desk.url}/cgi-bin/tags/create?access_token={desk.token()}"
    desk.fault("/cgi-bin/tags/create", "gateway_403")
    desk.fault("/cgi-bin/tags/create", "gateway_page_200")
    refused, page = (requests.post(address, json=TAG_BODY, timeout=10) for _ in range(2))
    assert (refused.status_code, refused.json()["code"]) == (403, 403)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    calls = desk.look("/operator/api/journal?path=/cgi-bin/tags/create")["calls"]
    assert [call["fault"] for call in calls] == ["gateway_403", "gateway_page_200"]
    assert "高血压" not in [tag["name"] for tag in desk.ask("/cgi-bin/tags/get")["tags"]]


def test_a_fault_that_does_not_exist_is_refused(desk: Desk) -> None:
    answer = requests.post(f"{desk.url}/operator/api/faults", json={"kind": "rain"}, timeout=10)
    assert answer.status_code == 400
    assert "rain" in answer.json()["error"]


def test_the_journal_keeps_calls_and_masks_secrets(desk: Desk) -> None:
    desk.act(LI, "follow")
    before = desk.look("/operator/api/journal")["seq"]
    desk.remind(LI)
    since = f"/operator/api/journal?since={before}&path=/cgi-bin/message/template/send"
    [call] = desk.look(since)["calls"]
    assert call["body"]["data"]["thing1"]["value"] == "血压随访"
    assert call["answer"]["errcode"] == call["errcode"] == 0
    whole = json.dumps(desk.look("/operator/api/journal"))
    assert desk.token() not in whole
    assert desk.config["oa"]["secret"] not in whole


def test_a_config_with_a_hole_is_refused_by_name(desk: Desk) -> None:
    broken = {
        **desk.config,
        "oa": {key: desk.config["oa"][key] for key in desk.config["oa"] if key != "secret"},
    }
    answer = requests.post(f"{desk.url}/operator/api/config", json=broken, timeout=10)
    assert answer.status_code == 400
    assert "oa.secret" in answer.json()["error"]


def test_a_stranger_is_not_found(desk: Desk) -> None:
    assert desk.try_to("nobody", "follow").status_code == 404
