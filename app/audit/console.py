"""The trail's page for administrators: reads and changes, by patient and by person, page by page."""

from flask import Blueprint, render_template, request

from app.audit import reads
from app.audit.tables import Access, Change
from app.audit.words import done, seen
from app.core.db import read_only
from app.http.doors import outside
from app.http.staff_auth import staff_only
from app.patients.reads import patient_names
from app.staff.reads import everybody, people
from app.staff.rules.permissions import ROLES

console = Blueprint("audit_console", __name__, url_prefix="/console/audit")

KINDS = {"reads": "查看", "changes": "修改"}
PAGE = 50


@console.get("")
@staff_only("audit.read")
def show() -> str:
    """Reads or changes (?kind=), narrowed by ?patient= and ?staff=."""
    kind = request.args.get("kind", "reads")
    patient_id, staff_id = request.args.get("patient"), request.args.get("staff")
    after = request.args.get("after")
    with read_only(outside().readers) as session:
        read = reads.changes if kind == "changes" else reads.accesses
        page = read(session, patient_id=patient_id, actor_id=staff_id, after=after, limit=PAGE)
        who = people(session, [row.actor_id for row in page.items])
        whom = patient_names(session, [row.patient_id for row in page.items] + [patient_id])
        staff = everybody(session)
    return render_template(
        "audit/trail.html",
        kind="changes" if kind == "changes" else "reads",
        kinds=KINDS,
        rows=page.items,
        next=page.next_cursor,
        who=who,
        whom=whom,
        words={row.id: _words(row) for row in page.items},
        patient_id=patient_id or "",
        staff_id=staff_id or "",
        staff_choices=[(each.id, f"{each.name}（{ROLES[each.role]}）") for each in staff],
    )


def _words(row: Access | Change) -> str:
    return seen(row.what) if isinstance(row, Access) else done(row.subject, row.action)
