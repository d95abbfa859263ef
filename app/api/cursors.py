"""Cursors of lists ordered by moment and id: they name the last row seen, so added rows move nothing."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta

from app.core.errors import Invalid

Place = tuple[datetime, str]
"""(moment, row id) of the last row of a page."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = re.compile(r"(-?[0-9]{1,17})\.([0-9a-f]{32})")


def cursor_of(at: datetime, row_id: str) -> str:
    """The cursor behind this row."""
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{row_id}".encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> Place | None:
    """Where a list goes on; None for its first page. Raises Invalid (bad_cursor)."""
    if cursor is None:
        return None
    try:
        found = _FORM.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii"))
        if found:
            return _EPOCH + timedelta(microseconds=int(found[1])), found[2]
    except (binascii.Error, UnicodeDecodeError, OverflowError):
        pass  # Not one of ours either: refused below, like any other.
    raise Invalid("翻页的位置不对，请从第一页重新看起。", code="bad_cursor", field="cursor")
