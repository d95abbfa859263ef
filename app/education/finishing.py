"""How a mass message ended: WeChat's event and our record of the send, joined by id, either one first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import SYSTEM, record_change
from app.core.db import changed
from app.core.once import keep_once
from app.education.rules.outcome import why_not_sent
from app.education.tables import Broadcast, MassReport


def record_finish(session: Session, msg_id: str, counts: Mapping[str, Any], now: datetime) -> None:
    """Keep WeChat's numbers {status, total, filtered, sent, failed}; a repeat changes nothing."""
    report = MassReport(wechat_msg_id=msg_id, counts=dict(counts), at=now)
    keep_once(session, report, MassReport.wechat_msg_id)
    close_reported(session, now)


def close_reported(session: Session, now: datetime) -> int:
    """Finish every broadcast that WeChat took and has reported on; how many.

    Called by whichever comes second, and by the job: two transactions crossing each other see neither.
    """
    found = session.execute(
        select(Broadcast, MassReport.counts)
        .join(MassReport, MassReport.wechat_msg_id == Broadcast.wechat_msg_id)
        .where(Broadcast.state == "sent")
        .order_by(Broadcast.id)
    ).all()
    for broadcast, counts in found:
        _finish(session, broadcast, counts, now)
    return len(found)


def _finish(session: Session, broadcast: Broadcast, counts: Mapping[str, Any], now: datetime) -> None:
    reason = why_not_sent(str(counts.get("status", "")))
    state = "failed" if reason else "finished"
    closed = changed(
        session,
        update(Broadcast)
        .where(Broadcast.id == broadcast.id, Broadcast.state == "sent")
        .values(state=state, reason=reason, counts={**broadcast.counts, **counts}, finished_at=now),
    )
    if closed:
        record_change(session, SYSTEM, "broadcast", broadcast.id, state, now)
