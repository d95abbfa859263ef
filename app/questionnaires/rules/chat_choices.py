"""Choosing options by number, by their name, or by other words people use for them."""

from __future__ import annotations

import re

from app.core.wording import denied, plain
from app.questionnaires.rules.chat_words import reply_in, says_none
from app.questionnaires.rules.items import Item, Option
from app.records.rules.told_whose import told_of_another

_NUMBERS = re.compile(
    r"(?:选|第)?(\d{1,2})(?:个|项|号)?(?:[,、;.和\s]+(?:第)?(\d{1,2})(?:个|项|号)?)*[。. ]*"
)
_OTHER = re.compile(r"(?:^|(?<=[、,，;； ]))其他[:：](?P<words>.+)$", re.DOTALL)
_SAID = "一二三四五六七八九十"
_SEPARATOR = r"[、,;\s]"


def picked_options(item: Item, text: str) -> object | None:
    """The whole message as a choice: name(s), option numbers ("1,3"), "没有", "其他：…"; else None.

    A number the form does not offer is returned as it was said, so that the check refuses it by name.
    """
    rest, other = _part_other(item, text)
    codes = _by_name(item, plain(rest)) if rest else []
    if codes is None and other is None:
        codes = (
            _by_reply(item, plain(text))
            or _nothing(item, plain(text))
            or _by_number(item, _digit(plain(text)))
        )
    if codes is None:
        return None
    picked: list[object] = [*codes, *([{"other": other}] if other else [])]
    return picked if item.repeats else (picked[0] if len(picked) == 1 else None)


def named_options(item: Item, text: str, *, by_display: bool) -> tuple[list[str], str]:
    """Codes of the options spoken of inside plain `text`, not denied nor another person's, and what is left.

    Aliases are looked for always, displays only with `by_display`: a short one ("有") means nothing alone.
    """
    words = _spoken(item, by_display)
    listed = tuple(words)
    codes: list[str] = []
    left = text
    for word in sorted(words, key=len, reverse=True):
        for match in reversed(list(re.finditer(re.escape(word), left))):
            if told_of_another(left, match.start(), match.end()):
                continue
            if not denied(left, match.start(), listed):
                codes.append(words[word].code)
            left = left[: match.start()] + "、" * len(match[0]) + left[match.end() :]
    ordered = [option.code for option in item.options if option.code in codes]
    if len(ordered) > 1:
        ordered = [code for code in ordered if not item.option_codes[code].exclusive]
    return ordered, left if codes else text


def _spoken(item: Item, by_display: bool) -> dict[str, Option]:
    words: dict[str, Option] = {}
    for option in item.options:
        named = (option.display, option.words, *option.aliases) if by_display else option.aliases
        for word in named:
            words.setdefault(plain(word), option)
    return words


def _part_other(item: Item, text: str) -> tuple[str, str | None]:
    found = _OTHER.search(text) if item.type == "open-choice" else None
    if found is None:
        return text, None
    return text[: found.start()].strip(" 、,，;；"), found["words"].strip()


def _by_name(item: Item, text: str) -> list[str] | None:
    words = {**_spoken(item, by_display=True), **{plain(option.code): option for option in item.options}}
    any_word = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    if not re.fullmatch(rf"(?:{any_word})(?:{_SEPARATOR}+(?:{any_word}))*[。. ]*", text):
        return None
    if text in words:
        return [words[text].code]
    return [words[word].code for word in re.findall(rf"(?:{any_word})(?=(?:{_SEPARATOR}|[。. ]|$))", text)]


def _by_reply(item: Item, text: str) -> list[str] | None:
    """没吃 to the question how the medicine is taken; in other talk it may mean anything."""
    said = reply_in(text)
    return next(([option.code] for option in item.options if said in option.replies), None)


def _nothing(item: Item, text: str) -> list[str] | None:
    """没有 means the one option that excludes the others."""
    alone = [option.code for option in item.options if option.exclusive]
    return alone if len(alone) == 1 and says_none(text) else None


def _digit(text: str) -> str:
    """一 → 1, when it is the whole message."""
    return str(_SAID.index(text) + 1) if len(text) == 1 and text in _SAID else text


def _by_number(item: Item, text: str) -> list[str] | None:
    if not _NUMBERS.fullmatch(text):
        return None
    places = [int(digits) for digits in re.findall(r"\d+", text)]
    codes = [option.code for option in item.options]
    return [codes[place - 1] if 1 <= place <= len(codes) else str(place) for place in places]
