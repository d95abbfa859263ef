"""The id that a page or a program makes for each intention: sent again, it gets the same answer."""

import re
from typing import Annotated

from pydantic import StringConstraints

from app.core.errors import Invalid

SHORTEST, LONGEST = 8, 64
_SIGNS = r"^[A-Za-z0-9_.:\-]+$"

RequestId = Annotated[str, StringConstraints(min_length=SHORTEST, max_length=LONGEST, pattern=_SIGNS)]


def is_request_id(text: str) -> bool:
    """Whether the text has a request id's shape."""
    return SHORTEST <= len(text) <= LONGEST and re.fullmatch(_SIGNS[1:-1], text) is not None


def stale_page() -> Invalid:
    """What is said of a page that brought no such id: people never type it, so the page is at fault."""
    return Invalid("页面已过期，请重新打开再提交。", code="request_id_missing", field="request_id")
