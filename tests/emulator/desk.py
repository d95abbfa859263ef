"""What tests do with a running emulator: call it as a developer, act as a person, turn its knobs."""

import json
import time
from typing import Any

import requests

from tests.emulator.receiver import Receiver

TIMEOUT_SECONDS = 20


class Desk:
    def __init__(self, url: str, config: dict[str, Any], receiver: Receiver) -> None:
        self.url = url
        self.config = config
        self.receiver = receiver
        self._tokens: dict[str, str] = {}
        people = self.look("/operator/api/identities")["identities"]
        self.openids = {(app, one["id"]): one[f"{app}_openid"] for one in people for app in ("oa", "mp")}
        self.unionids = {one["id"]: one["unionid"] for one in people}

    def openid(self, person: str, app: str = "oa") -> str:
        return self.openids[(app, person)]

    def token(self, app: str = "oa") -> str:
        if app not in self._tokens:
            self._tokens[app] = self.fresh_token(app)["access_token"]
        return self._tokens[app]

    def fresh_token(self, app: str = "oa", **more: Any) -> dict[str, Any]:
        account = self.config[app]
        body = {"grant_type": "client_credential", "appid": account["appid"], "secret": account["secret"]}
        return self.post_raw("/cgi-bin/stable_token", body | more)

    def forget_tokens(self) -> None:
        self._tokens.clear()

    def call(self, path: str, body: dict[str, Any], app: str = "oa") -> dict[str, Any]:
        return self.post_raw(f"{path}?access_token={self.token(app)}", body)

    def ask(self, path: str, app: str = "oa", **params: Any) -> dict[str, Any]:
        return self.look(path, access_token=self.token(app), **params)

    def post_raw(self, target: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps(body, ensure_ascii=False).encode()
        answer = requests.post(self.url + target, data=data, timeout=TIMEOUT_SECONDS)
        assert answer.status_code == 200
        return json.loads(answer.content)

    def look(self, path: str, **params: Any) -> dict[str, Any]:
        answer = requests.get(self.url + path, params=params, timeout=TIMEOUT_SECONDS)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.content)

    def upload(self, path: str, name: str, content: bytes, app: str = "oa", **params: Any) -> dict[str, Any]:
        answer = requests.post(
            self.url + path,
            params={"access_token": self.token(app), **params},
            files={"media": (name, content)},
            timeout=TIMEOUT_SECONDS,
        )
        return answer.json()

    def act(self, person: str, action: str, **body: Any) -> dict[str, Any]:
        answer = self.try_to(person, action, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def try_to(self, person: str, action: str, **body: Any) -> requests.Response:
        return requests.post(
            f"{self.url}/phone/api/people/{person}/{action}", json=body, timeout=TIMEOUT_SECONDS
        )

    def chat(self, person: str) -> list[dict[str, Any]]:
        return self.look(f"/phone/api/people/{person}/state")["messages"]

    def fault(self, path: str, kind: str, times: int | None = 1, ms: int = 0) -> None:
        self.operate("faults", path=path, kind=kind, times=times, ms=ms)

    def move_clock(self, seconds: float) -> None:
        self.operate("clock", offset_seconds=seconds)

    def operate(self, knob: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/operator/api/{knob}", json=body, timeout=TIMEOUT_SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settle(self) -> None:
        """Wait until the last test's pushes are through: one under way would arrive in the next test."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while any(row["state"] == "pending" for row in self.look("/operator/api/callbacks")["callbacks"]):
            assert time.monotonic() < deadline, "WeChat is still pushing"
            time.sleep(0.01)

    def say(self, person: str, text: str, app: str = "oa") -> dict[str, Any]:
        """Send a customer-service text."""
        body = {"touser": self.openid(person, app), "msgtype": "text", "text": {"content": text}}
        return self.call("/cgi-bin/message/custom/send", body, app)

    def remind(self, person: str, **changes: Any) -> dict[str, Any]:
        """Send the demo's follow-up template; `changes` replace fields of the request."""
        body = {
            "touser": self.openid(person),
            "template_id": self.config["templates"][0]["template_id"],
            "url": "http://hospital.example/h5/plan",
            "data": {
                "thing1": {"value": "血压随访"},
                "time2": {"value": "2026年3月2日 10:00"},
                "thing3": {"value": "心内科"},
            },
        }
        return self.call("/cgi-bin/message/template/send", body | changes)

    def ask_for_file(self, media_id: str) -> bytes:
        params = {"access_token": self.token(), "media_id": media_id}
        return requests.get(f"{self.url}/cgi-bin/media/get", params=params, timeout=TIMEOUT_SECONDS).content
