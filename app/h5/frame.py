"""What every patient page has around it: type size, the responsible nurse, the tabs that exist."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, request

from app.core.db import read_only
from app.http.doors import outside
from app.http.patient_auth import visitor_reads_large
from app.patients.reads import nurse_name
from app.patients.sessions import Visitor

TABS = (
    ("首页", "/h5", "home"),
    ("计划", "/h5/plan", "calendar"),
    ("用药", "/h5/medication", "pill"),
    ("体检", "/h5/booking", "calendar-plus"),
    ("我的", "/h5/me", "user"),
)
"""(label, url, icon), in reading order; only those appear whose page is mounted."""


def dress(door: Blueprint) -> None:
    """Let every patient page of the app that is mounted with this door have its frame."""
    door.app_context_processor(_context)


def _context() -> dict[str, Any]:
    if not request.path.startswith("/h5"):
        return {}
    frame = {"come_back": _come_back()}
    here: Visitor | None = g.get("visitor")
    if here is None or here.patient_id is None:
        return frame | {"large_type": visitor_reads_large()}
    with read_only(outside().readers) as session:
        nurse = nurse_name(session, here.patient_id)
    return frame | {
        "large_type": here.large_type,
        "nurse": {"name": nurse, "title": "责任护士"} if nurse else None,
        "tabs": _tabs(),
    }


def _come_back() -> str:
    """The page that a change of type size comes back to: a deed has none, so the page it was done on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    return f"{before.path or '/h5'}{'?' if before.query else ''}{before.query}"


def _tabs() -> list[dict[str, Any]]:
    pages = current_app.url_map.bind("")
    active = max((url for _, url, _ in TABS if _holds(url)), key=len, default="")
    return [
        {"label": label, "url": url, "icon": icon, "active": url == active, "badge": ""}
        for label, url, icon in TABS
        if pages.test(url, "GET")
    ]


def _holds(url: str) -> bool:
    return request.path == url or (url != "/h5" and request.path.startswith(url + "/"))
