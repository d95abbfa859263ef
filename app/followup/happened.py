"""Follow-up on the timeline: what the rules made of a visit, and what staff did."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.happened import Happened, Place, newest, older
from app.followup.tables import Task, VisitOutcome

KINDS = {
    "controlled": "控制满意",
    "first_uncontrolled": "第一次控制不满意",
    "adverse_reaction": "有药物不良反应",
    "incomplete": "没有量血压，未能判断",
    "refer": "建议转诊",
    "emergency": "危急，需紧急转诊",
}


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Judged visits, and staff's tasks as they were done or given up."""
    return newest(
        [*_visits(session, patient_id, behind, most), *_tasks(session, patient_id, behind, most)],
        behind,
        most,
    )


def _visits(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    rows = session.scalars(
        select(VisitOutcome)
        .where(VisitOutcome.patient_id == patient_id, older(VisitOutcome.at, VisitOutcome.id, behind))
        .order_by(VisitOutcome.at.desc(), VisitOutcome.id.desc())
        .limit(most)
    )
    return [
        Happened(
            row.at,
            row.id,
            "visit",
            f"随访结论：{KINDS.get(row.kind, row.kind)}",
            f"{'；'.join(row.reasons)}。下次随访 {row.next_visit_on}",
            row.response_id,
            row.kind,
        )
        for row in rows
    ]


def _tasks(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    rows = session.scalars(
        select(Task)
        .where(
            Task.patient_id == patient_id,
            Task.kind != "form",
            Task.state == "done",
            older(Task.done_at, Task.id, behind),
        )
        .order_by(Task.done_at.desc(), Task.id.desc())
        .limit(most)
    )
    return [
        Happened(row.done_at, row.id, "task", f"完成：{row.title}", row.note or "", row.id, row.state)
        for row in rows
        if row.done_at is not None
    ]
