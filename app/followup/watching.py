"""What somebody measures between the visits: at its limit it is nobody's to overlook."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.core import clock
from app.core.events import publish
from app.followup.events import DangerMeasured
from app.records.rules.dangers import Danger, dangers_of, is_of_now, told_when, urgency_of


def watch_values(
    session: Session,
    patient_id: str,
    values: Mapping[str, float],
    measured_at: datetime,
    source_id: str | None,
    now: datetime,
    *,
    kept: bool = True,
) -> None:
    """Publish DangerMeasured for each danger in {indicator: value}, measured then and entered now.

    A reading out of a form or of the talk (`source_id`) was heard there, when it was told.
    """
    if source_id is not None:
        return
    for danger in dangers_of(values):
        publish(
            session,
            DangerMeasured(
                patient_id=patient_id,
                code=danger.code,
                urgency=urgency_of(measured_at, now),
                title=_title(danger, measured_at, now),
                detail=_detail(danger, measured_at, now),
                pressure=danger.pressure,
                values=values,
                measured_at=measured_at,
                kept=kept,
                at=now,
            ),
        )


def _title(danger: Danger, measured_at: datetime, now: datetime) -> str:
    """自测血压 182/112; of an older one 昨天 20:00 量的血压 182/112."""
    if is_of_now(measured_at, now):
        return f"自测{danger.told}"
    return told_when(danger, clock.local(measured_at), clock.local(now))


def _detail(danger: Danger, measured_at: datetime, now: datetime) -> str:
    told = danger.told if is_of_now(measured_at, now) else _title(danger, measured_at, now)
    late = "" if is_of_now(measured_at, now) else "是后来补记的，请问清楚后来和眼下的情况。"
    return f"{told}，{danger.words}。患者自己登记的读数，没有说明症状。{late}（依据：{danger.source}）"
