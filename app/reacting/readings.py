"""What a measurement between the visits sets going."""

from sqlalchemy.orm import Session

from app.alerts.alarm import raise_alert
from app.core import clock
from app.followup import events as followup
from app.followup.reminders import nurse_name
from app.followup.watching import watch_values
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise
from app.questionnaires.advice import Advice, advice_on_danger
from app.reacting.advising import promise_advice
from app.reacting.words import kind_of
from app.records import events as records
from app.records.rules.dangers import is_of_now


def watch_reading(session: Session, event: records.ReadingsRecorded) -> None:
    """What is measured between the visits is looked at too."""
    watch_values(session, event.patient_id, event.values, event.measured_at, event.source_id, event.at)


def watch_unkept_reading(session: Session, event: records.ReadingsNotKept) -> None:
    """Care in an emergency waits for no consent and no right form: heard, though it stands on no chart."""
    watch_values(session, event.patient_id, event.values, event.measured_at, None, event.at, kept=False)


def alert_and_advise_on_danger(session: Session, event: followup.DangerMeasured) -> None:
    """A nurse hears of it, readings of one day in one alert; the patient reads the approved words.

    The words are said once for an alert, as for a form: another danger after it was resolved is told again.
    """
    alert = raise_alert(
        session,
        event.patient_id,
        reason=event.code,
        urgency=event.urgency,
        title=event.title,
        detail=event.detail,
        source_kind="reading",
        source_id=event.patient_id,
        dedupe=f"reading:{event.patient_id}:{clock.day_of(event.at)}",
        now=event.at,
        pressure=event.pressure,
    )
    words = advice_on_danger(session, event.code, event.values, event.measured_at, event.at)
    if words is not None:
        _advise(session, event, words, alert.dedupe_key)


def _advise(session: Session, event: followup.DangerMeasured, words: Advice, occasion: str) -> None:
    of_now = is_of_now(event.measured_at, event.at)
    promise = Promise(
        purpose="advice",
        dedupe=f"advice:{occasion}:{kind_of(words.key)}",
        patient_id=event.patient_id,
        fields={
            "what": words.title,
            "when": card_time(event.at),
            "who": nurse_name(session, event.patient_id),
        },
        text=f"{words.title}\n{words.text}",
        link="/h5/readings/danger" if of_now else "/h5/readings",
        urgent=True,
    )
    promise_advice(session, promise, event.kept, event.at)
