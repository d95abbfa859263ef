"""The ledger of subscriptions: what is taken back can be given again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.messaging import grants
from app.messaging.tables import Grant, Template
from app.wiring import Outside
from tests.factories.messaging import make_templates
from tests.factories.patients import make_identity, make_patient

MINUTE = timedelta(minutes=1)


class Ledger:
    """One patient in the mini-program and the row of one template."""

    def __init__(self, session: Session, now: datetime, purpose: str) -> None:
        make_templates(session, now)
        patient = make_patient(session)
        self.session = session
        self.who = make_identity(session, patient.id, app_kind="mp").id
        self.template_id = session.scalars(
            select(Template.wechat_template_id).where(
                Template.lane == "mp_subscribe", Template.purpose == purpose
            )
        ).one()

    def said(self, answer: str, now: datetime, popup: bool = False) -> None:
        note = grants.note_popup if popup else grants.note_change
        note(self.session, self.who, {self.template_id: answer}, now)

    def taken(self, called_at: datetime, now: datetime) -> None:
        grants.spend(self.session, self.who, self.template_id, called_at, now)

    @property
    def row(self) -> Grant:
        return self.session.scalars(select(Grant).where(Grant.identity_id == self.who)).one()

    @property
    def stands(self) -> tuple[int, bool]:
        """Credits left, and whether it is refused."""
        return self.row.credits, self.row.refused_at is not None


def test_switching_a_lasting_subscription_on_again_is_heard(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ledger = Ledger(session, now, "dose")
        ledger.said("accept", now, popup=True)
        ledger.said("reject", now + MINUTE)
        assert ledger.stands == (0, True)
        ledger.said("accept", now + 2 * MINUTE)
        assert ledger.stands == (1, False)


def test_switching_a_one_time_template_on_again_gives_no_send(outside: Outside, now: datetime) -> None:
    """Only the popup's accept earns one."""
    with transaction(outside.sessions) as session:
        ledger = Ledger(session, now, "booking_reminder")
        ledger.said("reject", now)
        ledger.said("accept", now + MINUTE)
        assert ledger.stands == (0, False)


def test_what_wechat_took_is_no_longer_refused(outside: Outside, now: datetime) -> None:
    """After a month the next message asks WeChat again; taken, the subscription stands as before."""
    with transaction(outside.sessions) as session:
        ledger = Ledger(session, now, "dose")
        ledger.said("accept", now, popup=True)
        grants.refuse(session, ledger.who, ledger.template_id, now + MINUTE)
        ledger.taken(now + 2 * MINUTE, now + 3 * MINUTE)
        assert ledger.stands == (1, False)


def test_a_refusal_that_came_during_the_call_stands(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ledger = Ledger(session, now, "dose")
        ledger.said("accept", now, popup=True)
        ledger.said("reject", now + 2 * MINUTE)
        ledger.taken(now + MINUTE, now + 3 * MINUTE)
        assert ledger.stands == (0, True)


@pytest.mark.parametrize(("accepts", "left"), [(1, 0), (2, 1)])
def test_each_one_time_send_uses_one_credit(outside: Outside, now: datetime, accepts: int, left: int) -> None:
    with transaction(outside.sessions) as session:
        ledger = Ledger(session, now, "booking_reminder")
        for _ in range(accepts):
            ledger.said("accept", now, popup=True)
        ledger.taken(now, now)
        assert ledger.stands == (left, False)
