"""After a call to WeChat that did not succeed: again, another lane, wait, hold, or give up.

`kind` is the class app.wechat.errcodes gave the error. Nothing is sent twice by guessing: past the ten
minutes that client_msg_id protects, an uncertain send waits for its finish event or for a nurse.
Source: docs/sources.md#wechat-errors
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
"""WeChat counts its days in Beijing, wherever the hospital is."""

PROTECTED = timedelta(minutes=10)
"""How long WeChat remembers a client_msg_id. docs/sources.md#wechat-client-msg-id"""
MARGIN = timedelta(minutes=1)
"""A repeat must arrive inside the protection, not just leave inside it."""
DEDUPING_LANES = frozenset({"oa_template"})
"""The lanes whose calls carry a client_msg_id."""

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=10)
MOST_ATTEMPTS = 8
TOKEN_ATTEMPTS = 3
CIRCUIT_PAUSE = timedelta(minutes=15)


class Next(StrEnum):
    """What to do with the message."""

    AGAIN = "again"
    NEXT_LANE = "next_lane"
    SET_ASIDE = "set_aside"
    """Another lane at once; this one again when it may have been mended."""
    HOLD = "hold"
    WAIT_FOR_EVENT = "wait_for_event"
    GIVE_UP = "give_up"
    EXPIRE = "expire"


@dataclass(frozen=True)
class Failure:
    """One failed call. `tries` counts this one and those that were tried again: waiting uses up none."""

    kind: str
    lane: str
    tries: int
    first_called_at: datetime
    expires_at: datetime
    errcode: int | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Decision:
    """What to do, when (UTC; None for never by itself), and the sentence a nurse reads."""

    action: Next
    at: datetime | None
    reason: str


def decide(failure: Failure, now: datetime, jitter: float) -> Decision:
    """What follows `failure`. `jitter` in 0…1 spreads repeats; the caller draws it at random.

    A class this file does not know gives up, so that an unknown error is seen and not repeated.
    """
    decision = _by_kind(failure, now, jitter)
    beside = decision.action is Next.SET_ASIDE
    if not beside and decision.at is not None and decision.at >= failure.expires_at:
        return Decision(Next.EXPIRE, None, f"{decision.reason}，但那时已经过了有效时间")
    return decision


def backoff(tries: int, jitter: float) -> timedelta:
    """The pause after the `tries`-th call: doubling from 5 s up to 10 min, spread over its upper half."""
    whole = min(FIRST_DELAY * 2 ** min(tries - 1, 20), LONGEST_DELAY)
    return whole * (0.5 + 0.5 * jitter)


def mended_by(kind: str, refused_at: datetime) -> datetime:
    """When a lane that was refused for everybody, and not for this person, may work again."""
    if kind != "quota":
        return refused_at + CIRCUIT_PAUSE
    tomorrow = refused_at.astimezone(BEIJING).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), BEIJING).astimezone(UTC)


def _by_kind(failure: Failure, now: datetime, jitter: float) -> Decision:
    if failure.kind == "transient":
        return _transient(failure, now, jitter)
    if failure.kind == "unknown":
        return _unknown(failure, now, jitter)
    if failure.kind == "token":
        return _token(failure, now, jitter)
    if failure.kind == "quota" and failure.lane == "oa_custom":
        return Decision(Next.NEXT_LANE, None, "本次对话可发的条数用完了，换别的方式")
    if failure.kind in _LANE_BROKEN:
        return _lane_broken(failure, now)
    if failure.kind == "gateway":
        return Decision(Next.HOLD, now + CIRCUIT_PAUSE, "医院到微信的网络被拦住了，已暂停，请信息科检查")
    return _settled(failure)


def _transient(failure: Failure, now: datetime, jitter: float) -> Decision:
    if failure.tries >= MOST_ATTEMPTS:
        return Decision(Next.NEXT_LANE, None, "微信多次没有响应，换别的方式")
    return Decision(Next.AGAIN, now + backoff(failure.tries, jitter), "微信繁忙，稍后自动重试")


def _unknown(failure: Failure, now: datetime, jitter: float) -> Decision:
    at = now + backoff(failure.tries, jitter)
    protected = at <= failure.first_called_at + PROTECTED - MARGIN
    if failure.lane in DEDUPING_LANES and protected:
        return Decision(Next.AGAIN, at, "不确定是否送出，用同一编号再发，微信会去重")
    return Decision(Next.WAIT_FOR_EVENT, None, "不确定是否送出，不再重发，等微信回执或护士确认")


def _token(failure: Failure, now: datetime, jitter: float) -> Decision:
    if failure.tries >= TOKEN_ATTEMPTS:
        return Decision(Next.HOLD, now + CIRCUIT_PAUSE, "微信凭证反复失效，已暂停，请管理员检查")
    return Decision(Next.AGAIN, now + backoff(failure.tries, jitter), "微信凭证已更新，马上重试")


_LANE_BROKEN = {
    "quota": ("微信今天的发送额度用完了，明天零点后再发", "微信今天的发送额度用完了，先换别的方式"),
    "template": (
        "模板或账号设置有问题，已暂停，请管理员检查",
        "模板或账号设置有问题，先换别的方式",
    ),
}
"""{kind: what is said of a message that waits, and of one that is urgent}."""


def _lane_broken(failure: Failure, now: datetime) -> Decision:
    waits, urgent = _LANE_BROKEN[failure.kind]
    at = mended_by(failure.kind, now)
    return Decision(Next.SET_ASIDE, at, urgent) if failure.urgent else Decision(Next.HOLD, at, waits)


_SETTLED = {
    "recipient_gone": (Next.NEXT_LANE, "患者没有关注或关闭了这种消息，换别的方式"),
    "no_consent": (Next.NEXT_LANE, "患者没有订阅这条提醒，换别的方式"),
    "recipient_wrong": (Next.NEXT_LANE, "微信账号对不上，请核对患者的微信绑定；先换别的方式"),
    "content": (Next.GIVE_UP, "内容不符合微信的要求，请修改后重发"),
    "request_bug": (Next.GIVE_UP, "程序调用有误，请联系技术人员"),
}


def _settled(failure: Failure) -> Decision:
    action, reason = _SETTLED.get(failure.kind, (Next.GIVE_UP, "遇到没见过的错误，请联系技术人员"))
    return Decision(action, None, reason)
