"""Tell whoever answers for an alert in their own WeChat, when bound; the console shows it anyway."""

from sqlalchemy.orm import Session

from app.alerts.events import AlertRaised, AlertResolved, AlertTaken, AlertTakenAway
from app.core.masks import show_name
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise, cancel_for, promise
from app.patients.profiles import find
from app.staff.binding import openid_of

WITHOUT_CARD = "没建卡的人"
"""Whose name nobody knows."""


def tell_owner(session: Session, event: AlertRaised) -> None:
    """One card for each turn of each alert; nothing for an owner without a bound WeChat.

    A card that still waits for whoever had it before would call for help that is another's to give.
    """
    if event.owner_id is None:
        return
    cancel_for(session, "alert", [event.alert_id], "预警已经转给别人", event.at, but_to=event.owner_id)
    if openid_of(session, event.owner_id) is None:
        return
    who = _who(session, event.patient_id)
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
            link=None if event.patient_id else f"/console/alerts/{event.alert_id}",
            urgent=True,
            origin_kind="alert",
            origin_id=event.alert_id,
        ),
        event.at,
    )


def tell_who_had_it(session: Session, event: AlertTakenAway) -> None:
    """A card to whoever had it in hand: nobody goes on with what a doctor does now without knowing."""
    if openid_of(session, event.had_it_id) is None:
        return
    who = _who(session, event.patient_id)
    promise(
        session,
        Promise(
            purpose="alert_staff",
            dedupe=f"alert:{event.alert_id}:away:{event.had_it_id}:{event.at:%Y%m%d%H%M%S}",
            staff_id=event.had_it_id,
            fields={
                "what": f"{who}的预警由{event.by}交给{event.to}",
                "when": card_time(event.at),
                "until": "医生接手前请先看着",
            },
            urgent=True,
            origin_kind="alert_away",
            origin_id=event.alert_id,
        ),
        event.at,
    )


def _who(session: Session, patient_id: str | None) -> str:
    return show_name(find(session, patient_id).name) if patient_id else WITHOUT_CARD


def stop_telling(session: Session, event: AlertTaken | AlertResolved) -> None:
    """A card that still waits would call for help that somebody gives already."""
    cancel_for(session, "alert", [event.alert_id], "预警已经有人接手或处理完", event.at)
