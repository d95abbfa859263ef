"""What due, answered and missed doses set going."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from app.alerts.alarm import raise_alert
from app.core import clock
from app.followup.tasks import open_staff_task
from app.medication import events as medication
from app.messaging import outbox
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise
from app.messaging.purposes import PURPOSES

WITHIN_A_DAY = timedelta(days=1)

LONGEST_TITLE = 64
"""A task's title; MariaDB refuses a longer one."""


def remind_of_doses(session: Session, event: medication.DosesDue) -> None:
    """One message for all that is due at one moment; the page it leads to lists the whole day."""
    promise = Promise(
        purpose="dose",
        dedupe=f"dose:{event.patient_id}:{event.due_at:%Y%m%d%H%M}",
        patient_id=event.patient_id,
        fields=_card(event),
        text=_words(event),
        link=f"/h5/medication/{event.on_day}",
        due_at=event.due_at,
        # Counted from the hour of the dose, however late it is told.
        expires_at=event.due_at + PURPOSES["dose"].useful_for,
        origin_kind="dose",
        origin_id=event.dose_ids[0],
    )
    outbox.promise(session, promise, event.at)


def keep_reminder_true(session: Session, event: medication.DosesLeft) -> None:
    """A reminder that has not gone yet names what is still to be taken, or does not go at all."""
    if event.drugs:
        outbox.reword(session, "dose", event.dose_ids, _card(event), _words(event))
    else:
        outbox.cancel_for(session, "dose", event.dose_ids, "这次服药已经登记或停药", event.at)


def _card(event: medication.DosesOfOneMoment) -> Mapping[str, str]:
    several = f"{event.drugs[0]}等{len(event.drugs)}种药"
    note = "吃完点开登记一下" if event.times_today == 1 else f"今天共{event.times_today}次，点开看全部"
    return {
        "what": event.drugs[0] if len(event.drugs) == 1 else several,
        "when": card_time(event.due_at),
        "who": note,
    }


def _words(event: medication.DosesOfOneMoment) -> str:
    return f"该吃药了：{'、'.join(event.drugs)}。吃完请点开登记一下。"


def look_into_side_effect(session: Session, event: medication.SideEffectReported) -> None:
    """A nurse hears of it today."""
    raise_alert(
        session,
        event.patient_id,
        reason="side_effect",
        urgency="high",
        title=f"吃{event.drug}后不舒服",
        detail=f"患者因为不舒服没有吃{event.drug}，请联系了解情况，必要时请医生调整用药。",
        source_kind="dose",
        source_id=event.dose_id,
        dedupe=f"side_effect:{event.regimen_id}:{clock.day_of(event.at)}",
        now=event.at,
    )


def ask_who_stopped(session: Session, event: medication.StopReported) -> None:
    """Ours still says to take it: a nurse asks, and stops the regimen where it is true."""
    open_staff_task(
        session,
        event.patient_id,
        "call",
        f"核对停药：{event.drug}"[:LONGEST_TITLE],
        f"患者说医生让停{event.drug}，方案里还在用。请核对，属实就停用方案。",
        "nurse",
        f"told_to_stop:{event.regimen_id}:{clock.day_of(event.at)}",
        event.at + WITHIN_A_DAY,
        event.at,
        cause_id=event.dose_id,
    )


def look_into_missed_doses(session: Session, event: medication.DosesMissed) -> None:
    """Days without the medicine: somebody asks why, once for a patient, whatever it is that is not taken."""
    raise_alert(
        session,
        event.patient_id,
        reason="doses_missed",
        urgency="normal",
        title=f"{event.drug}连续 {event.days} 天{_missed(event)}",
        detail=f"{event.drug}：从 {event.since_on:%Y-%m-%d} 起连续 {event.days} 天{_missed(event)}。"
        + _days(event),
        source_kind="regimen",
        source_id=event.regimen_id,
        dedupe=f"doses_missed:{event.patient_id}",
        now=event.at,
        code=f"doses_missed_{event.regimen_id}",
    )


def _missed(event: medication.DosesMissed) -> str:
    """What is known: an answered dose is no silent one."""
    if event.left_out == event.days:
        return "没吃"
    return "没吃或没登记" if event.left_out else "没登记吃药"


def _days(event: medication.DosesMissed) -> str:
    silent = event.days - event.left_out
    why = f"（{'、'.join(event.reasons)}）" if event.reasons else ""
    parts = [f"{event.left_out} 天患者登记没吃{why}"] * bool(event.left_out)
    parts += [f"{silent} 天没登记（不知道吃了没有）"] * bool(silent)
    return "，".join(parts) + "。"
