"""What one item accepts: raw input from a page, the API or the chat → the one stored form.

Stored forms: boolean → bool; integer → int; decimal → float; quantity → {"value": float, "unit": str};
string, text → str; date → "2026-03-01"; choice → code; open-choice → code or {"other": str};
with repeats a list of those in the order of the options, an exclusive one only without any other;
blood-pressure → {"systolic", "diastolic"} in mmHg, or {"absent": "not_measured"} where the form allows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from app.core.errors import Invalid
from app.core.typed import seen_only
from app.questionnaires.rules.blood_pressure import read_blood_pressure
from app.questionnaires.rules.items import NOT_MEASURED, Item

MAX_LENGTH = {"string": 100, "text": 1000, "open-choice": 100}
"""Characters kept when the form sets no limit of its own."""
LARGEST_NUMBER = 1e9

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def normalize(item: Item, raw: object) -> object:
    """`raw` in the stored form of `item`.

    Raises Invalid with field = linkId and code wrong_type, out_of_range, unknown_option,
    exclusive_option (two that each stand alone), too_long, empty_answer, unknown_unit or a
    blood_pressure_* code.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []:
        raise _invalid(item, "这一题还没有填", "empty_answer")
    if item.not_measured is not None and isinstance(raw, Mapping) and dict(raw) == dict(NOT_MEASURED):
        return dict(NOT_MEASURED)
    if item.type == "blood-pressure":
        return read_blood_pressure(raw, item.link_id)
    return _READERS[item.type](item, raw)


def _boolean(item: Item, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    raise _invalid(item, "请选“是”或“否”", "wrong_type")


def _integer(item: Item, raw: object) -> int:
    value = _number(item, raw)
    if value != int(value):
        raise _invalid(item, "请填整数，不要带小数点", "wrong_type")
    return int(_in_range(item, value))


def _decimal(item: Item, raw: object) -> float:
    return _in_range(item, _number(item, raw))


def _quantity(item: Item, raw: object) -> dict[str, object]:
    unit: object = item.unit
    if isinstance(raw, Mapping):
        if not set(raw) <= {"value", "unit"} or "value" not in raw:
            raise _invalid(item, f"请填一个数（单位 {item.unit}）", "wrong_type")
        unit = raw.get("unit") or item.unit
        raw = raw["value"]
    value = _number(item, raw) * _factor(item, unit)
    return {"value": _in_range(item, round(value, 4)), "unit": item.unit}


def _factor(item: Item, unit: object) -> float:
    if unit == item.unit:
        return 1.0
    if isinstance(unit, str) and unit in item.unit_factors:
        return item.unit_factors[unit]
    known = "、".join([str(item.unit), *item.unit_factors])
    raise _invalid(item, f"这一题的单位是 {known}，请换算后再填", "unknown_unit")


def _string(item: Item, raw: object) -> str:
    if not isinstance(raw, str):
        raise _invalid(item, "请用文字回答", "wrong_type")
    return _clean(item, raw)


def _clean(item: Item, raw: str) -> str:
    text = seen_only(raw).replace("\r", "\n").strip()
    if not text:
        raise _invalid(item, "这一题还没有填", "empty_answer")
    limit = item.max_length or MAX_LENGTH[item.type]
    if len(text) > limit:
        raise _invalid(item, f"最多 {limit} 个字，请精简一些", "too_long", limit=limit)
    return text


def _date(item: Item, raw: object) -> str:
    if not isinstance(raw, str) or not _DATE.fullmatch(raw):
        raise _invalid(item, "请填日期，例如 2026-03-01", "wrong_type")
    try:
        value = date.fromisoformat(raw)
    except ValueError:
        raise _invalid(item, "日历上没有这一天，请核对", "out_of_range") from None
    if item.minimum is not None and value < date.fromisoformat(str(item.minimum)):
        raise _invalid(item, f"日期不能早于 {item.minimum}", "out_of_range")
    if item.maximum is not None and value > date.fromisoformat(str(item.maximum)):
        raise _invalid(item, f"日期不能晚于 {item.maximum}", "out_of_range")
    return raw


def _choice(item: Item, raw: object) -> object:
    if not item.repeats:
        return _one(item, raw)
    picked: list[object] = [_one(item, each) for each in (raw if isinstance(raw, list) else [raw])]
    # Whatever else was chosen or sent first: nothing that stands alone ever silences a complaint.
    picked = complaints_of(item, picked) or picked
    ordered: list[object] = [code for code in item.option_codes if code in picked]
    if len(ordered) > 1 and not complaints_of(item, ordered):
        name = item.option_codes[str(ordered[0])].display
        raise _invalid(item, f"选了“{name}”就不能再选别的，请再看一下", "exclusive_option")
    own_words = [each for each in picked if not isinstance(each, str)]
    return ordered + own_words[:1]


def complaints_of(item: Item, picked: object) -> list[object]:
    """What is left of a choice of several without the options that stand alone (没有不舒服)."""
    chosen = picked if isinstance(picked, list) and item.repeats else []
    alone = {option.code for option in item.options if option.exclusive}
    return [each for each in chosen if not (isinstance(each, str) and each in alone)]


def _one(item: Item, raw: object) -> str | dict[str, str]:
    if isinstance(raw, str) and raw in item.option_codes:
        return raw
    if item.type == "open-choice" and isinstance(raw, Mapping) and set(raw) == {"other"}:
        return {"other": _string(item, raw["other"])}
    offered = "、".join(option.display for option in item.options)
    raise _invalid(item, f"没有这个选项，可选：{offered}", "unknown_option")


def _number(item: Item, raw: object) -> float:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        return float(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw != raw:
        unit = f"（单位 {item.unit}）" if item.unit else ""
        raise _invalid(item, f"请填一个数{unit}", "wrong_type")
    if not -LARGEST_NUMBER <= raw <= LARGEST_NUMBER:
        raise _invalid(item, "这个数太大了，请核对", "out_of_range")
    return float(raw)


def _in_range(item: Item, value: float) -> float:
    low, high = item.minimum, item.maximum
    too_low = low is not None and value < float(low)
    too_high = high is not None and value > float(high)
    if too_low or too_high or abs(value) > LARGEST_NUMBER:
        raise _invalid(item, f"{_span(item)}，请核对一下", "out_of_range", min=low, max=high)
    return value


def _span(item: Item) -> str:
    unit = f" {item.unit}" if item.unit else ""
    if item.minimum is not None and item.maximum is not None:
        return f"应在 {item.minimum:g} 到 {item.maximum:g}{unit} 之间"
    if item.minimum is not None:
        return f"应不小于 {item.minimum:g}{unit}"
    return f"应不大于 {item.maximum if item.maximum is not None else LARGEST_NUMBER:g}{unit}"


def _invalid(item: Item, message: str, code: str, **detail: object) -> Invalid:
    return Invalid(message, code=code, field=item.link_id, **detail)


_READERS: Mapping[str, Callable[[Item, object], object]] = {
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "quantity": _quantity,
    "string": _string,
    "text": _string,
    "date": _date,
    "choice": _choice,
    "open-choice": _choice,
}
