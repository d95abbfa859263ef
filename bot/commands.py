"""From a few words to an intention: only what is clearly a command; the rest is for a person to read."""

from enum import StrEnum

from app.core.wording import plain

LONGEST = 8
"""Characters; whoever writes more is telling something."""


class Intention(StrEnum):
    """What a short word in the chat asks for."""

    BOOK = "book"
    PLAN = "plan"
    MEDICINE = "medicine"
    READINGS = "readings"
    CARD = "card"
    STOP = "stop"
    HELP = "help"


_WORDS = {
    Intention.BOOK: ("预约", "约体检", "预约体检", "体检", "体检预约", "我的预约", "取消预约"),
    Intention.PLAN: ("计划", "我的计划", "随访", "我的随访", "随访计划", "下次随访"),
    Intention.MEDICINE: ("用药", "吃药", "我的用药", "打卡", "用药打卡", "我的药"),
    Intention.READINGS: (
        "报告",
        "我的报告",
        "查报告",
        "档案",
        "我的档案",
        "健康档案",
        "我的血压",
    ),
    Intention.CARD: ("开卡", "激活", "激活卡", "服务卡", "绑定"),
    Intention.STOP: ("退订", "td", "t", "不要再发", "别发了", "停止提醒", "取消提醒"),
    Intention.HELP: ("帮助", "?", "菜单", "怎么用", "help", "功能"),
}
_INTENTIONS = {word: intention for intention, words in _WORDS.items() for word in words}
_PUNCTUATION = " 。.!！~～,，"


def intention(text: str) -> Intention | None:
    """What a message asks for when it is nothing but a known word; None for anything a person must read."""
    words = plain(text).strip(_PUNCTUATION)
    return _INTENTIONS.get(words) if len(words) <= LONGEST else None
