"""What the messaging room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageFailed:
    """A message will not arrive: refused, failed, expired or of unknown fate."""

    message_id: str
    patient_id: str | None
    purpose: str
    state: str
    reason: str
    origin_kind: str | None
    origin_id: str | None
    urgent: bool
    at: datetime
