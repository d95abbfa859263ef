"""The few fixed words of the chat: commands, yes and no, and small words without meaning of their own."""

from __future__ import annotations

import re

COMMANDS = {
    "back": {"上一题", "上一个", "返回", "返回上一题", "改上一题", "回上一题"},
    "skip": {"跳过", "略过", "下一题", "不想答", "跳过这题", "跳过这一题", "先跳过"},
    "stop": {"停", "停止", "退出", "不填了", "不答了", "先不填了", "结束", "取消"},
    "go_on": {"继续", "继续填", "继续答", "继续填写", "接着填", "接着答", "我要继续", "继续填问卷"},
}
YES = {"是", "是的", "有", "有的", "对", "对的", "嗯", "好", "好的", "会", "1", "yes", "y"}
NO = {"否", "不是", "没有", "没", "无", "没有的", "不", "不会", "都没有", "2", "no", "n"}
NONE = {
    "没有",
    "无",
    "没",
    "都没有",
    "没啥",
    "没事",
    "没有不舒服",
    "没什么",
    "都没",
    "没有了",
    "都好",
    "挺好",
}
UNKNOWN = {
    "不知道",
    "不清楚",
    "不晓得",
    "不记得",
    "不记得了",
    "记不清",
    "记不清了",
    "记不得",
    "记不得了",
    "不懂",
    "看不懂",
    "不明白",
    "不确定",
    "不好说",
}

LONGEST_TRY = 6
"""Characters; whoever writes more is telling something."""
_FOR_A_PERSON = re.compile("[?？]|护士|医生|大夫|谢|你好|您好|在吗|怎么|什么|能不能|可以")

_ENDING = "。.!！~～,，、 吧啊呢哦呀"
_SEPARATORS = re.compile(r"[,，。；;！!？?、\s]+")
_SMALL_WORDS = re.compile(
    r"^(?:我|您|你|的|了|是|有|今天|早上|上午|下午|晚上|昨天|刚才|刚|现在|量的|测的|血压|还|又|也|和|就|一直|老是|总是"
    r"|有点儿|有点|有些|有时候|有时|偶尔|一点点|一点|稍微|轻微|感觉|感到|觉得|mmhg|毫米汞柱|左右|大概|大约|吧|啊|呢|呀|护士|医生|你好|您好)+$"
)


def command_in(text: str) -> str | None:
    """back, skip, stop or go_on when `text` (already plain) is nothing but that command."""
    word = text.strip(_ENDING)
    return next((command for command, words in COMMANDS.items() if word in words), None)


def yes_or_no(text: str) -> bool | None:
    """True, False, or None when `text` (already plain) is neither."""
    word = text.strip(_ENDING)
    if word in YES:
        return True
    return False if word in NO else None


def says_none(text: str) -> bool:
    """Whether `text` (already plain) says that there is nothing to report."""
    return text.strip(_ENDING) in NONE


def says_unknown(text: str) -> bool:
    """Whether `text` (already plain) says that the writer does not know: 我不知道."""
    return reply_in(text) in UNKNOWN


def reply_in(text: str) -> str:
    """`text` (already plain) without the small words around a reply: 我忘了啊 → 忘了."""
    return text.strip(_ENDING).removeprefix("我").removeprefix("也").strip(_ENDING)


def may_be_a_try(text: str) -> bool:
    """Whether `text` (already plain) is a try at the question asked, and no word to a person."""
    return len(text) <= LONGEST_TRY and not _FOR_A_PERSON.search(text)


def leftovers_of(text: str) -> tuple[str, ...]:
    """The pieces of `text` that carry meaning and were not understood."""
    pieces = (piece.strip(_ENDING) for piece in _SEPARATORS.split(text))
    return tuple(piece for piece in pieces if piece and not _SMALL_WORDS.match(piece))
