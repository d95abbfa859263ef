"""Words that speak of danger: marked on the talk, answered with the approved text, told to somebody."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.conversations.events import DangerWritten, RedFlagWritten
from app.conversations.rules.red_flags import RedFlag, gravest
from app.conversations.tables import Conversation, Line
from app.core.events import publish


def notice_danger(
    session: Session, conversation: Conversation, line: Line, heard_as: str, now: datetime
) -> RedFlag | None:
    """The gravest danger of this line, announced; None for none.

    The safety text answers once for a kind of danger while the patient waits: five frightened
    lines are not answered five times.
    """
    flag = gravest(line.body) or gravest(heard_as)
    if flag is None:
        return None
    if conversation.red_flag != flag.code:
        publish(session, DangerWritten(conversation.id, line.id, flag.advice_key, now))
    if conversation.red_flag is None or flag.urgency == "critical":
        conversation.red_flag = flag.code
    if conversation.patient_id is not None:
        publish(
            session,
            RedFlagWritten(
                conversation.patient_id,
                conversation.id,
                line.id,
                flag.title,
                flag.urgency,
                conversation.waiting_since or now,
                now,
            ),
        )
    return flag
