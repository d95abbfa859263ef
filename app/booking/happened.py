"""A patient's check-ups on the timeline."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.booking.tables import Booking, Package, Slot
from app.core import clock
from app.core.happened import Happened, Place, older


def happened(session: Session, patient_id: str, behind: Place | None, most: int) -> list[Happened]:
    """Bookings as they were made, with how they stand."""
    rows = session.execute(
        select(Booking, Package.name, Slot.starts_at)
        .join(Package, Package.id == Booking.package_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.patient_id == patient_id, older(Booking.booked_at, Booking.id, behind))
        .order_by(Booking.booked_at.desc(), Booking.id.desc())
        .limit(most)
    )
    return [
        Happened(
            row.booked_at,
            row.id,
            "booking",
            f"预约体检：{name}",
            f"{clock.local(starts_at):%Y-%m-%d %H:%M} 到院",
            row.id,
            row.state,
        )
        for row, name, starts_at in rows
    ]
