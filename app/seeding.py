"""Content from migrations/seeds/: loaded by key and version, as often as anybody likes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.booking import catalog as booking
from app.core.db import Sessions, transaction
from app.followup import catalog as followup
from app.messaging import templates as messages
from app.patients import catalog as patients
from app.questionnaires import advice
from app.questionnaires import catalog as questionnaires
from app.staff import workdays

SEEDS = Path(__file__).parent.parent / "migrations" / "seeds"

Loader = Callable[[Session, Path, datetime], str]
"""(session, seeds folder, now) → one line that says what was loaded; running it twice changes nothing."""

LOADERS: Sequence[Loader] = (
    # one line a room
    workdays.load_seeds,
    patients.load_card_types,
    booking.load_seeds,
    advice.load_seeds,  # before the forms, whose flags name them
    questionnaires.load_seeds,
    followup.load_seeds,
    messages.load_seeds,
)


def seed_content(sessions: Sessions, now: datetime) -> list[str]:
    """Load every room's content; one transaction a room, so that one bad file stops only its own."""
    lines = []
    for load in LOADERS:
        with transaction(sessions) as session:
            lines.append(load(session, SEEDS, now))
    return lines
