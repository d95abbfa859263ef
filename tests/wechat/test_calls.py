"""Calls to WeChat: one token for everybody, one more try, and errors that say what to do about them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from redis import Redis

from app.core.config import Settings
from app.wechat.client import Followers, WeChatError
from app.wechat.http_client import HttpWeChat
from app.wechat.transport import HostNotAllowed, Transport
from app.wiring import Outside
from tests.hospital import Json

TOKEN = "/cgi-bin/stable_token"
INFO = "/cgi-bin/user/info"


def fault(wechat: Json, path: str, kind: str, times: int | None = 1, ms: int = 0) -> None:
    wechat.post("/operator/api/faults", path=path, kind=kind, times=times, ms=ms)


def calls(wechat: Json, path: str) -> list[dict[str, object]]:
    return wechat.get("/operator/api/journal", path=path, limit=2000)["calls"]


def openid(wechat: Json, person: str = "wang") -> str:
    rows = wechat.get("/operator/api/identities")["identities"]
    return next(row["oa_openid"] for row in rows if row["id"] == person)


@pytest.fixture
def fresh(settings: Settings, outside: Outside, wechat: Json) -> Iterator[HttpWeChat]:
    """A client that has never spoken yet."""
    client = HttpWeChat(settings, outside.redis)
    yield client
    client.close()


def test_sixteen_threads_at_a_cold_start_fetch_one_token(fresh: HttpWeChat, wechat: Json) -> None:
    who = openid(wechat)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: fresh.follower(who), range(32)))
    assert {follower.openid for follower in found} == {who}
    assert len(calls(wechat, TOKEN)) == 1


def test_sixteen_cold_processes_fetch_one_token(settings: Settings, outside: Outside, wechat: Json) -> None:
    who = openid(wechat)
    ready = threading.Barrier(16)

    def cold_process(_: int) -> bool:
        redis = Redis.from_url(settings.redis_url)
        with closing(redis), closing(HttpWeChat(settings, redis)) as client:
            ready.wait()
            return client.follower(who).following

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(cold_process, range(16))) == [False] * 16
    assert len(calls(wechat, TOKEN)) == 1


def test_a_token_that_ended_early_is_fetched_once_more(fresh: HttpWeChat, wechat: Json) -> None:
    who = openid(wechat)
    fresh.follower(who)
    wechat.post("/operator/api/clock", offset_seconds=3 * 3600)
    assert fresh.follower(who).openid == who
    assert len(calls(wechat, TOKEN)) == 2
    assert [call["errcode"] for call in calls(wechat, INFO)] == [0, 42001, 0]


def test_a_token_refused_for_ever_costs_one_more_try(fresh: HttpWeChat, wechat: Json) -> None:
    fault(wechat, INFO, "40001", times=None)
    with pytest.raises(WeChatError) as refused:
        fresh.follower(openid(wechat))
    assert refused.value.kind == "token"
    assert len(calls(wechat, INFO)) == 2
    assert len(calls(wechat, TOKEN)) == 1


def test_a_second_caller_with_the_refused_token_fetches_nothing(fresh: HttpWeChat, wechat: Json) -> None:
    fault(wechat, INFO, "40001", times=None)
    for _ in range(5):
        with pytest.raises(WeChatError):
            fresh.follower(openid(wechat))
    assert len(calls(wechat, TOKEN)) == 1
    assert len(calls(wechat, INFO)) == 10


def test_without_redis_every_process_asks_for_itself(settings: Settings, wechat: Json) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1")
    with closing(HttpWeChat(settings, nowhere)) as client:
        assert client.follower(openid(wechat)).following is False


def test_an_error_has_its_class_its_code_and_its_rid_and_no_openid(fresh: HttpWeChat, wechat: Json) -> None:
    with pytest.raises(WeChatError) as refused:
        fresh.follower("oNobodyOfThisAccount0000000")
    error = refused.value
    assert (error.kind, error.errcode, error.endpoint) == ("recipient_wrong", 40003, INFO)
    assert error.rid is not None and error.rid.count("-") == 2
    assert "oNobody" not in str(error) and "token" not in str(error)


def test_an_answer_that_never_comes_after_a_send_is_of_unknown_fate(fresh: HttpWeChat, wechat: Json) -> None:
    wechat.post("/phone/api/people/wang/follow")
    fault(wechat, "/cgi-bin/message/custom/send", "reset_after_accept")
    with pytest.raises(WeChatError) as lost:
        fresh.send_text(openid(wechat), "您好")
    assert lost.value.kind == "unknown"
    texts = [
        line for line in wechat.get("/phone/api/people/wang/state")["messages"] if line["kind"] == "text"
    ]
    assert [line["content"] for line in texts] == ["您好"]


def test_a_slow_answer_is_not_waited_for_without_end(settings: Settings, wechat: Json) -> None:
    hasty = Transport(settings.wechat_api_base_url, only_local=True, read_seconds=0.2)
    fault(wechat, TOKEN, "slow", ms=1500)
    with pytest.raises(WeChatError) as late:
        hasty.request("POST", TOKEN, body=b"{}")
    assert late.value.kind == "unknown"


def test_a_wechat_that_is_away_can_be_tried_again(wechat: Json) -> None:
    away = Transport("http://127.0.0.1:1", only_local=True)
    with pytest.raises(WeChatError) as refused:
        away.request("GET", INFO)
    assert refused.value.kind == "transient"


def test_nothing_reaches_the_real_wechat_from_a_test() -> None:
    with pytest.raises(HostNotAllowed):
        Transport("https://api.weixin.qq.com", only_local=True)


def test_chinese_goes_out_as_it_is(fresh: HttpWeChat, wechat: Json) -> None:
    wechat.post("/phone/api/people/wang/follow")
    fresh.send_text(openid(wechat), "血压 182/112，请休息。🙂")
    lines = wechat.get("/phone/api/people/wang/state")["messages"]
    assert lines[-1]["content"] == "血压 182/112，请休息。🙂"


def test_one_connection_serves_many_calls(fresh: HttpWeChat, wechat: Json) -> None:
    who = openid(wechat)
    for _ in range(5):
        fresh.follower(who)
    assert len(fresh._transport._idle) == 1


def test_a_tag_of_that_name_is_found_again_and_those_who_left_are_named(
    fresh: HttpWeChat, wechat: Json
) -> None:
    wechat.post("/phone/api/people/wang/follow")
    tag = fresh.create_tag("高血压随访")
    assert fresh.create_tag("高血压随访") == tag
    wang, li = openid(wechat), openid(wechat, "li")
    assert fresh.tag_followers(tag, [wang, li]) == [li]


def test_a_mass_message_sent_twice_goes_out_once(fresh: HttpWeChat, wechat: Json) -> None:
    wechat.post("/phone/api/people/wang/follow")
    tag = fresh.create_tag("试发")
    fresh.tag_followers(tag, [openid(wechat)])
    cover = fresh.upload_image("cover.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    draft = fresh.add_draft(
        "冬天量血压", "三个要点", "<p>早上起床后一小时内量</p>", cover, "https://h.cn/h5/a/1"
    )
    first = fresh.send_mass_by_tag(tag, draft, "b1")
    assert fresh.send_mass_by_tag(tag, draft, "b1") == first
    lines = wechat.get("/phone/api/people/wang/state")["messages"]
    assert [line["kind"] for line in lines if line["from"] == "account"] == ["article"]


def test_all_followers_are_found_page_by_page(fresh: HttpWeChat, wechat: Json) -> None:
    for person in ("wang", "li"):
        wechat.post(f"/phone/api/people/{person}/follow")
    page = fresh.followers(None)
    assert set(page.openids) == {openid(wechat), openid(wechat, "li")}
    assert page.total == 2
    assert page.after is None or fresh.followers(page.after) == Followers((), None, 2)
    details = fresh.follower_details(page.openids)
    assert all(follower.following and follower.unionid for follower in details)
