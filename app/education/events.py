"""What the education room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class BroadcastApproved:
    """A second person approved a broadcast."""

    broadcast_id: str
    at: datetime


@dataclass(frozen=True)
class BroadcastFinished:
    """WeChat told the numbers of a broadcast."""

    broadcast_id: str
    at: datetime
