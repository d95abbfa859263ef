"""May this article or broadcast be tested, approved, cancelled? Pure."""

from collections.abc import Set
from datetime import datetime, timedelta

from app.core.errors import Conflict, Forbidden

MAX_TITLE = 32
MAX_DIGEST = 54
"""What WeChat's article list shows without cutting (units: characters; from the console's own counters)."""

CANCELLABLE = frozenset({"draft", "approved"})

ASK_AGAIN_WITHIN = timedelta(hours=20)
"""WeChat remembers a clientmsgid for a day (docs/sources.md#wechat-mass); less some room for clocks."""


def ensure_tested(tested_version: int | None, approved_version: int, newest_version: int) -> None:
    """Raises Conflict when the version to approve is not the newest, or nobody has seen it on a phone."""
    if approved_version != newest_version:
        raise Conflict("文章刚被改过，请看过新的一版再审批。", code="edited_meanwhile")
    if tested_version != newest_version:
        raise Conflict("请先由起草人把这一版发给自己看一遍，再审批。", code="not_tested")


def ensure_second_person(doers: Set[str], approver_id: str) -> None:
    """Raises Forbidden for one's own text or draft."""
    if approver_id in doers:
        raise Forbidden("自己写的或自己起草的，要请另一位同事审批。", code="own_work")


def ensure_state(state: str, wanted: str, words: str) -> None:
    """Raises Conflict when the broadcast has moved on, in the words given."""
    if state != wanted:
        raise Conflict(words, code="broadcast_state")


def may_ask_again(asked_at: datetime | None, now: datetime) -> bool:
    """Whether a second request with the same clientmsgid is sure to send nothing twice."""
    return asked_at is None or now - asked_at < ASK_AGAIN_WITHIN
