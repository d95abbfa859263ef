"""How a reply will travel, in words for the person who writes it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Way:
    """`open`: a message goes at once; else only a card or a call is legal."""

    open: bool
    words: str
    urgent: bool = False
    """True when the window shuts soon: reply now or lose it."""


CLOSING_SOON = timedelta(hours=3)


NEVER_WROTE = "患者还没有在微信对话里写过话（网页上的留言不算）"
ONLY_CAME_BY = "患者最近只是关注、扫码或点菜单，没有在微信对话里写话（网页上的留言不算）"
WROTE_LONG_AGO = "患者超过 48 小时没有在微信对话里写过话（网页上的留言不算）"
INSTEAD = "可以发留言卡片，请患者点开看，或者打电话。"


def way(left: int, until: datetime | None, now: datetime, *, shut_because: str = NEVER_WROTE) -> Way:
    """The way for a window with `left` sends until `until` (None when it never stood open).

    `shut_because` says which of the three it is when the time is over.

    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> way(3, now + timedelta(hours=41), now).words
    '客服消息：还可发 3 条，41 小时后关闭'
    """
    if until is not None and now < until and left > 0:
        rest = until - now
        return Way(True, f"客服消息：还可发 {left} 条，{span(rest)}后关闭", rest < CLOSING_SOON)
    if until is not None and now < until:
        return Way(
            False, "这个窗口的条数用完了，要等患者再来信。现在可以发留言卡片，请患者点开看，或者打电话。"
        )
    return Way(False, f"窗口已关：{shut_because}，所以不能直接发。{INSTEAD}")


def span(length: timedelta) -> str:
    """A length of time as a nurse says it: 41 小时, 14 分钟, 3 天; less than a minute is 1 分钟."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 60 * 72:
        return f"{minutes // 60} 小时"
    return f"{minutes // (60 * 24)} 天"
