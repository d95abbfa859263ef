"""Which ways to a person are legal now, in which order, and why the others are not.

A lane is legal only if WeChat would take the message and the account's good standing allows it. The
caller gathers a `Reach`; nothing here asks anybody. Source: docs/sources.md#wechat-lanes
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.messaging.rules.window import Window, left, left_for_automation

MP_SUBSCRIBE = "mp_subscribe"
OA_TEMPLATE = "oa_template"
OA_CUSTOM = "oa_custom"
LANES = (MP_SUBSCRIBE, OA_CUSTOM, OA_TEMPLATE)

CARDS_A_DAY = 1
"""Merged cards a patient may get in one day for a purpose of that kind (WeChat's rule 3.9.4)."""


class Manners(Protocol):
    """What a purpose allows itself: messaging.purposes.Purpose."""

    @property
    def lanes(self) -> tuple[str, ...]: ...
    @property
    def automation(self) -> bool: ...
    @property
    def needs_consent(self) -> bool: ...
    @property
    def one_card_a_day(self) -> bool: ...


@dataclass(frozen=True)
class Reach:
    """What is known about reaching one person for one purpose, at one moment."""

    following: bool = False
    """Follows the service account."""
    template_ready: bool = False
    """The hospital has an active service-account template for this purpose."""
    template_blocked: bool = False
    """The person refused it, or WeChat restricted it."""
    cards_today: int = 0
    """Service-account cards of this purpose the person has had on the hospital's day of `now`."""
    window: Window | None = None
    """The customer-service window, open or not."""
    in_mini_program: bool = False
    """The person's openid in the mini-program is known."""
    subscription_ready: bool = False
    """The hospital has a mini-program subscription template for this purpose."""
    long_term: bool = False
    """The person granted it for good."""
    credits: int = 0
    """One-time grants left."""
    consented: bool = True
    """Agreed to be reminded; withdrawn, only what needs no consent remains."""


@dataclass(frozen=True)
class Lane:
    """One way, with the sentence that says why it may, or may not, be used."""

    lane: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """The legal lanes in the order to try them, and the closed ones with their reasons."""

    legal: tuple[Lane, ...]
    closed: tuple[Lane, ...]


@dataclass(frozen=True)
class _Case:
    reach: Reach
    manners: Manners
    now: datetime


def choose_lane(reach: Reach, manners: Manners, now: datetime) -> Choice:
    """Judge every lane for a purpose with these `manners` at `now` (aware).

    The legal ones come in the order of the manners.
    """
    case = _Case(reach, manners, now)
    order = (*manners.lanes, *(each for each in LANES if each not in manners.lanes))
    judged = [(lane, *_verdict(lane, case)) for lane in order]
    return Choice(
        legal=tuple(Lane(lane, reason) for lane, open_, reason in judged if open_),
        closed=tuple(Lane(lane, reason) for lane, open_, reason in judged if not open_),
    )


Verdict = tuple[bool, str]


def _verdict(lane: str, case: _Case) -> Verdict:
    if lane not in case.manners.lanes:
        return False, "这类消息不走这条路"
    if case.manners.needs_consent and not case.reach.consented:
        return False, "患者没有同意接收提醒"
    return _JUDGES[lane](case)


def _subscription(case: _Case) -> Verdict:
    reach = case.reach
    if not reach.in_mini_program:
        return False, "患者还没有用过小程序"
    if not reach.subscription_ready:
        return False, "医院没有这类消息的小程序订阅模板"
    if reach.long_term:
        return True, "患者长期订阅了这类提醒"
    if reach.credits > 0:
        return True, f"患者订阅过，还可发 {reach.credits} 次"
    return False, "患者没有订阅，或订阅次数已用完"


def _window(case: _Case) -> Verdict:
    window = case.reach.window
    if not case.reach.following:
        return False, "患者没有关注服务号"
    if window is None or case.now >= window.until:
        return False, "对话窗口已关闭，要等患者再来联系"
    sends = left(window, case.now)
    usable = left_for_automation(window, case.now) if case.manners.automation else sends
    if usable <= 0:
        return False, "剩下的对话条数留给护士" if sends else "对话条数用完了"
    return True, f"患者刚联系过，对话窗口还开着，还可发 {usable} 条"


def _template(case: _Case) -> Verdict:
    reach = case.reach
    if not reach.following:
        return False, "患者没有关注服务号"
    if not reach.template_ready:
        return False, "医院没有这类消息的服务号模板"
    if reach.template_blocked:
        return False, "患者拒收或微信限制了这个模板"
    if case.manners.one_card_a_day and reach.cards_today >= CARDS_A_DAY:
        return False, "今天已经发过一张合并提醒，不再打扰"
    return True, "患者关注了服务号，可发模板消息"


_JUDGES: Mapping[str, Callable[[_Case], Verdict]] = {
    MP_SUBSCRIBE: _subscription,
    OA_CUSTOM: _window,
    OA_TEMPLATE: _template,
}
