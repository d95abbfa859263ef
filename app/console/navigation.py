"""The console's menu: what a role may do, and of that only the pages that exist."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, g, request

from app.staff.rules.permissions import ROLES, may
from app.staff.sessions import SignedIn

SEARCH = "/console/patients"
ALERT_BADGE = "/console/alerts/badge"


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: str
    url: str
    icon: str
    permission: str
    also: tuple[str, ...] = ()
    """Where its further pages live."""


MENU = (
    Entry("工作台", "/console", "home", "home"),
    Entry(
        "患者",
        "/console/patients",
        "users",
        "patients.find",
        also=("/console/medication", "/console/responses"),
    ),
    Entry("会话", "/console/inbox", "messages", "conversations.work"),
    Entry("预警", "/console/alerts", "bell", "alerts.work"),
    Entry("任务", "/console/tasks", "list-check", "tasks.work"),
    Entry("服务卡", "/console/cards", "cards", "cards.issue"),
    Entry("体检", "/console/booking", "calendar-event", "booking.desk"),
    Entry("健康科普", "/console/education", "speakerphone", "education.write"),
    Entry("消息", "/console/messages", "send", "messages.read"),
    Entry("消息模板", "/console/templates", "file-text", "staff.manage"),
    Entry("人员", "/console/staff", "id-badge-2", "staff.manage"),
    Entry("排班", "/console/shifts", "calendar", "staff.manage", also=("/console/holidays",)),
    Entry("留痕", "/console/audit", "shield-check", "audit.read"),
    Entry("我的账号", "/console/me", "user", "home"),
)
"""Every room's page of the console, in reading order."""


def hang_up(door: Blueprint) -> None:
    """Let every page of the app that is mounted with this door have the menu."""
    door.app_context_processor(_context)


def _context() -> dict[str, Any]:
    staff: SignedIn | None = g.get("staff")
    if staff is None:
        return {}
    return {
        "navigation": navigation(staff.role),
        "staff": {"id": staff.id, "name": staff.name, "role": ROLES[staff.role], "role_code": staff.role},
        "sign_out_url": "/console/logout",
        "patient_search_url": SEARCH if may(staff.role, "patients.find") and _exists(SEARCH) else "",
        "alert_badge_url": ALERT_BADGE if may(staff.role, "alerts.work") and _exists(ALERT_BADGE) else "",
        "may": lambda permission: may(staff.role, permission),
    }


def navigation(role: str) -> list[dict[str, Any]]:
    """The menu of a role as base.html draws it; the longest place that fits the present page is active."""
    open_to_role = [entry for entry in MENU if may(role, entry.permission) and _exists(entry.url)]
    places = {place: entry for entry in open_to_role for place in (entry.url, *entry.also)}
    here = places.get(max((place for place in places if _holds(place, request.path)), key=len, default=""))
    return [
        {"label": e.label, "url": e.url, "icon": e.icon, "active": e is here, "badge": ""}
        for e in open_to_role
    ]


def _holds(url: str, path: str) -> bool:
    return path == url or path.startswith(url + "/")


def _exists(url: str) -> bool:
    return current_app.url_map.bind("").test(url, "GET")
