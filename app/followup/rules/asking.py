"""How a patient is asked: warm, short, with the way to answer; the second time in other words."""

from __future__ import annotations

MINUTES = "大约一分钟"
BY_CHAT = "点开填写，或者直接在这里回复，比如：138/86 没有不舒服。"


def asking(who: str, title: str, purpose: str, step: int) -> str:
    """The words of the asking; `step` 0 is the first. `who` is a nurse by name."""
    if step == 0:
        return f"{who}请您填一下“{title}”，{MINUTES}。{purpose}。{BY_CHAT}"
    return f"{who}还没收到您的“{title}”，想知道您好不好。{MINUTES}就能填好。{BY_CHAT}"


def card_title(title: str, step: int) -> str:
    """The first line of the card, at most 20 characters for a title of up to 14."""
    return title if step == 0 else f"{title}（再提醒）"
