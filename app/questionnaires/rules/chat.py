"""A patient's own words in the chat → answers to the same definition the page shows.

Whatever is found goes through `answers.check`, so the chat can store nothing the page would refuse.
What is not understood comes back as leftovers: a person reads it, nobody guesses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.wording import plain
from app.questionnaires.rules.answers import check
from app.questionnaires.rules.branching import next_question, visible_questions
from app.questionnaires.rules.chat_choices import named_options, picked_options
from app.questionnaires.rules.chat_numbers import (
    Found,
    ambiguous,
    bare_number,
    labelled_number,
    whole_date,
)
from app.questionnaires.rules.chat_words import command_in, leftovers_of, reply_in, yes_or_no
from app.questionnaires.rules.items import CHOICE_TYPES, NOT_MEASURED, NUMERIC_TYPES, Definition, Item
from app.questionnaires.rules.values import complaints_of
from app.records.rules.spoken_numbers import to_digits, to_digits_everywhere
from app.records.rules.told_pressure import joined, own_pressures, unlikely_pair
from app.records.rules.told_whose import told_of_herself

_LATER = re.compile("等|一会|马上|待会|回头|再量|再测|[?？]")
"""Who will measure later, or asks, has not said that there is no pressure."""
LONGEST_MESSAGE = 2000
"""Characters of one message that are read; the rest is left over."""


@dataclass(frozen=True)
class Understood:
    """What one message said. `command` is back, skip, stop, go_on or None.

    `answers` are stored forms by linkId.
    """

    command: str | None
    answers: Mapping[str, object]
    leftovers: tuple[str, ...] = ()
    problems: tuple[Invalid, ...] = ()
    half: str = ""
    """The one number of a blood pressure that was told: 高压 150. `problems` asks for the other."""


class _Reading:
    """The answers gathered from one message so far, and the text not yet used."""

    def __init__(self, definition: Definition, answers: Mapping[str, object], text: str) -> None:
        self.definition = definition
        self.before = answers
        self.text = text
        self.found: dict[str, object] = {}
        self.problems: list[Invalid] = []
        self.half = ""

    def items(self) -> list[Item]:
        known = {**self.before, **self.found}
        return [self.definition.by_link_id[each] for each in visible_questions(self.definition, known)]

    def take(self, item: Item, found: Found) -> None:
        self.text = self.text[: found.start] + "," + self.text[found.end :]
        self.offer(item, found.raw)

    def offer(self, item: Item, raw: object) -> None:
        known = {**self.before, **self.found}
        try:
            self.found[item.link_id] = value = check(self.definition, item.link_id, raw, known)
        except Invalid as wrong:
            self.problems.append(wrong)
            return
        complaints = complaints_of(item, raw)
        if isinstance(raw, list) and 0 < len(complaints) < len(raw):
            self.problems.append(_both_said(item, say(self.definition, item.link_id, value)))


def _both_said(item: Item, complaint: str) -> Invalid:
    """没有不舒服 and 胸口痛 at once: the complaint counts, and is asked back."""
    return Invalid(
        f"您两样都说了，我先按“{complaint}”记着。对的话回复“对”，不对请重新回复",
        code="exclusive_option",
        field=item.link_id,
    )


def understand(
    definition: Definition,
    answers: Mapping[str, object],
    text: str,
    asked: str | None = None,
    before: str = "",
) -> Understood:
    """Read one chat message against `definition` and the draft's `answers` ({linkId: normalized value}).

    `asked` is the linkId of the question just put (default: the next open one). A blood pressure
    ("182/112", "高压150低压90"), a labelled number ("脉搏72") and known words for options are understood
    for any visible question; bare numbers, 是/没有 and option numbers only for the asked one.
    `before` is what was written just before: the half of a pressure in it and the half in `text` are one.
    Never raises: a refused value is in `problems` with its linkId.
    """
    asked = asked or next_question(definition, answers)
    item = definition.by_link_id.get(asked) if asked else None
    command = command_in(plain(text))
    if command:
        return Understood(command, {})
    if not text.strip():
        return Understood(None, {})
    reading = _Reading(definition, answers, to_digits(plain(text[:LONGEST_MESSAGE])))
    if item is not None and item.asks and _direct(reading, item, text[:LONGEST_MESSAGE]):
        return Understood(None, reading.found, (), tuple(reading.problems))
    _pressures(reading, item, before)
    _not_measured(reading, item)
    _labelled(reading)
    _bare(reading, item)
    _options(reading, item)
    leftovers = leftovers_of(reading.text)
    return Understood(None, reading.found, leftovers, tuple(reading.problems), reading.half)


def say(definition: Definition, link_id: str, value: object) -> str:
    """A stored answer in the words of the chat; `understand` reads it back to the same value."""
    item = definition.by_link_id[link_id]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_say_one(item, each) for each in value)
    return _say_one(item, value)


def say_as_told(definition: Definition, link_id: str, value: object, text: str) -> str:
    """The same, each option by the word for it that stands in `text`, where one does: 头晕."""
    item, told = definition.by_link_id[link_id], plain(text)
    if item.type not in CHOICE_TYPES:
        return say(definition, link_id, value)
    chosen = value if isinstance(value, list) else [value]
    return "、".join(_option_as_told(item, each, told) for each in chosen)


def _option_as_told(item: Item, value: object, told: str) -> str:
    option = item.option_codes.get(value) if isinstance(value, str) else None
    names = (option.words, option.display, *option.aliases) if option else ()
    found = [name for name in names if plain(name) in told]
    return max(found, key=len) if found else _say_one(item, value)


def _say_one(item: Item, value: object) -> str:
    if isinstance(value, Mapping):
        if "systolic" in value:
            return f"{value['systolic']}/{value['diastolic']}"
        if "absent" in value and item.not_measured is not None:
            return item.not_measured.words
        if "other" in value:
            return f"其他：{value['other']}"
        return f"{_digits(value['value'])}{value['unit']}"
    if item.type in CHOICE_TYPES:
        return item.option_codes[str(value)].words
    return _digits(value) if item.type in NUMERIC_TYPES else str(value)


def _digits(value: object) -> str:
    return f"{float(str(value)):.6f}".rstrip("0").rstrip(".")


def _direct(reading: _Reading, item: Item, text: str) -> bool:
    """The whole message as the answer to the asked question, when it can be nothing else."""
    if item.type in ("string", "text"):
        reading.offer(item, text)
        return True
    raw: object | None = None
    if item.type == "boolean":
        raw = yes_or_no(plain(text))
    elif item.type == "date":
        raw = whole_date(plain(text))
    elif item.type in CHOICE_TYPES:
        raw = picked_options(item, text)
    if raw is None:
        return False
    reading.offer(item, raw)
    return True


def _pressures(reading: _Reading, asked: Item | None, before: str) -> None:
    candidates = [item for item in reading.items() if item.type == "blood-pressure"]
    if asked in candidates:
        candidates.insert(0, asked)
    loose = asked is not None and asked.type == "blood-pressure"
    if candidates:
        _told(reading, candidates[0], before, loose)


def _told(reading: _Reading, item: Item, before: str, asked: bool) -> None:
    """Her own pressure. One number of it makes one with the half told just before, or asks for the other.

    A pair that is none in mmHg is offered too, so that the form says what is wrong with it.
    """
    told = next(iter(own_pressures(reading.text, asked=asked)), None)
    if (told is None or not told.whole) and (pair := unlikely_pair(reading.text)) is not None:
        reading.take(item, Found({"systolic": pair[0], "diastolic": pair[1]}, pair[2], pair[3]))
        return
    if told is None:
        return
    earlier = next((half for half in own_pressures(before, asked=asked) if not half.whole), None)
    told = (joined(earlier, told) if earlier else None) or told
    if told.whole:
        raw = {"systolic": told.systolic, "diastolic": told.diastolic}
        reading.take(item, Found(raw, told.start, told.end))
        return
    reading.text = reading.text[: told.start] + "," + reading.text[told.end :]
    reading.half = told.words
    other = "低压" if told.systolic is not None else "高压"
    reading.problems.append(
        Invalid(f"{told.words} 听到了，{other}是多少", code="blood_pressure_half", field=item.link_id)
    )


def _not_measured(reading: _Reading, asked: Item | None) -> None:
    """没量 to the question, 没量血压 in other talk; never in place of a pressure that was told."""
    for item in reading.items():
        if item.not_measured is None or _is_settled(reading, item, asked) or _LATER.search(reading.text):
            continue
        words = {plain(word) for word in (item.not_measured.words, *item.not_measured.aliases)}
        of_pressure = item == asked or "血压" in reading.text or reply_in(reading.text) in words
        found = next((word for word in sorted(words, key=len, reverse=True) if word in reading.text), None)
        if not of_pressure or found is None:
            continue
        start = reading.text.index(found)
        if told_of_herself(reading.text, start, start + len(found)):
            reading.take(item, Found(dict(NOT_MEASURED), start, start + len(found)))
            for word in sorted(words, key=len, reverse=True):
                reading.text = reading.text.replace(word, ",")


def _is_settled(reading: _Reading, item: Item, asked: Item | None) -> bool:
    """Whether this message told it, or an earlier one did and nobody asks again."""
    told_now = item.link_id in reading.found or any(wrong.field == item.link_id for wrong in reading.problems)
    return told_now or (item != asked and reading.before.get(item.link_id) is not None)


def _labelled(reading: _Reading) -> None:
    for item in reading.items():
        if item.type in NUMERIC_TYPES and item.link_id not in reading.found:
            found = labelled_number(item, reading.text)
            if found and told_of_herself(reading.text, found.start, found.end):
                reading.take(item, found)


def _bare(reading: _Reading, asked: Item | None) -> None:
    if asked is None or asked.type not in NUMERIC_TYPES or asked.link_id in reading.found:
        return
    text = to_digits_everywhere(reading.text)
    found = bare_number(asked, text)
    if found and told_of_herself(text, found.start, found.end):
        reading.text = text
        reading.take(asked, found)
    elif ambiguous(text):
        reading.problems.append(
            Invalid("您写了几个数，请只回复这一题的一个数", code="ambiguous", field=asked.link_id)
        )


def _options(reading: _Reading, asked: Item | None) -> None:
    for item in reading.items():
        if item.type not in CHOICE_TYPES or item.link_id in reading.found:
            continue
        is_asked = asked is not None and item.link_id == asked.link_id
        # Where one option denies the others, none of them may go unheard beside it for its name alone.
        by_display = is_asked or any(option.exclusive for option in item.options)
        codes, reading.text = named_options(item, reading.text, by_display=by_display)
        if is_asked and not codes and (other := _other(item, reading)) is not None:
            reading.offer(item, other)
        elif codes:
            _choose(reading, item, codes, is_asked)


def _choose(reading: _Reading, item: Item, codes: list[str], is_asked: bool) -> None:
    known = reading.before.get(item.link_id)
    if not item.repeats:
        if len(codes) > 1:
            reading.problems.append(
                Invalid("这一题只能选一个，请回复一个选项", code="ambiguous", field=item.link_id)
            )
        elif is_asked or known is None:
            reading.offer(item, codes[0])
        return
    if not is_asked and isinstance(known, list):
        # A complaint added later must not wipe out the ones already told.
        kept = [each for each in known if not isinstance(each, str) or not item.option_codes[each].exclusive]
        codes = [*kept, *codes]
    reading.offer(item, codes)


def _other(item: Item, reading: _Reading) -> object | None:
    """An open choice takes what it does not know as the patient's own words."""
    words = leftovers_of(reading.text)
    if item.type != "open-choice" or not words:
        return None
    reading.text = ""
    other: object = {"other": "，".join(words)}
    return [other] if item.repeats else other
