"""What a template's typed keys accept: `thing1` at most 20 characters, `time2` a time, and so on.

Pure. Source: developers.weixin.qq.com, 订阅消息参数值内容限制说明, read 2026.
"""

import re
from collections.abc import Mapping, Sequence

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_KEY = re.compile(r"^([a-z_]+?)(\d+)$")
_DAY = (
    r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月|\d{1,2}月\d{1,2}日"
    r"|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2})"
)
_HOUR = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_TIME = rf"(?:{_DAY} ?)?{_HOUR}"
_DATE = rf"{_DAY}(?: ?{_HOUR})?"

_FORMS = {
    "number": re.compile(r"^[+-]?\d+(?:\.\d+)?$"),
    "letter": re.compile(r"^[A-Za-z]+$"),
    "symbol": re.compile(r"^[^\w\s\u3400-\u9fff]+$"),
    "character_string": re.compile(r"^[\x20-\x7e]+$"),
    "time": re.compile(rf"^{_TIME}(?: ?~ ?{_TIME})?$"),
    "date": re.compile(rf"^{_DATE}(?: ?~ ?(?:{_DATE}|{_HOUR}))?$"),
    "amount": re.compile(r"^[¥￥$€£]?\d{1,10}(?:\.\d+)?元?$"),
    "phone_number": re.compile(r"^[\d+\-() *#]+$"),
    "car_number": re.compile(r"^[\u3400-\u9fff]?[A-Za-z0-9]+[\u3400-\u9fff]?$"),
    "name": re.compile(r"^[^\d]+$"),
    "phrase": re.compile(r"^[\u3400-\u9fff]+$"),
}
_LIMITS = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "phrase": 5,
    "const": 20,
}
_UNTYPED = {"keyword", "first", "remark"}


def keys_of(content: str) -> list[str]:
    """The keys a template's content names, in order: "{{thing1.DATA}}" gives "thing1"."""
    return re.findall(r"\{\{\s*(\w+)\.DATA\s*\}\}", content)


def wrong_key(
    keys: Sequence[str], data: Mapping[str, str], enums: Mapping[str, Sequence[str]] | None = None
) -> str | None:
    """The first key that is missing, extra, or holds a value its type refuses; None when all is well.

    `first` and `remark` may come or stay away: the platform drops them.
    """
    wanted = [key for key in keys if key not in ("first", "remark")]
    given = [key for key in data if key not in ("first", "remark")]
    for key in wanted:
        if key not in data or not fits(key, data[key], (enums or {}).get(key)):
            return key
    return next((key for key in given if key not in wanted), None)


def fits(key: str, value: str, allowed: Sequence[str] | None = None) -> bool:
    """Whether `value` may stand for `key`; `allowed` are the values of an enum or const key."""
    kind = _kind(key)
    if kind in _UNTYPED:
        return True
    if not value.strip() or _CONTROL.search(value):
        return False
    if allowed is not None or kind == "enum":
        return value in (allowed or ())
    if length(value) > _limit(kind, value):
        return False
    return kind not in _FORMS or _FORMS[kind].match(value) is not None


def length(value: str) -> int:
    """Length in UTF-16 units: the stricter reading of WeChat's "characters" for emoji."""
    return len(value.encode("utf-16-le")) // 2


def _kind(key: str) -> str:
    match = _KEY.match(key)
    return match.group(1) if match else key


def _limit(kind: str, value: str) -> int:
    if kind == "name":
        return 10 if _CHINESE.search(value) else 20
    return _LIMITS.get(kind, 64)
