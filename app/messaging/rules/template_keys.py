"""The keys of a template, read from its content as WeChat shows it."""

import re

_KEY = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")
NOT_SHOWN = frozenset({"first", "remark"})
"""WeChat has dropped these lines since 2023; they need no value. docs/sources.md#wechat-template-fields"""


def keys_in(content: str) -> tuple[str, ...]:
    """thing1, time2 … in the order of the lines, each once, without those WeChat no longer shows."""
    found = dict.fromkeys(_KEY.findall(content))
    return tuple(key for key in found if key not in NOT_SHOWN)
