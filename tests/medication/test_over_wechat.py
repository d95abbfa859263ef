"""A dose reminder goes the legal way: the subscription, else the open chat, else one card a day."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.trail import Actor
from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import transaction
from app.medication.tables import Dose
from app.messaging.tables import Message, Template
from app.patients.consent_texts import HEALTH_DATA, consent_text
from app.patients.consents import give, withdraw
from app.wechat.tables import Callback
from tests.factories.joined import join, open_mini_program
from tests.factories.medication import make_regimen
from tests.factories.patients import on_the_phone
from tests.factories.staff import sign_in_as
from tests.factories.ward import Ward
from tests.hospital import Hospital, Phone


@pytest.fixture
def phone(hospital: Hospital) -> Phone:
    return hospital.phone("wang")


@pytest.fixture
def ward(hospital: Hospital, phone: Phone) -> Ward:
    return join(hospital, phone)


def prescribe(hospital: Hospital, ward: Ward, *hours_ahead: int) -> None:
    """A medicine to be taken in so many hours, every day."""
    now = clock.now()
    moments = sorted(clock.local(now + timedelta(hours=hours)) for hours in hours_ahead)
    with transaction(hospital.outside.sessions) as session:
        make_regimen(
            session,
            ward.patient.id,
            ward.nurse.id,
            now,
            times=tuple(sorted(f"{at:%H:%M}" for at in moments)),
            start_on=clock.day_of(now),
        )


def lanes(hospital: Hospital) -> list[tuple[str | None, str]]:
    with transaction(hospital.outside.sessions) as session:
        rows = session.execute(
            select(Message.lane, Message.state).where(Message.purpose == "dose").order_by(Message.due_at)
        )
        return [tuple(row) for row in rows]


def test_a_lasting_permission_comes_first(hospital: Hospital, phone: Phone, ward: Ward) -> None:
    open_mini_program(hospital, phone, ward)
    with transaction(hospital.outside.sessions) as session:
        template = session.scalars(
            select(Template.wechat_template_id).where(
                Template.lane == "mp_subscribe", Template.purpose == "dose"
            )
        ).one()
    phone.subscribe(template)
    phone.text("我想问个事")
    hospital.work()
    prescribe(hospital, ward, 2)
    hospital.travel(hours=2, minutes=1)
    assert [lane for lane, _ in lanes(hospital)] == ["mp_subscribe"]
    (card,) = phone.received("subscribe")
    assert "氨氯地平" in str(card)


def test_an_open_chat_comes_second_and_leads_to_the_page(
    hospital: Hospital, phone: Phone, client: FlaskClient, ward: Ward
) -> None:
    phone.text("我想问个事")
    hospital.work()
    prescribe(hospital, ward, 2)
    hospital.travel(hours=2, minutes=1)
    assert [lane for lane, _ in lanes(hospital)] == ["oa_custom"]
    assert "该吃药了：氨氯地平 5 mg" in phone.texts()[-1]
    on_the_phone(client, hospital.outside, ward.patient.id)
    with transaction(hospital.outside.sessions) as session:
        dose = session.scalars(select(Dose.id).where(Dose.state == "due")).one()
    client.post("/h5/medication/take", data={"dose_ids": dose, "request_id": "request-0001"})
    with transaction(hospital.outside.sessions) as session:
        sign_in_as(client, session, ward.nurse)
    assert (
        "已确认 <strong>1</strong> / 应吃 <strong>1</strong>"
        in client.get(f"/console/patients/{ward.patient.id}").text
    )


def test_without_either_one_card_a_day_tells_of_the_whole_day(
    hospital: Hospital, phone: Phone, ward: Ward
) -> None:
    # From just after midnight, so that both doses lie on one day.
    tomorrow = clock.start_of(clock.day_of(clock.now()) + timedelta(days=1))
    hospital.travel(seconds=(tomorrow - clock.now()).total_seconds() + 3600)
    prescribe(hospital, ward, 7, 12)
    hospital.travel(hours=14)
    assert [lane for lane, _ in lanes(hospital)][:1] == ["oa_template"]
    (card,) = phone.cards()
    assert "今天共2次，点开看全部" in str(card)
    assert (
        phone.tap(card) == f"{hospital.outside.settings.public_url}/h5/medication/{clock.day_of(clock.now())}"
    )
    # The evening's reminder has no card left; it is on the page that the morning's card leads to.
    assert [state for _, state in lanes(hospital)][1] == "merged"


def test_a_card_that_was_not_delivered_keeps_no_other_back(
    hospital: Hospital, phone: Phone, ward: Ward
) -> None:
    """The day's only card failed: the next moment's may go."""
    tomorrow = clock.start_of(clock.day_of(clock.now()) + timedelta(days=1))
    hospital.travel(seconds=(tomorrow - clock.now()).total_seconds() + 3600)
    prescribe(hospital, ward, 7, 12)
    hospital.fault("/cgi-bin/message/template/send", "system_failed")
    hospital.travel(hours=14)
    assert lanes(hospital) == [("oa_template", "failed"), ("oa_template", "delivered")]
    assert len(phone.cards()) == 1


def test_a_dose_told_after_the_consent_was_withdrawn_is_a_line_for_the_nurse(
    hospital: Hospital, phone: Phone, ward: Ward
) -> None:
    prescribe(hospital, ward, 1)
    with transaction(hospital.outside.sessions) as session:
        actor, version = Actor("patient", ward.patient.id), consent_text(HEALTH_DATA).version
        give(session, actor, ward.patient.id, HEALTH_DATA, version, clock.now())
        withdraw(session, actor, ward.patient.id, HEALTH_DATA, clock.now())
    phone.text("吃了")
    hospital.work()
    with transaction(hospital.outside.sessions) as session:
        assert session.scalars(select(Callback.state).where(Callback.kind == "text")).all() == ["done"]
        assert session.scalars(select(Dose).where(Dose.state == "taken")).all() == []
        talk = session.scalars(select(Conversation)).one()
        assert talk.waiting_since is not None
        assert "吃了" in session.scalars(select(Line.body).where(Line.author_kind == "patient")).all()
