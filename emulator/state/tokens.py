"""Access tokens: two families per app that never disturb each other.

The legacy family hands out a new token at every call; the stable one keeps its token until five
minutes before its end. In both, a replaced token stays good for five minutes.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from emulator.config import AppKind, Config
from emulator.state.clock import Clock
from emulator.state.store import Store

LIFE_SECONDS = 7200
GRACE_SECONDS = 300
FORCED_GAP_SECONDS = 30
FORCED_PER_DAY = 20


@dataclass(frozen=True)
class TokenVerdict:
    errcode: int
    kind: AppKind | None = None


class Tokens:
    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config = config
        self._store = store
        self._clock = clock

    def legacy(self, kind: AppKind) -> dict[str, Any]:
        """GET /cgi-bin/token: always a new one; the previous stays good for five minutes."""
        row = self._replace(self._chain(kind, "legacy"), grace=GRACE_SECONDS)
        return {"access_token": row["token"], "expires_in": LIFE_SECONDS}

    def stable(self, kind: AppKind, force_refresh: bool) -> dict[str, Any]:
        """POST /cgi-bin/stable_token: the same token until five minutes before its end."""
        chain = self._chain(kind, "stable")
        latest = chain.get("latest")
        now = self._clock.now()
        if latest is None or latest["until"] - now < GRACE_SECONDS:
            latest = self._replace(chain, grace=GRACE_SECONDS)
        elif force_refresh and self._may_force(chain):
            latest = self._replace(chain, grace=0)
        return {"access_token": latest["token"], "expires_in": int(latest["until"] - now + 0.5)}

    def verdict(self, token: str | None) -> TokenVerdict:
        """Which app a token belongs to, or the errcode it earns."""
        if not token:
            return TokenVerdict(41001)
        if len(token) < 32:
            return TokenVerdict(40014)
        now = self._clock.now()
        for kind in ("oa", "mp"):
            for family in ("legacy", "stable"):
                errcode = _standing(self._chain(kind, family), token, now)
                if errcode is not None:
                    return TokenVerdict(errcode, kind)
        return TokenVerdict(40001)

    def _chain(self, kind: str, family: str) -> dict[str, Any]:
        appid = self._config.oa.appid if kind == "oa" else self._config.mp.appid
        return self._store.section("tokens").setdefault(f"{appid}/{family}", {})

    def _replace(self, chain: dict[str, Any], grace: float) -> dict[str, Any]:
        now = self._clock.now()
        if "latest" in chain:
            until = min(chain["latest"]["until"], now + grace)
            chain["previous"] = {"token": chain["latest"]["token"], "until": until}
        chain["latest"] = {"token": f"98_{secrets.token_urlsafe(99)}", "until": now + LIFE_SECONDS}
        self._store.touch()
        return chain["latest"]

    def _may_force(self, chain: dict[str, Any]) -> bool:
        now, day = self._clock.now(), self._clock.day()
        forced = chain.setdefault("forced", {"day": day, "count": 0, "at": 0.0})
        if forced["day"] != day:
            forced.update(day=day, count=0)
        if forced["count"] >= FORCED_PER_DAY or now - forced["at"] < FORCED_GAP_SECONDS:
            return False
        forced.update(count=forced["count"] + 1, at=now)
        return True


def _standing(chain: dict[str, Any], token: str, now: float) -> int | None:
    latest, previous = chain.get("latest"), chain.get("previous")
    if latest and latest["token"] == token:
        return 0 if now < latest["until"] else 42001
    if previous and previous["token"] == token:
        return 0 if now < previous["until"] else 40001
    return None
