"""Mass sends: each person's four a month, client ids for a day, and what became of each send."""

from typing import Any

from emulator.state.clock import Clock
from emulator.state.store import Store

PER_MONTH = 4
CLIENT_ID_SECONDS = 24 * 3600


class MassSends:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def spend(self, person_id: str) -> bool:
        """Use one of the person's mass messages this Beijing month; False when all four are used."""
        month = self._clock.month()
        row = self._store.section("mass_allowance").setdefault(person_id, {"month": month, "count": 0})
        if row["month"] != month:
            row.update(month=month, count=0)
        if row["count"] >= PER_MONTH:
            return False
        row["count"] += 1
        self._store.touch()
        return True

    def known(self, client_id: str) -> int | None:
        """The msg_id of a send with this clientmsgid in the last 24 hours."""
        row = self._store.section("mass_client_ids").get(client_id)
        if row is None or self._clock.now() - row["at"] >= CLIENT_ID_SECONDS:
            return None
        return row["msg_id"]

    def keep(self, client_id: str | None, msg_id: int, status: str) -> None:
        if client_id:
            row = {"msg_id": msg_id, "at": self._clock.now()}
            self._store.section("mass_client_ids")[client_id] = row
        self._store.section("mass_sends")[str(msg_id)] = {"status": status, "at": self._clock.now()}
        self._store.touch()

    def status(self, msg_id: int) -> str | None:
        row: dict[str, Any] | None = self._store.section("mass_sends").get(str(msg_id))
        return row["status"] if row else None
