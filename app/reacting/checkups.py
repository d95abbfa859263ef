"""What a booking sets going."""

from sqlalchemy.orm import Session

from app.booking import events as booking
from app.messaging import outbox
from app.messaging.card_time import card_time
from app.messaging.outbox import Promise


def confirm_booking(session: Session, event: booking.SlotBooked) -> None:
    """The confirmation card, at once."""
    promise = Promise(
        purpose="booking_confirmed",
        dedupe=f"booking:{event.booking_id}:confirmed",
        patient_id=event.patient_id,
        fields={"what": event.package_name, "when": card_time(event.starts_at), "where": event.site_name},
        link=f"/h5/booking/{event.booking_id}",
        origin_kind="booking",
        origin_id=event.booking_id,
    )
    outbox.promise(session, promise, event.at)


def remind_of_booking(session: Session, event: booking.BookingReminderDue) -> None:
    """The evening before."""
    promise = Promise(
        purpose="booking_reminder",
        dedupe=f"booking:{event.booking_id}:reminder",
        patient_id=event.patient_id,
        fields={
            "what": event.package_name,
            "when": card_time(event.starts_at),
            "note": event.note,
        },
        link=f"/h5/booking/{event.booking_id}",
        origin_kind="booking",
        origin_id=event.booking_id,
        expires_at=event.starts_at,
    )
    outbox.promise(session, promise, event.at)


def stop_booking_messages(
    session: Session, event: booking.BookingCancelled | booking.CancelledAtDesk
) -> None:
    """Nobody is reminded of what is cancelled."""
    outbox.cancel_for(session, "booking", [event.booking_id], "预约已取消", event.at)


def tell_of_cancellation(session: Session, event: booking.CancelledAtDesk) -> None:
    """What somebody else cancelled, the patient hears."""
    promise = Promise(
        purpose="booking_cancelled",
        dedupe=f"booking:{event.booking_id}:cancelled",
        patient_id=event.patient_id,
        fields={
            "what": event.package_name,
            "when": card_time(event.starts_at),
            "note": "前台已为您取消，可重新预约",
        },
        link=f"/h5/booking/{event.booking_id}",
        origin_kind="booking",
        origin_id=event.booking_id,
    )
    outbox.promise(session, promise, event.at)
