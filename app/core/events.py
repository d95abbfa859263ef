"""How one room tells the house that something happened: reactions run at once, in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

Reaction = Callable[[Session, Any], None]
Reactions = Mapping[type, Sequence[Reaction]]

SESSION_KEY = "reactions"


def publish(session: Session, event: object) -> None:
    """Run everything that app.reactions ties to this event; if one fails, all of it rolls back.

    Raises KeyError for an event that does not stand there, and when the session was not made by
    app.wiring: an event without listeners by accident would be a patient without an owner.
    """
    reactions: Reactions = session.info[SESSION_KEY]
    for react in reactions[type(event)]:
        react(session, event)
