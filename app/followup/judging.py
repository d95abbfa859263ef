"""What a follow-up's answers mean by the national specification, and what follows from it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.events import publish
from app.core.ids import new_id
from app.core.once import keep_once
from app.followup.events import VisitJudged
from app.followup.rules.hypertension import Kind, Outcome, PastVisit, Visit, classify
from app.followup.rules.hypertension_form import FORM_CODE, sentence, summary, visit_from
from app.followup.tables import VisitOutcome
from app.followup.visits import book_next, plan_for
from app.patients.profiles import find as find_patient
from app.patients.rules.identity import age_on


def judge(
    session: Session,
    patient_id: str,
    response_id: str,
    form_code: str,
    task_id: str | None,
    answers: Mapping[str, Any],
    now: datetime,
) -> VisitOutcome | None:
    """Judge one submitted form, book the next visit and publish VisitJudged; once for one response.

    None for a form that is no visit. Source: docs/sources.md#nbphs-hypertension
    """
    if form_code != FORM_CODE:
        return None
    today = clock.day_of(now)
    visit = visit_from(answers, age_on(find_patient(session, patient_id).birth_on, today))
    outcome = classify(visit, _visits_before(session, patient_id))
    row, is_new = keep_once(
        session, _row(patient_id, response_id, task_id, outcome, today, now), VisitOutcome.response_id
    )
    if is_new:
        plan = plan_for(session, patient_id, form_code, task_id)
        # A pathway names no interval for a visit without a pressure: it is seen to as early as a high one.
        like = Kind.FIRST_UNCONTROLLED if outcome.kind is Kind.INCOMPLETE else outcome.kind
        booked = book_next(session, plan, like, response_id, now) if plan else None
        row.next_visit_on = booked or row.next_visit_on
        adherence = None if visit.medication_unclear else answers.get("medication_adherence")
        publish(session, _judged(row, visit, adherence, now))
    return row


def _visits_before(session: Session, patient_id: str) -> list[PastVisit]:
    """The judged visit before this one: only the last can make it the second in a row.

    One without a pressure judged nothing, and does not stand between two that were too high.
    """
    last = session.execute(
        select(VisitOutcome.uncontrolled, VisitOutcome.adverse_reaction)
        .where(VisitOutcome.patient_id == patient_id, VisitOutcome.kind != Kind.INCOMPLETE)
        .order_by(VisitOutcome.at.desc(), VisitOutcome.id.desc())
        .limit(1)
    ).one_or_none()
    return [PastVisit(*last)] if last else []


def _row(
    patient_id: str, response_id: str, task_id: str | None, outcome: Outcome, today: date, now: datetime
) -> VisitOutcome:
    return VisitOutcome(
        id=new_id(),
        patient_id=patient_id,
        response_id=response_id,
        task_id=task_id,
        kind=outcome.kind.value,
        urgency=outcome.urgency,
        uncontrolled=outcome.uncontrolled,
        adverse_reaction=outcome.adverse_reaction,
        reasons=[sentence(reason) for reason in (*outcome.reasons, *outcome.review)],
        advice_key=outcome.advice_key,
        next_visit_on=outcome.next_visit_on(today),
        at=now,
    )


def _judged(row: VisitOutcome, visit: Visit, adherence: str | None, now: datetime) -> VisitJudged:
    return VisitJudged(
        patient_id=row.patient_id,
        response_id=row.response_id,
        task_id=row.task_id,
        kind=row.kind,
        urgency=row.urgency,
        summary=summary(visit),
        reasons=tuple(row.reasons),
        advice_key=row.advice_key,
        next_visit_on=row.next_visit_on,
        systolic_mmhg=visit.systolic_mmhg,
        diastolic_mmhg=visit.diastolic_mmhg,
        uncontrolled=row.uncontrolled,
        medication_adherence=adherence,
        at=now,
    )
