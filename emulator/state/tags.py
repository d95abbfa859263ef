"""The account's tags. Who carries one is kept with the follower."""

from typing import Any

from emulator.state.store import Store

STAR_GROUP = {"id": 2, "name": "星标组"}
"""The system tag every account has; it cannot be changed."""
FIRST_ID = 100


class Tags:
    def __init__(self, store: Store) -> None:
        self._store = store

    def names(self) -> dict[str, str]:
        return self._store.section("tags").setdefault("names", {})

    def exists(self, tag_id: int) -> bool:
        return str(tag_id) in self.names() or tag_id == STAR_GROUP["id"]

    def create(self, name: str) -> dict[str, Any]:
        section = self._store.section("tags")
        tag_id = section.get("next_id", FIRST_ID)
        section["next_id"] = tag_id + 1
        self.names()[str(tag_id)] = name
        self._store.touch()
        return {"id": tag_id, "name": name}

    def rename(self, tag_id: int, name: str) -> None:
        self.names()[str(tag_id)] = name
        self._store.touch()

    def delete(self, tag_id: int) -> None:
        del self.names()[str(tag_id)]
        for row in self._store.section("followers").values():
            if tag_id in row["tagids"]:
                row["tagids"].remove(tag_id)
        self._store.touch()
