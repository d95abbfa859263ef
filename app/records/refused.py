"""What was refused and heard all the same, remembered, so that the same sent again is heard once."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.ids import token_hash
from app.core.once import keep_once
from app.records.tables import RefusedTelling


def is_first(session: Session, telling: str, now: datetime) -> bool:
    """Whether `telling` (whose it is, the request, what it says) comes for the first time."""
    _, is_new = keep_once(session, RefusedTelling(key=token_hash(telling), at=now), RefusedTelling.key)
    return is_new
