"""The numbered page that an address asks for."""

from flask import request

from app.core.paging import Sheet, sheet


def asked_sheet(total: int) -> Sheet:
    """?page=2 of a work list of `total` rows; the first when nothing sensible is asked for."""
    return sheet(request.args.get("page", 1, type=int), total)
