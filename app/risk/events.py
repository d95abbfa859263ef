"""What the risk room announces."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TagChanged:
    """A tag was set on, or taken from, a patient."""

    patient_id: str
    tag: str
    set: bool
    at: datetime
