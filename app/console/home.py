"""The first page after signing in, by role: who needs somebody now, who waits, what is to be done today."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.alerts import reads as alerts
from app.booking import reads as bookings
from app.conversations import queue
from app.core import clock
from app.core.db import read_only
from app.education import reads as education
from app.followup import reads as followup
from app.http.doors import outside
from app.http.polling import unless_unchanged
from app.http.staff_auth import current_staff, staff_only
from app.http.trail import note_shown
from app.staff.reads import working_count
from app.staff.rota import all_on_duty
from app.staff.rules.permissions import ROLES, may

home = Blueprint("console_home", __name__)

SHOWN = 8
"""Lines of each list; the room's own page has the rest."""


@home.get("/console")
@staff_only("home")
def show_home() -> str:
    """Today."""
    now = clock.now()
    with read_only(outside().readers) as session:
        parts = _parts(session, now)
    _note_shown(parts, now)
    return render_template("console/home.html", now=now, **parts)


@home.get("/console/home/live")
@staff_only("home")
def poll_home() -> Response:
    """The part that changes by itself; asked for every second by every open console."""
    now = clock.now()
    with read_only(outside().readers) as session:
        parts = _parts(session, now)
    answer = unless_unchanged("console/home_live.html", now, **parts)
    if answer.status_code != 304:
        _note_shown(parts, now)
    return answer


def _note_shown(parts: dict[str, Any], now: datetime) -> None:
    """The patients' words and dangers leave a trace here as on the lists of their own."""
    note_shown(queue.words_shown(parts.get("waiting", ())), "inbox", now)
    note_shown(alerts.dangers_shown(parts.get("alerts", ())), "alert_list", now)


def _parts(session: Session, now: datetime) -> dict[str, Any]:
    """The parts of the page that this role works with, in the order of their urgency.

    As many queries as parts need, each of SHOWN lines or of open work only.
    """
    role = current_staff().role
    found: dict[str, Any] = {
        "hour": clock.local(now).hour,
        "on_duty": [(each.name, ROLES[each.role]) for each in all_on_duty(session, now)],
    }
    for permission, part in PARTS.items():
        if may(role, permission):
            found |= part(session, now)
    return found


def _alerts(session: Session, now: datetime) -> dict[str, Any]:
    return {
        "alerts": alerts.open_alerts(session, now, most=SHOWN),
        "alert_counts": alerts.counts(session),
    }


def _waiting(session: Session, now: datetime) -> dict[str, Any]:
    me = current_staff().id
    return {
        "waiting": queue.with_dangers(
            queue.queue(session, "waiting", me, now, most=SHOWN), alerts.written_dangers(session)
        ),
        "talk_counts": queue.counts(session, me),
    }


def _tasks(session: Session, now: datetime) -> dict[str, Any]:
    me = current_staff()
    return {
        "tasks": followup.worklist(session, "team", me.id, me.role, now, most=SHOWN),
        "task_counts": followup.counts(session, me.id, me.role, now),
    }


def _desk(session: Session, now: datetime) -> dict[str, Any]:
    today = clock.day_of(now)
    expected, arrived = bookings.day_counts(session, today)
    return {
        "expected": expected,
        "arrived": arrived,
        "desk": bookings.day_list(session, today, most=SHOWN),
    }


def _to_approve(session: Session, now: datetime) -> dict[str, Any]:
    return {"to_approve": education.to_approve(session, current_staff().id)}


def _operations(session: Session, now: datetime) -> dict[str, Any]:
    return {"operations": OPERATIONS, "staff_count": working_count(session)}


PARTS: dict[str, Callable[[Session, datetime], dict[str, Any]]] = {
    "alerts.work": _alerts,
    "conversations.work": _waiting,
    "tasks.work": _tasks,
    "booking.desk": _desk,
    "education.approve": _to_approve,
    "staff.manage": _operations,
}
"""{permission: the part of the page it opens}."""

OPERATIONS = (
    ("/console/cards", "cards", "发服务卡", "印一批卡，患者扫码就能加入随访"),
    ("/console/shifts", "calendar", "排班", "谁在值班，预警和会话就先给谁"),
    ("/console/holidays", "calendar-event", "节假日", "放假和调休，随访电话和时限照它走"),
    ("/console/staff", "id-badge-2", "人员", "开账号、停用、重设密码"),
    ("/console/booking", "calendar-event", "体检前台", "谁约了哪天、签到、取消"),
    ("/console/education", "speakerphone", "健康科普", "写文章、选人群、审核发送"),
    ("/console/templates", "file-text", "消息模板", "填写微信后台的模板编号"),
    ("/console/audit", "shield-check", "留痕", "谁看过、谁改过"),
)
"""(url, icon, label, what for) of an administrator's pages."""
