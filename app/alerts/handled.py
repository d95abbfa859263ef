"""What became of a danger, as its patient is told on a page opened later. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.alerts.tables import Alert
from app.staff.tables import Account

PRESSING = ("critical", "high")
_RAISED_WITH = timedelta(minutes=1)
"""An alert is raised with the answer that caused it."""


@dataclass(frozen=True)
class Handled:
    """Somebody has settled it."""

    at: datetime
    by: str | None


def handled(session: Session, patient_id: str, since: datetime, until: datetime) -> Handled | None:
    """Who settled the pressing alerts of what was told from `since` to `until`, and when.

    None while one of them is open, and where there was none. One alert may hold several causes, so the
    moment counts and not the row that raised it.
    """
    rows = session.execute(
        select(Alert.state, Alert.resolved_at, Account.name)
        .join(Account, Account.id == Alert.resolved_by, isouter=True)
        .where(
            Alert.patient_id == patient_id,
            Alert.urgency.in_(PRESSING),
            Alert.raised_at <= until + _RAISED_WITH,
            or_(Alert.state != "resolved", Alert.resolved_at >= since),
        )
        .order_by(Alert.resolved_at)
    ).all()
    settled = [Handled(at, name) for state, at, name in rows if state == "resolved" and at is not None]
    return settled[-1] if settled and len(settled) == len(rows) else None
