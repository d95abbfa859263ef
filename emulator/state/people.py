"""Who the people are to each app: openids, unionids, and whether they follow the account."""

import base64
import hashlib
from typing import Any

from emulator.config import AppKind, Config, Person
from emulator.state.clock import Clock
from emulator.state.store import Store

_SUBSCRIBE_SCENE_SEARCH = "ADD_SCENE_SEARCH"
_SUBSCRIBE_SCENE_QR = "ADD_SCENE_QR_CODE"


def _identity(*parts: str) -> str:
    """`o` and 27 url-safe characters: stable for a person in an app, unlike any other app's."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


class People:
    """The demo people as both apps see them. Followers are rows of the state; identities are computed."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self._by_openid: dict[str, tuple[AppKind, str]] = {}
        for person in config.people:
            self._by_openid[self.openid("oa", person.id)] = ("oa", person.id)
            self._by_openid[self.openid("mp", person.id)] = ("mp", person.id)

    def openid(self, kind: AppKind, person_id: str) -> str:
        return _identity(self._config.account(kind).appid, person_id)

    def find(self, kind: AppKind, openid: str) -> Person | None:
        """The person behind an openid of this app, or None for another app's or nobody's."""
        owner = self._by_openid.get(openid)
        if owner is None or owner[0] != kind:
            return None
        return self._config.person(owner[1])

    def unionid(self, person_id: str) -> str | None:
        """Equal across bound apps; None when they are not bound to one Open Platform account."""
        if not self._config.bound:
            return None
        return _identity("unionid", self._config.oa.appid, self._config.mp.appid, person_id)

    def row(self, person_id: str) -> dict[str, Any]:
        rows = self._store.section("followers")
        return rows.setdefault(person_id, {"subscribe": False, "tagids": [], "remark": "", "times": 0})

    def follows(self, person_id: str) -> bool:
        return bool(self.row(person_id)["subscribe"])

    def follow(self, person_id: str, scene: str | None) -> None:
        """Begin to follow; `scene` is a parametric QR's scene when one was scanned."""
        row = self.row(person_id)
        digits = scene is not None and scene.isdigit()
        row.update(
            subscribe=True,
            subscribe_time=int(self._clock.now()),
            times=row["times"] + 1,
            scene=_SUBSCRIBE_SCENE_QR if scene else _SUBSCRIBE_SCENE_SEARCH,
            qr_scene=int(scene) if scene and digits else 0,
            qr_scene_str=scene if scene and not digits else "",
        )
        self._store.touch()

    def unfollow(self, person_id: str) -> None:
        """Stop following. WeChat drops the person's tags and remark with it."""
        self.row(person_id).update(subscribe=False, tagids=[], remark="")
        self._store.touch()

    def followers(self) -> list[str]:
        """Openids of followers, in the order in which they followed."""
        rows = [person for person in self._config.people if self.follows(person.id)]
        rows.sort(key=lambda person: self.row(person.id)["subscribe_time"])
        return [self.openid("oa", person.id) for person in rows]

    def followers_with(self, tag_id: int) -> list[str]:
        """Openids of the followers who carry a tag."""
        return [
            openid for openid in self.followers() if tag_id in self.row(self._by_openid[openid][1])["tagids"]
        ]

    def helper_openid(self) -> str:
        """The platform's own openid, from which job events about nobody in particular come."""
        return _identity(self._config.oa.appid, "\0mphelper")

    def profile(self, person_id: str, lang: str) -> dict[str, Any]:
        """The answer of user/info: no name or picture; almost nothing for who does not follow."""
        openid = self.openid("oa", person_id)
        if not self.follows(person_id):
            return {"subscribe": 0, "openid": openid, "tagid_list": []}
        row = self.row(person_id)
        profile: dict[str, Any] = {
            "subscribe": 1,
            "openid": openid,
            "language": lang,
            "subscribe_time": row["subscribe_time"],
            "remark": row["remark"],
            "groupid": row["tagids"][0] if row["tagids"] else 0,
            "tagid_list": list(row["tagids"]),
            "subscribe_scene": row["scene"],
            "qr_scene": row["qr_scene"],
            "qr_scene_str": row["qr_scene_str"],
        }
        unionid = self.unionid(person_id)
        return profile | ({"unionid": unionid} if unionid else {})
