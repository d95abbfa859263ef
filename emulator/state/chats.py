"""What each person sees in the chat with the account, line by line."""

from typing import Any

from emulator.state.clock import Clock, iso
from emulator.state.store import Store


class Chats:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def lines(self, person_id: str) -> list[dict[str, Any]]:
        return self._store.section("chats").setdefault(person_id, [])

    def add(self, person_id: str, sender: str, kind: str, **payload: Any) -> dict[str, Any]:
        """Append a line from "me", "account" or "system" and return it."""
        number = self._store.next_number()
        line = {
            "seq": number,
            "id": f"m{number}",
            "at": iso(self._clock.now()),
            "from": sender,
            "kind": kind,
            **payload,
        }
        self.lines(person_id).append(line)
        return line

    def since(self, person_id: str, number: int) -> list[dict[str, Any]]:
        return [line for line in self.lines(person_id) if line["seq"] > number]

    def find(self, person_id: str, line_id: str) -> dict[str, Any] | None:
        return next((line for line in self.lines(person_id) if line["id"] == line_id), None)

    def unread(self, person_id: str) -> int:
        seen = self._store.section("seen").get(person_id, 0)
        return sum(1 for line in self.since(person_id, seen) if line["from"] == "account")

    def mark_seen(self, person_id: str) -> None:
        lines = self.lines(person_id)
        if lines and self._store.section("seen").get(person_id) != lines[-1]["seq"]:
            self._store.section("seen")[person_id] = lines[-1]["seq"]
            self._store.touch()
