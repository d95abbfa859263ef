"""A patient who stops the plan is seen by a nurse: at once when the last visit was not in order."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.followup import tasks
from app.followup.rules.hypertension import Kind
from app.followup.tables import Plan, Task, VisitOutcome

AT_ONCE, WITHIN_A_DAY = timedelta(hours=2), timedelta(days=1)
"""docs/clinical-decisions.md#stopped-plan"""
STOPPED = "患者停止了随访计划"
KIND_WORDS = {
    Kind.FIRST_UNCONTROLLED: "血压未达标",
    Kind.ADVERSE_REACTION: "有药物不良反应",
    Kind.INCOMPLETE: "没有量血压",
    Kind.REFER: "建议转诊",
    Kind.EMERGENCY: "危急",
}


def tell_nurse(session: Session, plan: Plan, now: datetime) -> Task:
    """The task to look at it; a second stop joins the one that is still open."""
    last = session.scalars(
        select(VisitOutcome.kind)
        .where(VisitOutcome.patient_id == plan.patient_id)
        .order_by(VisitOutcome.at.desc(), VisitOutcome.id.desc())
        .limit(1)
    ).one_or_none()
    worry = KIND_WORDS.get(Kind(last)) if last else None
    due_at = now + (AT_ONCE if worry else WITHIN_A_DAY)
    words = _words(plan, worry)
    open_one = _open_one(session, plan.patient_id)
    if open_one is not None:
        open_one.purpose, open_one.due_at, open_one.plan_id = words, min(open_one.due_at, due_at), plan.id
        return open_one
    return tasks.open_staff_task(
        session,
        plan.patient_id,
        "review",
        STOPPED,
        words,
        "nurse",
        f"plan:{plan.id}:stopped",
        due_at,
        now,
        assignee_id=tasks.nurse_of(session, plan.patient_id),
        plan_id=plan.id,
    )


def _words(plan: Plan, worry: str | None) -> str:
    why = f"原因：{plan.end_reason}" if plan.end_reason else "没有说原因"
    if worry is None:
        return f"患者自己停止了计划，{why}。请看一下要不要联系。"
    return f"患者自己停止了计划，{why}。上次随访的结论是“{worry}”，请马上联系患者。"


def _open_one(session: Session, patient_id: str) -> Task | None:
    return session.scalars(
        select(Task)
        .where(
            Task.patient_id == patient_id,
            Task.kind == "review",
            Task.title == STOPPED,
            Task.state == "open",
        )
        .order_by(Task.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()
