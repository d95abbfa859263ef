"""Fill a WeChat template: every value in the shape its key demands, or refused by the key's name.

Lengths are counted in UTF-16 units, the strictest reading of WeChat's "characters".
Source: docs/sources.md#wechat-template-fields
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from app.core.errors import Invalid

HINT = "hint"
"""A field no template asks for: told where there is room."""

_KEY = re.compile(r"([a-z_]+?)([0-9]+)")
_KEPT_ON_ONE_LINE = re.compile(r"[\s\x00-\x1f\x7f\u200b\u2028\u2029]+")
_HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_PICTURES = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u20e3\u200d\ufe0e\ufe0f\u2300-\u23ff\u2600-\u27bf\u2934\u2935\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_DAY = r"(\d{4}年\d{1,2}月(\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}-\d{1,2})"


def fill(keys: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, str]:
    """{WeChat key: value} for a template whose `keys` are {WeChat key: our field name}.

    thing, const, keyword and name are clipped to fit; what may not be clipped is refused. A field
    `hint` stands behind the last thing that has room for all of it, else nowhere.
    Raises Invalid with field = the WeChat key: fill_missing, fill_empty, fill_shape, fill_unknown_key.
    """
    filled = {}
    for key, name in keys.items():
        if name not in fields:
            raise Invalid(f"模板的 {key} 没有内容（缺少 {name}）", code="fill_missing", field=key)
        filled[key] = fit(key, fields[name])
    return filled | _hinted(filled, one_line(fields.get(HINT, "")))


def _hinted(filled: dict[str, str], hint: str) -> dict[str, str]:
    for key, value in reversed(filled.items()):
        told = f"{value}，{hint}"
        if hint and key.startswith("thing") and fit(key, told) == told:
            return {key: told}
    return {}


def fit(key: str, value: str) -> str:
    """`value` as the template key `key` (thing1, time2 …) takes it. Raises Invalid as `fill` does."""
    match = _KEY.fullmatch(key)
    shape = _SHAPES.get(match[1]) if match else None
    if shape is None:
        raise Invalid(f"不认识模板的 {key}", code="fill_unknown_key", field=key)
    text = one_line(value)
    if not text:
        raise Invalid(f"模板的 {key} 是空的", code="fill_empty", field=key)
    fitted = shape(text)
    if fitted is None:
        raise Invalid(f"模板的 {key} 内容不合要求，请核对类型和长度", code="fill_shape", field=key)
    return fitted


def one_line(text: str) -> str:
    """`text` as WeChat shows it: without emoji, line breaks or control characters."""
    plain = unicodedata.normalize("NFC", _PICTURES.sub("", text))
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Cs", "Co", "Cn"))
    return _KEPT_ON_ONE_LINE.sub(" ", plain).strip()


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def clip(text: str, limit: int) -> str:
    """`text` cut to `limit` UTF-16 units, its last one an ellipsis; a character is never halved."""
    if units(text) <= limit:
        return text
    return _cut(text, limit - 1).rstrip() + "…"


def _cut(text: str, limit: int) -> str:
    kept = text[:limit]
    while units(kept) > limit:
        kept = kept[:-1]
    return kept


def _clipped(limit: int) -> Callable[[str], str | None]:
    return lambda text: clip(text, limit)


def _matching(pattern: str, limit: int) -> Callable[[str], str | None]:
    shape = re.compile(pattern, re.ASCII)
    return lambda text: text if units(text) <= limit and shape.fullmatch(text) else None


def _name(text: str) -> str | None:
    if any(char.isdigit() for char in text):
        return None
    return _cut(text, 10 if _HAN.search(text) else 20).strip()


def _phrase(text: str) -> str | None:
    return text if units(text) <= 5 and re.fullmatch("[\u3400-\u4dbf\u4e00-\u9fff]+", text) else None


def _character_string(text: str) -> str | None:
    return text if units(text) <= 32 and re.fullmatch(r"[\x20-\x7e]+", text) else None


def _symbol(text: str) -> str | None:
    return text if units(text) <= 5 and re.fullmatch(r"[^\w\s]+", text) else None


def _car_number(text: str) -> str | None:
    shape = "[\u3400-\u9fff]?[A-Za-z0-9]+[\u3400-\u9fff]?"
    return text if units(text) <= 8 and re.fullmatch(shape, text) else None


_SHAPES: Mapping[str, Callable[[str], str | None]] = {
    "thing": _clipped(20),
    "const": _clipped(20),
    "keyword": _clipped(20),
    "name": _name,
    "phrase": _phrase,
    "character_string": _character_string,
    "number": _matching(r"-?\d+(\.\d+)?", 32),
    "letter": _matching(r"[A-Za-z]+", 32),
    "symbol": _symbol,
    "time": _matching(rf"({_DAY} ?)?{_CLOCK}( ?~ ?({_DAY} ?)?{_CLOCK})?", 60),
    "date": _matching(rf"{_DAY}( ?{_CLOCK})?( ?~ ?{_DAY}( ?{_CLOCK})?)?", 60),
    "amount": _matching(r"[￥¥$€£]?\d{1,10}(\.\d{1,2})?元?", 16),
    "phone_number": _matching(r"[\d+\-() ]+", 17),
    "car_number": _car_number,
}
"""The shape of each key prefix. A `time` key takes a date before its clock; a `date` key a clock behind."""
