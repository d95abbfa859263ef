"""What people type: no signs that nobody sees, no more than there is room for, days as they are written here.

Staff and programs are refused by the field, because what they read must be what is kept (a drug's name that
runs backwards). From patients' own words such signs are taken out: a telephone number copied from an iPhone
brings them, and nobody in need is refused for what they cannot see.
"""

import re
from collections.abc import Mapping
from datetime import date

from app.core.errors import Invalid

CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
"""Control characters but tab and line ends: databases and screens choke on them."""
TURNING = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that turn the direction of writing. Source: Unicode 15, UAX #9, table 2 (bidi controls)."""

_UNSEEN = re.compile(f"[{CONTROL}{TURNING}\\ud800-\\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def unseen_in(value: object, place: str = "") -> str | None:
    """Where a sign stands that nobody sees, in text or in mappings and lists of it: values.0; else None."""
    if isinstance(value, str):
        return place if _UNSEEN.search(value) else None
    if isinstance(value, Mapping):
        parts = [(str(key), each) for key, each in value.items()]
    elif isinstance(value, (list, tuple)):
        parts = [(str(number), each) for number, each in enumerate(value)]
    else:
        return None
    found = (unseen_in(each, f"{place}.{name}" if place else name) for name, each in parts)
    return next((each for each in found if each is not None), None)


def seen_only(text: str) -> str:
    """The text without signs that nobody sees; line ends as one sign."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n"))


def fitting(text: str, most: int, field: str, name: str) -> str:
    """The text without space around it, line ends counted as one sign as a page counts them.

    Raises Invalid (too_long) naming the field and the limit: nothing is cut in silence.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > most:
        raise Invalid(f"{name}最多 {most} 个字，现在有 {len(text)} 个。", code="too_long", field=field)
    return text


def day_typed(text: str) -> date:
    """A day written YYYY-MM-DD. Raises ValueError for anything else, ISO weeks (2026-W10-1) among it."""
    if not _DAY.fullmatch(text):
        raise ValueError("not of the form YYYY-MM-DD")
    return date.fromisoformat(text)
