"""How often WeChat reminds somebody of the day's medicines, said to staff as it is.

Without the lasting subscription one card a day is all that WeChat's rules promise; for two
days after she wrote in the chat the others may go as well, hence 一般: docs/sources.md#wechat-lanes
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reminded:
    """`at` are the day's moments ("08:00"), each once, earliest first."""

    way: str
    """each (moment), first (of several only), paused, not_agreed, out_of_reach."""
    at: Sequence[str]

    @property
    def well(self) -> bool:
        """Whether every moment is reminded of."""
        return self.way == "each"

    @property
    def words(self) -> str:
        """For staff: 到点会提醒患者。 or why not."""
        return _WORDS[self.way].format(first="".join(self.at[:1]), rest="、".join(self.at[1:]))


_WORDS = {
    "each": "到点会提醒患者。",
    "first": "患者还没有打开到点提醒：一般每天只有第一次（{first}）在微信里提醒一条，{rest} 不再提醒。"
    "请让患者在“我的用药”里打开，或自己记着其余几次。",
    "paused": "患者现在不在随访中，不会提醒吃药。",
    "not_agreed": "患者没有同意微信提醒，不会提醒吃药。",
    "out_of_reach": "患者没有关注服务号，也没有打开到点提醒，提醒不到。",
}


def reminded(
    at: Sequence[str], *, followed_up: bool, agreed: bool, subscribed: bool, follows: bool
) -> Reminded:
    """What comes of a day with the moments `at`, for a person of whom these four are known."""
    if not followed_up:
        way = "paused"
    elif not agreed:
        way = "not_agreed"
    elif subscribed:
        way = "each"
    elif not follows:
        way = "out_of_reach"
    else:
        way = "each" if len(at) <= 1 else "first"
    return Reminded(way, tuple(at))
