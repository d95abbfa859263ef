"""Links in messages: short, signed, bound to one person and one task, and they end.

The signature opens nothing by itself: WeChat's silent sign-in says who is there, and the link says
whose it is. So a card that was forwarded shows a friend nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from app.core import masks
from app.core.errors import NotFound

GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Link:
    """Whose link it is, and whether its time is over."""

    patient_id: str
    expired: bool


def path_for(task_id: str, patient_id: str, now: datetime) -> str:
    """The path of this person's form, as a message carries it."""
    return f"/h5/tasks/{task_id}?k={sign(task_id, patient_id, now)}"


def sign(task_id: str, patient_id: str, now: datetime) -> str:
    """A token for this task and this person, good for GOOD_FOR."""
    return str(_serializer(task_id).dumps([patient_id, int((now + GOOD_FOR).timestamp())]))


def read(task_id: str, token: str, now: datetime) -> Link:
    """What the token says. Raises NotFound for one that was made for another task, or not by us."""
    try:
        patient_id, until = _serializer(task_id).loads(token)
    except BadSignature:
        raise NotFound("这个链接不对，请从消息里的卡片重新进入。", code="bad_link") from None
    return Link(patient_id, now >= datetime.fromtimestamp(until, UTC))


def _serializer(task_id: str) -> URLSafeSerializer:
    return URLSafeSerializer(masks.blind("questionnaires.links"), salt=f"task:{task_id}")
