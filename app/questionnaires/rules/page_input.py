"""What a page's fields say about one question: {field name: values} → the raw answer to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from app.questionnaires.rules.items import CHOICE_TYPES, NOT_MEASURED, Item

Fields = Mapping[str, Sequence[str]]
"""The form as the browser sent it: {field name: its values}."""


class Half(Enum):
    """The first of two numbers was given and the second not yet: nothing to judge so far."""

    PRESSURE = "pressure"


def raw_from_page(item: Item, fields: Fields) -> object:
    """The raw answer to `item`; None when nothing was given, Half.PRESSURE when only one of two numbers was.

    Names: <linkId>; <linkId>.systolic and .diastolic, or .absent; <linkId>.other for the patient's own words.
    """
    if item.type == "blood-pressure":
        return _pressure(item, fields)
    if item.type in CHOICE_TYPES:
        return _choice(item, fields)
    given = _text(fields, item.link_id)
    if item.type == "boolean":
        return {"yes": True, "no": False}.get(given)
    return given or None


def _pressure(item: Item, fields: Fields) -> object:
    systolic, diastolic = (_text(fields, f"{item.link_id}.{part}") for part in ("systolic", "diastolic"))
    if systolic and diastolic:
        return {"systolic": systolic, "diastolic": diastolic}
    if systolic or diastolic:
        return Half.PRESSURE
    return dict(NOT_MEASURED) if _text(fields, f"{item.link_id}.absent") else None


def _choice(item: Item, fields: Fields) -> object:
    picked: list[object] = [code for code in fields.get(item.link_id, ()) if code]
    other = _text(fields, f"{item.link_id}.other") if item.type == "open-choice" else ""
    if not item.repeats:
        if other and picked in ([], ["other"]):
            return {"other": other}
        return picked[0] if picked else None
    return [*picked, *([{"other": other}] if other else [])] or None


def _text(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return values[0].strip() if values else ""
