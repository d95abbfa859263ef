"""Switches that make the platform misbehave on demand, for a number of calls or for ever."""

import re
from collections.abc import Collection
from typing import Any

from emulator.state.store import Store

ANSWER_KINDS = {"busy": -1, "40001": 40001, "45009": 45009, "48001": 48001}
CALL_KINDS = {"slow", "reset_after_accept"}
FINISH_KINDS = {"no_finish", "finish_twice", "finish_first", "user_block", "system_failed"}
LOGIN_KINDS = {"snapshot"}
LIST_KINDS = {"short_list"}
_GATEWAY = re.compile(r"gateway_(page_)?([2-5]\d\d)")


class BadFault(ValueError):
    """The fault cannot be set; the message says why."""


def errcode_of(kind: str) -> int | None:
    """The errcode that a fault of this kind answers, or None when it does something else."""
    if kind in ANSWER_KINDS:
        return ANSWER_KINDS[kind]
    return int(kind) if kind.isdigit() else None


def gateway_of(kind: str) -> tuple[int, bool] | None:
    """The HTTP status that somebody on the way answers in WeChat's place, and whether as a page."""
    found = _GATEWAY.fullmatch(kind)
    return (int(found[2]), bool(found[1])) if found else None


class Faults:
    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self) -> list[dict[str, Any]]:
        return self._store.section("faults").setdefault("rows", [])

    def add(self, path: str, kind: str, times: int | None, ms: int) -> dict[str, Any]:
        """Switch a fault on for one API path or "*". `times` None is for ever. Raises BadFault."""
        named = kind in CALL_KINDS | FINISH_KINDS | LOGIN_KINDS | LIST_KINDS
        if not named and errcode_of(kind) is None and gateway_of(kind) is None:
            raise BadFault(f"kind: unknown fault {kind!r}")
        if times is not None and times < 1:
            raise BadFault("times: at least 1, or null for ever")
        if path != "*" and not path.startswith("/"):
            raise BadFault('path: an API path such as /cgi-bin/user/info, or "*"')
        row = {"id": self._store.next_number(), "path": path, "kind": kind, "times": times, "ms": ms}
        self.rows().append(row)
        return row

    def remove(self, fault_id: int | None) -> None:
        """Switch one fault off, or all of them."""
        kept = [row for row in self.rows() if fault_id is not None and row["id"] != fault_id]
        self._store.section("faults")["rows"] = kept
        self._store.touch()

    def take(self, path: str, kinds: Collection[str]) -> dict[str, Any] | None:
        """The first matching fault, counted down; gone when its count is used up."""
        return self._use(lambda row: row["kind"] in kinds, path)

    def take_errcode(self, path: str, has_token: bool) -> int | None:
        """The errcode this call must answer. A 40001 for "*" spares the endpoints that hand out tokens."""
        row = self._use(
            lambda row: (
                errcode_of(row["kind"]) is not None
                and (has_token or row["path"] == path or row["kind"] != "40001")
            ),
            path,
        )
        return errcode_of(row["kind"]) if row else None

    def take_gateway(self, path: str) -> dict[str, Any] | None:
        """The fault by which this call does not come as far as WeChat."""
        return self._use(lambda row: gateway_of(row["kind"]) is not None, path)

    def _use(self, wanted: Any, path: str) -> dict[str, Any] | None:
        for row in self.rows():
            if row["path"] in ("*", path) and wanted(row):
                self._count_down(row)
                return row
        return None

    def _count_down(self, row: dict[str, Any]) -> None:
        if row["times"] is not None:
            row["times"] -= 1
            if row["times"] == 0:
                self.rows().remove(row)
            self._store.touch()
