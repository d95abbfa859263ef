"""Everything that happened to one patient in one stream: each room tells its part, newest first."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.alerts import happened as alerts
from app.booking import happened as booking
from app.conversations import happened as conversations
from app.core.happened import Happened, Place, newest
from app.core.paging import Page
from app.followup import happened as followup
from app.medication import happened as medication
from app.messaging import happened as messaging
from app.patients import happened as patients
from app.questionnaires import happened as questionnaires
from app.records import happened as records

Teller = Callable[[Session, str, Place | None, int], list[Happened]]

ROOMS: Sequence[Teller] = (
    patients.happened,
    alerts.happened,
    questionnaires.happened,
    followup.happened,
    records.happened,
    medication.happened,
    conversations.happened,
    messaging.happened,
    booking.happened,
)

PAGE = 30


def page_of(session: Session, patient_id: str, cursor: str | None, size: int = PAGE) -> Page[Happened]:
    """One page; as many queries as rooms, however long the story is."""
    behind = _place(cursor)
    told = [each for tell in ROOMS for each in tell(session, patient_id, behind, size + 1)]
    found = newest(told, behind, size + 1)
    if len(found) <= size:
        return Page(found, None)
    return Page(found[:size], _cursor(found[size - 1].place))


def _cursor(place: Place) -> str:
    return f"{place.at.isoformat()}~{place.id}"


def _place(cursor: str | None) -> Place | None:
    """The place a cursor names; a cursor that names none begins from the newest."""
    at, _, row_id = (cursor or "").partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Place(moment, row_id) if moment.tzinfo and row_id else None
