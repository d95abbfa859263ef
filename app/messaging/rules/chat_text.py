"""A card's content as words for the chat: the same lines, without the card."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{\{(\w+)\.DATA\}\}")


def chat_text(title: str, content: str, keys: Mapping[str, str], fields: Mapping[str, str]) -> str:
    """`content` (随访项目：{{thing1.DATA}} …) filled with our fields, under its title; no empty lines."""
    lines = card_lines(content, {key: fields.get(name, "") for key, name in keys.items()})
    return "\n".join([title, *(lines or filter(None, fields.values()))])


def card_lines(content: str, values: Mapping[str, str]) -> list[str]:
    """The lines of `content` with {WeChat key: value} in their places; those without a value are left out."""
    lines = []
    for line in content.splitlines():
        place = _PLACE.search(line)
        value = values.get(place[1], "") if place else ""
        if place and value:
            lines.append(line.replace(place[0], value))
    return lines


def with_link(text: str, url: str | None) -> str:
    """The text and, under it, a link as WeChat's chat shows links."""
    return f'{text}\n<a href="{url}">点这里打开</a>' if url else text
