"""Messages and templates for tests."""

from dataclasses import replace
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from app.messaging import outbox, templates
from app.messaging.outbox import Promise
from app.messaging.tables import Message
from app.seeding import SEEDS

_NUMBERS = count(1)
WHEN = "2026年3月2日 10:00"


def make_templates(session: Session, now: datetime) -> None:
    """The seeds' templates with the ids that the emulated WeChat knows."""
    templates.load_seeds(session, SEEDS, now)
    session.flush()
    templates.use_demo_ids(session, SEEDS)
    session.flush()


def a_promise(purpose: str = "followup_due", **more: object) -> Promise:
    """A follow-up reminder, another one at each call; say at least whom it is for."""
    promise = Promise(
        purpose=purpose,
        dedupe=f"test:{next(_NUMBERS)}",
        fields={
            "what": "高血压随访",
            "when": WHEN,
            "who": "李芳护士",
            "where": "健康管理中心",
            "note": "带身份证",
        },
        link="/h5/tasks/1",
    )
    return replace(promise, **more)  # type: ignore[arg-type]


def make_message(session: Session, now: datetime, purpose: str = "followup_due", **more: object) -> Message:
    """A message owed; say at least whom it is for."""
    return outbox.promise(session, a_promise(purpose, **more), now)
