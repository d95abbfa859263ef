"""A message that matters and did not arrive sets a telephone call going."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.followup.reads import find_task, is_called_about
from app.followup.rules.calling import SOON
from app.followup.tables import Task
from app.followup.tasks import nurse_of, open_staff_task
from app.messaging import events as messaging
from app.messaging.purposes import PURPOSES

WORTH_A_CALL = frozenset({"followup_due", "advice", "nurse_message", "nurse_knock", "booking_cancelled"})
"""Purposes of messages that become a call when no lane is left."""
IN_TIME = frozenset({"booking_cancelled"})
"""As soon as what is urgent: untold, the patient comes fasting to a shut door, perhaps tomorrow morning."""
WITHIN_A_DAY = timedelta(days=1)


def call_instead(session: Session, event: messaging.MessageFailed) -> None:
    """No lane is left: somebody telephones, soon for what was urgent. Courtesies are let go.

    The call about a follow-up hangs on its task, has its form, and ends with it, as soon as that is answered.
    """
    if event.patient_id is None or event.purpose not in WORTH_A_CALL or _is_being_called(session, event):
        return
    about = _form_of(session, event)
    open_staff_task(
        session,
        event.patient_id,
        "call",
        f"{_fate(event)}，请打电话：{PURPOSES[event.purpose].title}",
        f"{event.reason}。请打电话把这件事告诉患者。"[:255],
        "nurse",
        f"unreached_message:{event.message_id}",
        event.at + (SOON if event.urgent or event.purpose in IN_TIME else WITHIN_A_DAY),
        event.at,
        assignee_id=nurse_of(session, event.patient_id),
        form_code=about.form_code if about else None,
        plan_id=about.plan_id if about else None,
        cause_id=event.origin_id if event.origin_kind == "task" else event.message_id,
    )


def _form_of(session: Session, event: messaging.MessageFailed) -> Task | None:
    if event.origin_kind != "task" or event.patient_id is None or event.origin_id is None:
        return None
    return find_task(session, event.patient_id, event.origin_id)


def _fate(event: messaging.MessageFailed) -> str:
    return "不知道微信有没有送到" if event.state == "unknown" else "微信没有送到"


def _is_being_called(session: Session, event: messaging.MessageFailed) -> bool:
    """A follow-up's later askings fail the same way: one call is enough."""
    return (
        event.origin_kind == "task"
        and event.origin_id is not None
        and is_called_about(session, event.origin_id)
    )
