"""What the patient says of a dose: taken, or left out and why. The last answer counts, a repeat is one."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.events import publish
from app.medication.events import SideEffectReported, StopReported
from app.medication.missing import notice_missed_days
from app.medication.rules.answering import REASONS, ensure_answerable
from app.medication.tables import Dose, Regimen
from app.medication.telling import tell_left
from app.patients.consents import ensure_collecting

HEARD_OF: dict[str, Callable[..., object]] = {
    "side_effect": SideEffectReported,
    "told_to_stop": StopReported,
}
"""{reason: what staff hear of at once}."""


def take(
    session: Session, patient_id: str, dose_ids: Sequence[str], request_id: str, now: datetime
) -> Sequence[Dose]:
    """The patient took these doses. Raises NotFound, Conflict (see rules.answering)."""
    return _answer(session, patient_id, dose_ids, "taken", None, request_id, now)


def skip(
    session: Session, patient_id: str, dose_ids: Sequence[str], reason: str, request_id: str, now: datetime
) -> Sequence[Dose]:
    """The patient left these doses out; `reason` is a key of rules.answering.REASONS.

    Raises Invalid (reason), NotFound, Conflict (see rules.answering).
    """
    if reason not in REASONS:
        raise Invalid("请选一个没吃的原因。", code="reason", field="reason")
    doses = _answer(session, patient_id, dose_ids, "skipped", reason, request_id, now)
    for dose in doses:
        notice_missed_days(session, dose.regimen_id, clock.day_of(dose.due_at), now)
    return doses


def _answer(
    session: Session,
    patient_id: str,
    dose_ids: Sequence[str],
    state: str,
    reason: str | None,
    request_id: str,
    now: datetime,
) -> Sequence[Dose]:
    ensure_collecting(session, patient_id)
    doses = _locked(session, patient_id, dose_ids)
    changed = [dose for dose in doses if not _says_so_already(dose, state, reason, request_id)]
    for dose in changed:
        ensure_answerable(dose.state, dose.due_at, now)
        dose.state, dose.reason, dose.answered_at = state, reason, now
        dose.requests = [*dose.requests, request_id]
    session.flush()
    if changed:
        _announce(session, patient_id, changed, now)
    return doses


def _says_so_already(dose: Dose, state: str, reason: str | None, request_id: str) -> bool:
    return request_id in dose.requests or (dose.state, dose.reason) == (state, reason)


def _locked(session: Session, patient_id: str, dose_ids: Sequence[str]) -> Sequence[Dose]:
    wanted = sorted(set(dose_ids))
    doses = session.scalars(
        select(Dose)
        .where(Dose.id.in_(wanted), Dose.patient_id == patient_id)
        .order_by(Dose.id)
        .with_for_update()
    ).all()
    if not wanted or len(doses) != len(wanted):
        raise NotFound("没有找到这次服药。")
    return doses


def _announce(session: Session, patient_id: str, changed: Sequence[Dose], now: datetime) -> None:
    tell_left(session, patient_id, [dose.id for dose in changed], now)
    heard_of = HEARD_OF.get(changed[0].reason or "")
    if heard_of is None:
        return
    drugs = {
        regimen.id: regimen.drug
        for regimen in session.scalars(
            select(Regimen).where(Regimen.id.in_({dose.regimen_id for dose in changed}))
        )
    }
    for dose in changed:
        publish(
            session,
            heard_of(
                patient_id=patient_id,
                regimen_id=dose.regimen_id,
                drug=drugs[dose.regimen_id],
                dose_id=dose.id,
                at=now,
            ),
        )
