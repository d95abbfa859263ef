"""WeChat's customer-service window: how many free messages a person's last act allows, and until when.

Each act sets both the count and the deadline anew; they do not add up.
Source: developers.weixin.qq.com, service/customer-message/send, read 2026-10 — docs/sources.md#wechat-window
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

KEPT_FOR_A_PERSON = 2
"""Automatic answers leave this many sends of a long window to a nurse."""

_EARNED = {
    "message": (5, timedelta(hours=48)),
    "menu": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}


@dataclass(frozen=True)
class Window:
    """One person's window: `used` of `allowed` sends until `until`."""

    until: datetime
    allowed: int
    used: int = 0


def opened_by(act: str, at: datetime) -> Window:
    """The window that `act` (message, menu, follow, scan) opens. Raises KeyError for another act."""
    allowed, lasts = _EARNED[act]
    return Window(at + lasts, allowed)


def by_message(allowed: int) -> bool:
    """Whether a window that allows so many was opened by words in the chat: every other act allows fewer."""
    return allowed >= _EARNED["message"][0]


def left(window: Window | None, now: datetime) -> int:
    """How many sends WeChat still takes; the deadline itself is too late."""
    if window is None or now >= window.until:
        return 0
    return max(0, window.allowed - window.used)


def left_for_automation(window: Window | None, now: datetime) -> int:
    """How many of them automation may use. A one-minute window is no nurse's: all of it."""
    if window is None or not by_message(window.allowed):
        return left(window, now)
    return max(0, left(window, now) - KEPT_FOR_A_PERSON)


def spent(window: Window, sends: int = 1) -> Window:
    """The window after `sends` more sends."""
    return replace(window, used=window.used + sends)
