"""Lines for tests, as WeChat brings them."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.conversations.inbox import receive
from app.conversations.tables import Line
from app.core.ids import new_id
from app.patients.tables import WechatIdentity


def make_patient_line(
    session: Session,
    identity: WechatIdentity,
    text: str,
    now: datetime,
    *,
    key: str | None = None,
    answered: bool = True,
) -> Line:
    """Somebody wrote `text` in the chat; `answered` leaves the automatic receipt out of the picture."""
    return receive(
        session,
        identity.id,
        identity.patient_id,
        "text",
        text,
        None,
        key or new_id(),
        now,
        answered=answered,
    )
