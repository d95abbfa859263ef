"""Calls per day, app and path: a new account's limits, ending at Beijing's midnight.

Source: developers.weixin.qq.com, API 调用频次限制, read 2026.
"""

from typing import Any

from emulator.state.clock import Clock
from emulator.state.store import Store

DAILY_LIMITS = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/message/mass/preview": 100,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/send": 10_000_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/info/updateremark": 10_000,
    "/cgi-bin/draft/add": 1000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/freepublish/submit": 100,
}
CLEARS_PER_MONTH = 10


class Quotas:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def count(self, appid: str, path: str) -> bool:
        """Count one call; False when the day's quota is used up."""
        limit = DAILY_LIMITS.get(path)
        if limit is None:
            return True
        used = self._used(appid)
        if used.get(path, 0) >= limit:
            return False
        used[path] = used.get(path, 0) + 1
        self._store.touch()
        return True

    def standing(self, appid: str, path: str) -> dict[str, int]:
        """{"daily_limit", "used", "remain"}, as openapi/quota/get answers."""
        limit, used = DAILY_LIMITS[path], self._used(appid).get(path, 0)
        return {"daily_limit": limit, "used": used, "remain": limit - used}

    def clear(self, appid: str) -> bool:
        """Start the day's counts again; False after ten times in a month."""
        clears = self._store.section("quota_clears").setdefault(appid, {})
        month = self._clock.month()
        if clears.get(month, 0) >= CLEARS_PER_MONTH:
            return False
        clears[month] = clears.get(month, 0) + 1
        self._used(appid).clear()
        self._store.touch()
        return True

    def _used(self, appid: str) -> dict[str, Any]:
        rows = self._store.section("quotas")
        day = self._clock.day()
        if rows.get("day") != day:
            rows.clear()
            rows["day"] = day
        return rows.setdefault(appid, {})
