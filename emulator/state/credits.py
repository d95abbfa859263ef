"""Subscription credits per person and template: what a person has consented to receive."""

from typing import Any

from emulator.config import SubscribeTemplate
from emulator.state.store import Store


class Credits:
    def __init__(self, store: Store) -> None:
        self._store = store

    def row(self, person_id: str, template_id: str) -> dict[str, Any]:
        rows = self._store.section("credits").setdefault(person_id, {})
        return rows.setdefault(template_id, {"credits": 0, "state": "none"})

    def answer(self, person_id: str, template: SubscribeTemplate, accepted: bool) -> None:
        """Note the answer to a popup: each one-time accept earns one send; accepts add up."""
        row = self.row(person_id, template.priTmplId)
        row["state"] = "accept" if accepted else "reject"
        if not accepted:
            row["credits"] = 0
        elif template.type == 2:
            row["credits"] += 1
        self._store.touch()

    def block(self, person_id: str, template_id: str) -> None:
        """The person switched this template off in the settings."""
        self.row(person_id, template_id).update(credits=0, state="reject")
        self._store.touch()

    def forget(self, person_id: str, template_id: str) -> None:
        """Neither accepted nor refused, as at the beginning."""
        self.row(person_id, template_id).update(credits=0, state="none")
        self._store.touch()

    def blocked(self, person_id: str, template_id: str) -> bool:
        return self.row(person_id, template_id)["state"] == "reject"

    def spend(self, person_id: str, template: SubscribeTemplate) -> bool:
        """Use one send; False when there is no consent left. Long-term consent is never used up."""
        row = self.row(person_id, template.priTmplId)
        if row["state"] != "accept":
            return False
        if template.type == 3:
            return True
        if row["credits"] <= 0:
            return False
        row["credits"] -= 1
        self._store.touch()
        return True
