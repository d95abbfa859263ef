"""Pushes messages and events to the developer's server: in order per person, five seconds, three tries.

Never blocks the API: a push is a row of the state, then a job in its person's lane.
"""

import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from emulator.config import AppKind
from emulator.push import delivery
from emulator.push.bodies import BadXml
from emulator.push.crypto import BadEnvelope
from emulator.push.lanes import Lanes
from emulator.push.replies import chat_lines
from emulator.state.clock import iso

if TYPE_CHECKING:
    from emulator.platform import Platform

TRIES = 3
TIMEOUT_SECONDS = 5.0
KEPT = 2000
BROKEN = "该公众号提供的服务出现故障，请稍后再试"
_NOTICED_EVENTS = {"subscribe", "scan", "click"}


class Pusher:
    def __init__(self, platform: "Platform", retry_gap_seconds: float) -> None:
        self._platform = platform
        self._gap = retry_gap_seconds
        self._lanes = Lanes(workers=16)
        self._age = 0

    def rows(self) -> list[dict[str, Any]]:
        return self._platform.store.section("pushes").setdefault("rows", [])

    def push(
        self, kind: AppKind, openid: str, fields: dict[str, Any], delay_seconds: float = 0.0
    ) -> Future[None] | None:
        """Queue one message or event; the caller holds the lock. None when nobody listens."""
        if not self._platform.config.account(kind).callback_url:
            return None
        number = self._platform.store.next_number()
        row = {
            "id": f"p{number}",
            "seq": number,
            "account": kind,
            "openid": openid,
            "at": iso(self._platform.clock.now()),
            "fields": fields,
            "state": "pending",
            "tries": [],
        }
        self.rows().append(row)
        del self.rows()[:-KEPT]
        return self._submit(row, delay_seconds)

    def forget(self) -> None:
        """Drop what waits to be pushed: the platform begins anew."""
        self._age += 1

    def resume(self) -> None:
        """Push what a former run accepted and did not deliver."""
        for row in self.rows():
            if row["state"] == "pending":
                self._submit(row, 0.0)

    def replay(self, row: dict[str, Any], mutate: str) -> delivery.Answer:
        """Deliver an old push once more, now, spoiled when asked; its answer is only reported."""
        account = self._platform.config.account(row["account"])
        request = delivery.compose(account, row["openid"], row["fields"], self._platform.clock.now(), mutate)
        return delivery.post(account.callback_url or "", request, TIMEOUT_SECONDS)

    def _submit(self, row: dict[str, Any], delay_seconds: float) -> Future[None]:
        age = self._age

        def job() -> None:
            if age == self._age:
                self._deliver(row)

        return self._lanes.submit(f"{row['account']}/{row['openid']}", job, delay_seconds)

    def _deliver(self, row: dict[str, Any]) -> None:
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._gap)
            answer = self._try_once(row)
            if answer is None or answer.status == 200:
                return
        self._settle(row, "failed", [])

    def _try_once(self, row: dict[str, Any]) -> delivery.Answer | None:
        platform = self._platform
        account = platform.config.account(row["account"])
        if not account.callback_url:
            self._settle(row, "failed", [])
            return None
        request = delivery.compose(account, row["openid"], row["fields"], platform.clock.now())
        answer = delivery.post(account.callback_url, request, TIMEOUT_SECONDS)
        with platform.lock:
            row["tries"].append(
                {
                    "at": iso(platform.clock.now()),
                    "status": answer.status,
                    "answer": answer.body[:2000],
                    "error": answer.error,
                    "ms": answer.ms,
                }
            )
            platform.store.touch()
            if answer.status == 200:
                self._read_answer(row, answer.body)
        return answer

    def _read_answer(self, row: dict[str, Any], body: str) -> None:
        if body.strip() in ("", "success"):
            self._settle(row, "accepted", [])
            return
        try:
            lines = chat_lines(delivery.passive_reply(self._platform.config.account(row["account"]), body))
        except (BadXml, BadEnvelope) as error:
            row["complaint"] = str(error)
            self._settle(row, "unreadable", [])
        else:
            self._settle(row, "replied", lines)

    def _settle(self, row: dict[str, Any], state: str, lines: list[dict[str, Any]]) -> None:
        platform = self._platform
        with platform.lock:
            row["state"] = state
            platform.store.touch()
            person = platform.people.find("oa", row["openid"])
            if person is None:
                return
            for line in lines:
                platform.chats.add(person.id, "account", **line)
            if state in ("failed", "unreadable") and _is_noticed(row["fields"]):
                platform.chats.add(person.id, "system", "event", content=BROKEN)


def _is_noticed(fields: dict[str, Any]) -> bool:
    """True for pushes after which the person waits for an answer and sees when there is none."""
    return fields["MsgType"] != "event" or str(fields.get("Event", "")).lower() in _NOTICED_EVENTS
