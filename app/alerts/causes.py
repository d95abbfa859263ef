"""The causes of an alert as rows: kept one by one, told together by alerts.rules.causes."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.alerts.rules.causes import Cause, detail_of, title_of
from app.alerts.tables import Alert, AlertCause
from app.core.ids import new_id


def keep(session: Session, alert: Alert, cause: Cause, source_kind: str, said: str) -> None:
    """Write the cause down and let the alert tell all of its causes."""
    systolic, diastolic = cause.pressure or (None, None)
    session.add(
        AlertCause(
            id=new_id(),
            alert_id=alert.id,
            at=cause.at,
            code=cause.code,
            urgency=cause.urgency,
            title=cause.title,
            detail=cause.detail,
            said=said or None,
            source_kind=source_kind,
            source_id=cause.source_id,
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            sums_up=cause.sums_up,
        )
    )
    session.flush()
    told = causes_of(session, alert.id)
    alert.title, alert.detail = title_of(told), detail_of(told)


def causes_of(session: Session, alert_id: str) -> list[Cause]:
    """What raised the alert and was told after it, oldest first."""
    return [_told(row) for row in rows_of(session, [alert_id])]


def rows_of(session: Session, alert_ids: Collection[str]) -> Sequence[AlertCause]:
    """The same as rows, with the patient's words, for several alerts."""
    return session.scalars(
        select(AlertCause).where(AlertCause.alert_id.in_(alert_ids)).order_by(AlertCause.at, AlertCause.id)
    ).all()


def _told(row: AlertCause) -> Cause:
    pressure = None
    if row.systolic_mmhg is not None and row.diastolic_mmhg is not None:
        pressure = (row.systolic_mmhg, row.diastolic_mmhg)
    return Cause(row.code, row.urgency, row.title, row.detail, row.at, row.source_id, pressure, row.sums_up)
