"""Tell whoever answers for an alert in their own WeChat, when bound; the console shows it anyway."""

from sqlalchemy.orm import Session

from app.alerts.events import AlertRaised
from app.core.masks import show_name
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise, promise
from app.patients.profiles import find
from app.staff.binding import openid_of


def tell_owner(session: Session, event: AlertRaised) -> None:
    """One card for each turn of each alert; nothing for an owner without a bound WeChat."""
    if event.owner_id is None or openid_of(session, event.owner_id) is None:
        return
    who = show_name(find(session, event.patient_id).name)
    promise(
        session,
        Promise(
            purpose="alert_staff",
            dedupe=f"alert:{event.alert_id}:{event.level}:{event.urgency}:{event.at:%Y%m%d%H%M%S}",
            staff_id=event.owner_id,
            fields={
                "what": f"{who}：{event.title}",
                "when": card_time(event.at),
                "until": f"{card_time(event.answer_by)}前",
            },
            urgent=True,
            origin_kind="alert",
            origin_id=event.alert_id,
        ),
        event.at,
    )
