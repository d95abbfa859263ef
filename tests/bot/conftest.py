"""A patient on the ward with the hospital's own form open: what the chat's tests begin with."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.questionnaires import drafts
from app.questionnaires.tables import Response
from app.wiring import Outside
from tests.factories.followup import make_content, make_task
from tests.factories.ward import Ward, make_ward

FORM = "hypertension_followup"


@pytest.fixture
def session(outside: Outside) -> Iterator[Session]:
    """One transaction over the seeded content."""
    with transaction(outside.sessions) as opened:
        make_content(opened)
        yield opened


@pytest.fixture
def ward(session: Session) -> Ward:
    return make_ward(session)


@pytest.fixture
def draft(session: Session, ward: Ward, now: datetime) -> Response:
    """The hospital's own form, asked for and waiting."""
    task = make_task(session, ward.patient.id, form_code=FORM)
    return drafts.open_for_task(session, ward.patient.id, task.id, FORM, now)
