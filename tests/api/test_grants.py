"""Which templates to ask for, and what this person has said to each."""

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import transaction
from app.messaging import grants
from app.messaging.tables import Template
from app.patients.tables import WechatIdentity
from app.wiring import Outside
from tests.api.conftest import Caller


@pytest.fixture
def templates(outside: Outside) -> dict[str, str]:
    """{purpose: template id}: one for good, one for a single message."""
    made = {"dose": "tpl-dose", "booking_reminder": "tpl-booking"}
    with transaction(outside.sessions) as session:
        session.add_all(
            Template(
                lane="mp_subscribe",
                purpose=purpose,
                wechat_template_id=template_id,
                title="提醒",
                keys={"thing1": "what"},
                long_term=purpose == "dose",
            )
            for purpose, template_id in made.items()
        )
    return made


def answer_popup(outside: Outside, **answers: str) -> None:
    """What WeChat's own event tells."""
    with transaction(outside.sessions) as session:
        identity = session.scalars(select(WechatIdentity.id)).one()
        grants.note_popup(session, identity, answers, clock.now())


def states(caller: Caller) -> dict[str, tuple[str, int]]:
    items = caller.get("/subscription-templates").get_json()["items"]
    return {each["purpose"]: (each["state"], each["left"]) for each in items}


def test_what_was_said_is_shown(newcomer: Caller, outside: Outside, templates: dict[str, str]) -> None:
    assert states(newcomer) == {"dose": ("unasked", 0), "booking_reminder": ("unasked", 0)}
    answer_popup(outside, **{templates["dose"]: "accept", templates["booking_reminder"]: "reject"})
    assert states(newcomer) == {"dose": ("allowed", 1), "booking_reminder": ("refused", 0)}


def test_what_is_used_up_may_be_asked_for_again(
    newcomer: Caller, outside: Outside, templates: dict[str, str]
) -> None:
    answer_popup(outside, **{templates["booking_reminder"]: "accept"})
    with transaction(outside.sessions) as session:
        identity = session.scalars(select(WechatIdentity.id)).one()
        grants.spend(session, identity, templates["booking_reminder"], clock.now(), clock.now())
    assert states(newcomer)["booking_reminder"] == ("unasked", 0)
