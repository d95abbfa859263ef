"""What WeChat answers: our client reads the recorded files, and the emulator answers in the same shapes."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from app.core.config import Settings
from app.wechat.client import WeChatError
from app.wechat.http_client import HttpWeChat
from app.wiring import Outside
from tests.conftest import MP, OA
from tests.contracts.wechat_files import WECHAT, answer, shape
from tests.hospital import Json

PATHS = {
    "/cgi-bin/stable_token": "stable_token",
    "/sns/jscode2session": "jscode2session",
    "/wxa/business/getuserphonenumber": "getuserphonenumber",
    "/cgi-bin/user/info": "user_info_following",
    "/cgi-bin/qrcode/create": "qrcode_create",
    "/cgi-bin/message/template/send": "template_send",
    "/cgi-bin/message/subscribe/send": "subscribe_send",
    "/cgi-bin/tags/create": "tags_create",
    "/cgi-bin/message/mass/sendall": "mass_sendall",
}


@pytest.fixture
def recorded() -> Iterator[tuple[str, dict[str, str]]]:
    """A server that answers with the recorded files; {path: file} may be changed."""
    paths = dict(PATHS)

    class Recorded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = json.dumps(answer(paths[urlsplit(self.path).path]), ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - http.server calls it so

        def log_message(self, *_: Any) -> None:
            """Quiet: pytest shows what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorded)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(settings: Settings, outside: Outside, recorded: tuple[str, Any]) -> Iterator[HttpWeChat]:
    client = HttpWeChat(replace(settings, wechat_api_base_url=recorded[0]), outside.redis)
    yield client
    client.close()


CALLS: dict[str, tuple[Callable[[HttpWeChat], object], object]] = {
    "jscode2session": (lambda it: it.login_by_code("code").unionid, "uWangGuifang"),
    "getuserphonenumber": (lambda it: it.phone_number("code"), "13800000001"),
    "user_info_following": (lambda it: it.follower("oWangGuifang").following, True),
    "qrcode_create": (lambda it: it.create_qr("card.8f2e"), "http://weixin.qq.com/q/02abc"),
    "template_send": (lambda it: it.send_template("o", "t", {}, "", "id"), "3400000000000123"),
    "subscribe_send": (lambda it: it.send_subscribe("o", "t", {}, ""), "1864323726461255680"),
    "tags_create": (lambda it: it.create_tag("suihu-0001"), 134),
    "mass_sendall": (lambda it: it.send_mass_by_tag(134, "media", "id"), "1000001625"),
}


@pytest.mark.parametrize("name", CALLS)
def test_our_client_reads_what_wechat_answers(client: HttpWeChat, name: str) -> None:
    call, expected = CALLS[name]
    assert call(client) == expected


def test_somebody_who_left_is_told_by_one_number(client: HttpWeChat, recorded: Any) -> None:
    recorded[1]["/cgi-bin/user/info"] = "user_info_gone"
    assert client.follower("oWangGuifang").following is False


@pytest.mark.parametrize(
    ("name", "kind"), [("refused_43101", "no_consent"), ("refused_43004", "recipient_gone")]
)
def test_a_refusal_is_read_by_its_number(client: HttpWeChat, recorded: Any, name: str, kind: str) -> None:
    recorded[1]["/cgi-bin/message/template/send"] = name
    with pytest.raises(WeChatError) as refused:
        client.send_template("o", "t", {}, "", "id")
    assert (refused.value.errcode, refused.value.kind) == (answer(name)["errcode"], kind)
    assert refused.value.rid == answer(name)["errmsg"].rpartition(" ")[2]


def test_every_recorded_answer_is_read() -> None:
    read = {*PATHS.values(), "user_info_gone", "refused_43101", "refused_43004"}
    assert {path.stem for path in (WECHAT / "answers").iterdir()} == read


class Desk:
    """王桂芳's phone and a developer's calls, straight to the emulator."""

    def __init__(self, wechat: Json) -> None:
        self.wechat = wechat
        rows = wechat.get("/operator/api/identities")["identities"]
        self.her = next(row for row in rows if row["id"] == "wang")

    def act(self, act: str, **body: Any) -> Any:
        return self.wechat.post(f"/phone/api/people/wang/{act}", **body)

    def token(self, account: dict[str, str]) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": account["app_id"],
            "secret": account["app_secret"],
        }
        return dict(self.wechat.post("/cgi-bin/stable_token", **body))

    def post(self, account: dict[str, str], path: str, **body: Any) -> Any:
        # Chinese as it is: WeChat takes no \\u escapes.
        content = json.dumps(body, ensure_ascii=False).encode()
        query = {"access_token": self.token(account)["access_token"]}
        return requests.post(self.wechat.base + path, content, params=query, timeout=10).json()

    def info(self) -> Any:
        token, her = self.token(OA)["access_token"], self.her["oa_openid"]
        return self.wechat.get("/cgi-bin/user/info", access_token=token, openid=her, lang="zh_CN")

    def session(self) -> Any:
        code = self.act("login-code")["code"]
        asked = {"appid": MP["app_id"], "secret": MP["app_secret"], "js_code": code}
        return self.wechat.get("/sns/jscode2session", grant_type="authorization_code", **asked)

    def reminded(self) -> Any:
        data = {"thing1": "血压随访", "time2": "2026年3月2日 10:00", "thing3": "心内科"}
        template = "OaTplFollowupDue0000000000000000000000000001"
        values = {key: {"value": value} for key, value in data.items()}
        her = self.her["oa_openid"]
        return self.post(OA, "/cgi-bin/message/template/send", touser=her, template_id=template, data=values)


def _followed(desk: Desk) -> Desk:
    desk.act("follow", scene=None)
    return desk


EMULATED: dict[str, Callable[[Desk], Any]] = {
    "stable_token": lambda desk: desk.token(OA),
    "jscode2session": lambda desk: desk.session(),
    "getuserphonenumber": lambda desk: desk.post(
        MP, "/wxa/business/getuserphonenumber", code=desk.act("phone-number-code")["code"]
    ),
    "user_info_following": lambda desk: _followed(desk).info(),
    "user_info_gone": lambda desk: desk.info(),
    "qrcode_create": lambda desk: desk.post(
        OA,
        "/cgi-bin/qrcode/create",
        action_name="QR_LIMIT_STR_SCENE",
        action_info={"scene": {"scene_str": "card.8f2e"}},
    ),
    "template_send": lambda desk: _followed(desk).reminded(),
    "refused_43004": lambda desk: desk.reminded(),
    "tags_create": lambda desk: desk.post(OA, "/cgi-bin/tags/create", tag={"name": "suihu-0001"}),
}


@pytest.mark.parametrize("name", EMULATED)
def test_the_emulator_answers_in_the_same_shapes(wechat: Json, name: str) -> None:
    assert shape(EMULATED[name](Desk(wechat))) == shape(answer(name))
