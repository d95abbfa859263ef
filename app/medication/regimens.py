"""What a patient is to take: prescribed once, stopped with a reason, never edited in silence."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id, token_hash
from app.medication.drawing import draw
from app.medication.rules import doses
from app.medication.rules.amounts import ensure_amount
from app.medication.tables import Dose, Regimen
from app.medication.telling import tell_left
from app.patients.tables import Patient


@dataclass(frozen=True)
class Prescription:
    """One medicine as it stands on the prescription.

    `frequency` is a key of medication.rules.doses.FREQUENCIES; `times` are HH:MM on the hospital's
    clock, the frequency's usual ones when left empty.
    """

    drug: str
    dose: str
    frequency: str
    start_on: date
    times: tuple[str, ...] = ()
    end_on: date | None = None
    note: str = ""


def prescribe(
    session: Session, actor: Actor, patient_id: str, order: Prescription, request_id: str, now: datetime
) -> Regimen:
    """Enter a medicine and draw its first week of doses; the same request gives the same regimen.

    Raises NotFound (no such patient), Invalid (drug, dose, note, and what medication.rules.doses
    refuses), Conflict: same_drug while the patient takes a medicine of that name already,
    request_id_taken for another prescription under a request that is kept already.
    """
    # One patient's regimens are entered one after the other: two nurses cannot enter one medicine twice.
    if session.scalars(select(Patient.id).where(Patient.id == patient_id).with_for_update()).first() is None:
        raise NotFound("没有找到这位患者。")
    key = token_hash(f"{patient_id}:{actor.id}:{request_id}")
    standing = session.scalars(select(Regimen).where(Regimen.request_id == key)).one_or_none()
    if standing is not None:
        return _same_as(standing, order)
    plan = _checked(order, clock.day_of(now))
    _ensure_not_taken_already(session, patient_id, order)
    regimen = _regimen(patient_id, order, plan, actor, key, now)
    session.add(regimen)
    session.flush()
    draw(session, regimen, now)
    record_change(
        session,
        actor,
        "regimen",
        regimen.id,
        "prescribed",
        now,
        patient_id=patient_id,
        times=list(order.times),
    )
    return regimen


def stop(session: Session, actor: Actor, regimen_id: str, reason: str, now: datetime) -> Regimen:
    """End a regimen: doses not yet answered are cancelled. Stopping twice keeps the first reason.

    Raises NotFound, Invalid (reason) when no reason is given.
    """
    regimen = find(session, regimen_id, lock=True)
    if regimen.stopped_at is not None:
        return regimen
    reason = reason.strip()
    if not reason or len(reason) > 128:
        raise Invalid("请写明停药原因（128 字以内）。", code="reason", field="reason")
    regimen.stopped_at, regimen.stopped_by, regimen.stop_reason = now, actor.id, reason
    open_doses = (Dose.regimen_id == regimen.id, Dose.state.in_(("planned", "due")))
    stopped = session.scalars(select(Dose.id).where(*open_doses)).all()
    session.execute(
        update(Dose)
        .where(*open_doses)
        .values(state="cancelled")
        .execution_options(synchronize_session="fetch")
    )
    record_change(session, actor, "regimen", regimen.id, "stopped", now, patient_id=regimen.patient_id)
    tell_left(session, regimen.patient_id, stopped, now)
    return regimen


def find(session: Session, regimen_id: str, *, lock: bool = False) -> Regimen:
    """One regimen. Raises NotFound."""
    wanted = select(Regimen).where(Regimen.id == regimen_id)
    regimen = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if regimen is None:
        raise NotFound("没有找到这个用药方案。")
    return regimen


def _checked(order: Prescription, today: date) -> doses.Regimen:
    if not order.drug.strip() or len(order.drug) > 64:
        raise Invalid("请填写药名（64 字以内）。", code="drug", field="drug")
    if not order.dose.strip() or len(order.dose) > 32:
        raise Invalid("请填写每次的量，例如 5 mg 或 1 片。", code="dose", field="dose")
    ensure_amount(order.dose)
    if len(order.note) > 255:
        raise Invalid("备注最多 255 个字。", code="note", field="note")
    doses.ensure_entered_days(order.start_on, order.end_on, today)
    return doses.regimen(order.frequency, order.start_on, order.end_on, order.times or None)


def _same_as(standing: Regimen, order: Prescription) -> Regimen:
    plan = doses.regimen(order.frequency, order.start_on, order.end_on, order.times or None)
    asked = (order.drug.strip(), order.dose.strip(), order.frequency, order.note.strip())
    kept = (standing.drug, standing.dose, standing.frequency, standing.note)
    days = (standing.start_on, standing.end_on) == (order.start_on, order.end_on)
    if asked != kept or not days or standing.times != _times_of(plan):
        # Answering with the first regimen would say "entered" of a medicine that nobody is reminded of.
        raise Conflict(
            f"刚才这一页已经录入了{standing.drug}，这一次还没有录入。请核对后再按一次“录入并开始提醒”。",
            code="request_id_taken",
        )
    return standing


def _times_of(plan: doses.Regimen) -> list[str]:
    return [at.isoformat("minutes") for at in plan.times]


def _ensure_not_taken_already(session: Session, patient_id: str, order: Prescription) -> None:
    same = select(Regimen.id).where(
        Regimen.patient_id == patient_id,
        Regimen.drug == order.drug.strip(),
        Regimen.stopped_at.is_(None),
        or_(Regimen.end_on.is_(None), Regimen.end_on >= order.start_on),
    )
    if session.scalars(same.limit(1)).first() is not None:
        raise Conflict("这位患者正在用同名的药。要改剂量或时间，请先停用原来的方案。", code="same_drug")


def _regimen(
    patient_id: str, order: Prescription, plan: doses.Regimen, actor: Actor, key: str, now: datetime
) -> Regimen:
    return Regimen(
        id=new_id(),
        patient_id=patient_id,
        drug=order.drug.strip(),
        dose=order.dose.strip(),
        frequency=order.frequency,
        times=_times_of(plan),
        start_on=order.start_on,
        end_on=order.end_on,
        note=order.note.strip(),
        entered_by=actor.id,
        entered_at=now,
        stopped_at=None,
        stopped_by=None,
        stop_reason=None,
        drawn_until=now,
        request_id=key,
    )
