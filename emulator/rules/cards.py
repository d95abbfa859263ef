"""A template or subscription message as the phone shows it since 2023-05-04.

The first line, the remark, colours and emoji are gone; a value ends at its first line break and at
20 characters. Pure. Source: 关于规范公众号模板消息的再次公告, read 2026.
"""

import re
from collections.abc import Mapping

SHOWN_CHARACTERS = 20
_LINE = re.compile(r"^(.*?)\{\{\s*(\w+)\.DATA\s*\}\}")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f\u2600-\u27bf\u23e9-\u23fa\u2b1b\u2b1c\u2b50\u2b55"
    "\ufe0f\u200d\u20e3]"
)
_DROPPED = {"first", "remark"}


def card_lines(content: str, data: Mapping[str, str]) -> list[dict[str, str]]:
    """[{"label", "value"}] in the order of the template's content, e.g. 随访项目 / 血压随访."""
    lines = []
    for line in content.splitlines():
        match = _LINE.match(line)
        if match and match.group(2) not in _DROPPED:
            label = match.group(1).strip().rstrip("：:").strip()
            lines.append({"label": label, "value": shown(data.get(match.group(2), ""))})
    return lines


def shown(value: str) -> str:
    """A value after the platform's pruning."""
    first_line = _EMOJI.sub("", value).strip().split("\n")[0].split("\r")[0].strip()
    if len(first_line) <= SHOWN_CHARACTERS:
        return first_line
    return first_line[:SHOWN_CHARACTERS] + "…"
