"""Whom a health tip reaches, and who is left out and why. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MASS_A_MONTH = 4
"""Mass messages a follower can receive in a calendar month (Beijing): docs/sources.md#wechat-mass."""

REASONS = {
    "withdrawn": "撤回了“使用我的健康信息”的同意",
    "not_active": "档案不在随访中（住院、迁出、已故等）",
    "no_consent": "没有同意接收健康科普",
    "not_following": "没有关注服务号",
    "month_full": "本月已收到 4 次群发，微信不再允许",
    "refused": "微信不认识这个粉丝（刚取消关注，或号码不对）",
}
"""{reason: words staff read}, in the order in which they are looked at; a person counts once."""


@dataclass(frozen=True)
class Candidate:
    """One person with the tag."""

    patient_id: str
    identity_id: str | None
    """The service account identity; None when there is none."""
    active: bool
    consents: bool
    following: bool
    received_this_month: int
    withdrawn: bool = False
    """Took back the consent to health data: nobody is written to any more."""


@dataclass(frozen=True)
class Audience:
    """Who is reached, and how many are left out for which reason; together they are all candidates."""

    reached: tuple[Candidate, ...]
    excluded: dict[str, int]

    @property
    def total(self) -> int:
        """Everybody with the tag."""
        return len(self.reached) + sum(self.excluded.values())


def choose(candidates: Sequence[Candidate]) -> Audience:
    """Sort everybody with the tag into reached and left out."""
    reached, excluded = [], Counter[str]()
    for candidate in candidates:
        reason = why_not(candidate)
        if reason is None:
            reached.append(candidate)
        else:
            excluded[reason] += 1
    return Audience(tuple(reached), {reason: excluded[reason] for reason in REASONS if excluded[reason]})


def why_not(candidate: Candidate) -> str | None:
    """The first reason of REASONS against this person, or nothing."""
    if candidate.withdrawn:
        return "withdrawn"
    if not candidate.active:
        return "not_active"
    if not candidate.consents:
        return "no_consent"
    if candidate.identity_id is None or not candidate.following:
        return "not_following"
    if candidate.received_this_month >= MASS_A_MONTH:
        return "month_full"
    return None
