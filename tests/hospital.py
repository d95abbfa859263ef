"""The tests' hospital as it runs: served over HTTP, worked by RQ's worker, patients at their phones."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from flask import Flask
from rq import Queue, SimpleWorker
from rq.registry import FailedJobRegistry
from werkzeug.serving import make_server

from app.core import clock
from app.core.db import read_only
from app.core.queue import JOBS, QUEUES
from app.upcoming import next_moment, work_in_hand
from app.wiring import Outside
from jobs import context
from jobs.schedule import SCHEDULE
from jobs.travel import tell_the_emulator

WITHIN = 60.0
"""Seconds that any one waiting may take before the test fails and says what is left."""


class Served:
    """A Flask app behind a real threaded HTTP server, in a thread of this process."""

    def __init__(self, app: Flask, port: int) -> None:
        self._server = make_server("127.0.0.1", port, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Hearer(SimpleWorker):
    """RQ's worker without the channel for commands, whose thread takes longer to end than the jobs."""

    def subscribe(self) -> None:
        """Nobody commands it."""

    def unsubscribe(self) -> None:
        """Nothing to leave."""


class Hospital:
    """What a flow test holds: the address, the work, the phones, the time."""

    def __init__(self, url: str, outside: Outside) -> None:
        self.url = url
        self.outside = outside
        self.emulator = Json(outside.settings.wechat_api_base_url)
        self._jobs = [entry.job for entry in SCHEDULE if entry.every <= 60 and _exists(entry.job)]

    def phone(self, person_id: str) -> "Phone":
        """The phone of one of app.launcher.demo_wechat's people: wang, li, zhang, chen, liu, zhao."""
        return Phone(self.emulator, person_id)

    def work(self, until: Callable[[], Any] | None = None, within: float = WITHIN) -> None:
        """Ring for everything and work it off until nothing is in hand here or at WeChat and `until` is true.

        Fails the test when a job failed or when it takes longer than `within` seconds.
        """
        deadline = time.monotonic() + within
        while True:
            self.work_once()
            if not self._in_hand() and (until is None or until()):
                return
            assert time.monotonic() < deadline, f"still in hand: {self._what_is_left()}"
            time.sleep(0.01)

    def work_once(self) -> None:
        """Ring every bell once and run what was queued."""
        for job in self._jobs:
            self.outside.bells.ring(job)
        context.use(self.outside)
        queues = [Queue(name, connection=self.outside.redis) for name in QUEUES]
        Hearer(queues, connection=self.outside.redis).work(burst=True, logging_level="ERROR")
        for name in QUEUES:
            failed = FailedJobRegistry(name, connection=self.outside.redis)
            for job_id in failed.get_job_ids():
                job = Queue(name, connection=self.outside.redis).fetch_job(job_id)
                result = job.latest_result() if job else None
                raise AssertionError(f"a job failed: {result.exc_string if result else job_id}")

    def travel(self, **ahead: float) -> None:
        """Move the hospital's time forward (timedelta's keywords), stopping at everything due on the way."""
        target = clock.now() + timedelta(**ahead)
        self.work()
        while (now := clock.now()) < target:
            with read_only(self.outside.readers) as session:
                stop = next_moment(session, now)
            clock.reach(min(stop or target, target))
            tell_the_emulator(self.outside)
            self.work()

    def fault(self, path: str, kind: str, times: int | None = 1, ms: int = 0) -> None:
        """Let WeChat misbehave: emulator/README.md lists the kinds."""
        self.emulator.post("/operator/api/faults", path=path, kind=kind, times=times, ms=ms)

    def calls(self, path: str) -> list[dict[str, Any]]:
        """What WeChat was asked under an API path, oldest first; not counting tries with an old token."""
        found = self.emulator.get("/operator/api/journal", path=path, limit=2000)["calls"]
        return [call for call in found if call["errcode"] not in (40001, 42001)]

    def pushes(self) -> list[dict[str, Any]]:
        """What WeChat has told us, and our answers."""
        return list(self.emulator.get("/operator/api/callbacks", limit=2000)["callbacks"])

    def settle(self, within: float = WITHIN) -> None:
        """Wait until WeChat has told everything it has to tell."""
        deadline = time.monotonic() + within
        while self._pushing():
            assert time.monotonic() < deadline, "WeChat is still pushing"
            time.sleep(0.01)

    def _pushing(self) -> bool:
        return any(row["state"] == "pending" for row in self.pushes())

    def _in_hand(self) -> bool:
        if self._pushing():
            return True
        with read_only(self.outside.readers) as session:
            return work_in_hand(session, clock.now())

    def _what_is_left(self) -> str:
        pending = [row["fields"] for row in self.pushes() if row["state"] == "pending"]
        with read_only(self.outside.readers) as session:
            return f"pushes {pending}; work in hand {work_in_hand(session, clock.now())}"


def _exists(job: str) -> bool:
    module, _, function = JOBS[job].path.rpartition(".")
    return find_spec(module) is not None and hasattr(import_module(module), function)


class Json:
    """A small JSON client."""

    def __init__(self, base: str) -> None:
        self.base = base

    def get(self, path: str, /, **query: Any) -> Any:
        return self._ask(Request(f"{self.base}{path}?{urlencode(query)}"))

    def post(self, path: str, /, **body: Any) -> Any:
        raw = json.dumps(body).encode()
        return self._ask(Request(f"{self.base}{path}", raw, {"Content-Type": "application/json"}))

    def _ask(self, request: Request) -> Any:
        try:
            with urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            raise AssertionError(f"{request.full_url}: {error.code} {error.read()[:300]!r}") from None


class Phone:
    """One person's WeChat, through the emulator's phone API."""

    def __init__(self, emulator: Json, person_id: str) -> None:
        self._emulator = emulator
        self.person_id = person_id

    def _do(self, act: str, **body: Any) -> Any:
        return self._emulator.post(f"/phone/api/people/{self.person_id}/{act}", **body)

    def openid(self, kind: str = "oa") -> str:
        """The person's openid of the service account (oa) or the mini-program (mp)."""
        rows = self._emulator.get("/operator/api/identities")["identities"]
        return str(next(row for row in rows if row["id"] == self.person_id)[f"{kind}_openid"])

    def unionid(self) -> str:
        rows = self._emulator.get("/operator/api/identities")["identities"]
        return str(next(row for row in rows if row["id"] == self.person_id)["unionid"])

    def follow(self, scene: str | None = None) -> None:
        self._do("follow", scene=scene)

    def unfollow(self) -> None:
        self._do("unfollow")

    def text(self, content: str) -> None:
        """Write into the chat."""
        self._do("text", content=content)

    def pick(self, option_id: str, content: str) -> None:
        """Tap an option of a menu in the chat."""
        self._do("text", content=content, bizmsgmenuid=option_id)

    def image(self, content: bytes) -> None:
        """Send a picture."""
        self._send_file("image", content, "picture.png", "image/png")

    def voice(self, content: bytes) -> None:
        """Send a voice, as WeChat records it."""
        self._send_file("voice", content, "voice.amr", "audio/amr")

    def _send_file(self, kind: str, content: bytes, name: str, content_type: str) -> None:
        mark = "suihu-test-boundary"
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="media"; filename="{name}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        url = f"{self._emulator.base}/phone/api/people/{self.person_id}/{kind}"
        self._emulator._ask(Request(url, body, {"Content-Type": f"multipart/form-data; boundary={mark}"}))

    def location(self, latitude: float, longitude: float, label: str) -> None:
        self._do("location", latitude=latitude, longitude=longitude, label=label)

    def menu(self, *path: int) -> str | None:
        """Press a menu button by its place; the address it opens."""
        return self._do("menu", path=list(path)).get("open")

    def scan(self, content: str) -> str | None:
        """Scan a QR code (what it holds, or an address); the page it opens."""
        return self._do("scan", content=content).get("open")

    def tap(self, message: Mapping[str, Any], index: int = 0) -> str | None:
        """Tap a message of the chat; the address it opens."""
        return self._do("tap", message_id=message["id"], index=index).get("open")

    def login_code(self) -> str:
        """What wx.login gives the mini-program."""
        return str(self._do("login-code")["code"])

    def phone_number_code(self) -> str:
        """What the mini-program's phone button gives."""
        return str(self._do("phone-number-code")["code"])

    def subscribe(self, *template_ids: str, answer: str = "accept") -> None:
        """Answer a subscription popup."""
        self._do("subscribe-popup", template_ids=template_ids, answers=dict.fromkeys(template_ids, answer))

    def block_template(self, template_id: str) -> None:
        """Switch a template off in the settings."""
        self._do("block-template", template_id=template_id)

    def allow_template(self, template_id: str) -> None:
        """Switch it on again; WeChat tells nobody."""
        self._do("allow-template", template_id=template_id)

    def state(self) -> dict[str, Any]:
        """Everything the phone shows."""
        return dict(self._emulator.get(f"/phone/api/people/{self.person_id}/state"))

    def received(self, *kinds: str) -> Sequence[dict[str, Any]]:
        """The account's messages, oldest first; of these kinds (text, template, subscribe …) only."""
        return [
            line
            for line in self.state()["messages"]
            if line["from"] == "account" and (not kinds or line["kind"] in kinds)
        ]

    def texts(self) -> list[str]:
        """The words of the account's chat messages."""
        return [line["content"] for line in self.received("text")]

    def cards(self) -> Sequence[dict[str, Any]]:
        """Template and subscription cards."""
        return self.received("template", "subscribe")
