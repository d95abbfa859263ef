"""A card is activated exactly once, for one person, whoever races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core.db import read_only, transaction
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.patients import cards
from app.patients.person import Person
from app.patients.tables import Card, Consent, Patient, WechatIdentity
from app.wiring import Outside
from tests.factories.patients import (
    a_person,
    an_id_number,
    make_card,
    make_card_type,
    make_identity,
    make_patient,
)
from tests.factories.staff import make_account

ALL = {"health_data": "2026-03", "reminders": "2026-11"}
SOMEBODY = Actor("patient", "somebody")


def activate(
    outside: Outside,
    card: Card,
    person: Person,
    identity: WechatIdentity,
    now: datetime,
    consents: dict[str, str] | None = None,
) -> Card:
    with transaction(outside.sessions) as session:
        fresh = session.get_one(Card, card.id)
        return cards.activate(
            session, identity.id, fresh, person, ALL if consents is None else consents, SOMEBODY, now
        )


def make(outside: Outside, *makers: Callable[[Session], object]) -> list:
    with transaction(outside.sessions) as session:
        return [maker(session) for maker in makers]


def test_activation_makes_a_record_and_starts_the_card(outside: Outside, now: datetime) -> None:
    card, identity = make(outside, make_card, make_identity)
    person = a_person("欧阳芳", phone="13900000001")
    activate(outside, card, person, identity, now)
    with read_only(outside.readers) as session:
        patient = session.scalars(select(Patient)).one()
        kept = session.get_one(Card, card.id)
        assert (kept.status, kept.patient_id, kept.expires_on) == ("activated", patient.id, date(2027, 3, 2))
        assert (patient.name, patient.phone, patient.pinyin, patient.initials) == (
            "欧阳芳",
            "13900000001",
            "ouyangfang",
            "oyf",
        )
        assert session.get_one(WechatIdentity, identity.id).patient_id == patient.id
        assert {consent.purpose for consent in session.scalars(select(Consent))} == set(ALL)


def test_sixteen_people_race_for_one_card_and_one_gets_it(outside: Outside, now: datetime) -> None:
    (card,) = make(outside, make_card)
    racers = [(a_person(), identity) for identity in make(outside, *[make_identity] * 16)]

    def race(racer: tuple[Person, WechatIdentity]) -> str:
        try:
            activate(outside, card, racer[0], racer[1], now)
            return "won"
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(16) as threads:
        ends = list(threads.map(race, racers))
    assert sorted(ends) == ["card_used"] * 15 + ["won"]
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 1


def test_one_person_who_taps_sixteen_times_gets_one_record_and_the_same_card(
    outside: Outside, now: datetime
) -> None:
    card, identity = make(outside, make_card, make_identity)
    person = a_person()
    with ThreadPoolExecutor(16) as threads:
        got = list(threads.map(lambda _: activate(outside, card, person, identity, now).id, range(16)))
    assert set(got) == {card.id}
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 1
        assert session.scalar(select(func.count()).select_from(Consent)) == 2


def test_one_person_may_hold_two_cards(outside: Outside, now: datetime) -> None:
    first, second, identity = make(outside, make_card, make_card, make_identity)
    person = a_person()
    activate(outside, first, person, identity, now)
    activate(outside, second, person, identity, now, consents={})
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 1
        assert len({card.patient_id for card in session.scalars(select(Card))}) == 1


def test_a_used_card_is_refused_to_somebody_else(outside: Outside, now: datetime) -> None:
    card, first, second = make(outside, make_card, make_identity, make_identity)
    activate(outside, card, a_person(), first, now)
    with pytest.raises(Conflict) as refused:
        activate(outside, card, a_person(), second, now)
    assert refused.value.code == "card_used"


def test_a_wechat_that_belongs_to_somebody_cannot_activate_for_another(
    outside: Outside, now: datetime
) -> None:
    first, second, identity = make(outside, make_card, make_card, make_identity)
    activate(outside, first, a_person(), identity, now)
    with pytest.raises(Conflict) as refused:
        activate(outside, second, a_person(), identity, now)
    assert refused.value.code == "identity_taken"


def test_a_frozen_card_is_refused(outside: Outside, now: datetime) -> None:
    card, identity, clerk = make(
        outside, make_card, make_identity, lambda s: make_account(s, role="front_desk")
    )
    with transaction(outside.sessions) as session:
        cards.freeze(session, Actor("staff", clerk.id), card.id, now)
    with pytest.raises(Conflict) as refused:
        activate(outside, card, a_person(), identity, now)
    assert refused.value.code == "card_frozen"


def test_an_activated_card_cannot_be_frozen(outside: Outside, now: datetime) -> None:
    card, identity, clerk = make(
        outside, make_card, make_identity, lambda s: make_account(s, role="front_desk")
    )
    activate(outside, card, a_person(), identity, now)
    with pytest.raises(Conflict) as refused, transaction(outside.sessions) as session:
        cards.freeze(session, Actor("staff", clerk.id), card.id, now)
    assert refused.value.code == "card_used"


def test_nothing_is_kept_without_the_consent_to_health_data(outside: Outside, now: datetime) -> None:
    card, identity = make(outside, make_card, make_identity)
    with pytest.raises(Invalid) as refused:
        activate(outside, card, a_person(), identity, now, consents={"reminders": "2026-11"})
    assert refused.value.code == "consent_needed"
    with read_only(outside.readers) as session:
        assert session.get_one(Card, card.id).status == "issued"
        assert session.scalar(select(func.count()).select_from(Patient)) == 0


def test_a_consent_to_an_older_text_is_asked_for_again(outside: Outside, now: datetime) -> None:
    card, identity = make(outside, make_card, make_identity)
    with pytest.raises(Invalid) as refused:
        activate(outside, card, a_person(), identity, now, consents={"health_data": "2020-01"})
    assert refused.value.code == "consent_outdated"


NUMBER = an_id_number(number=400)


@pytest.mark.parametrize(
    "name, phone, verified, has_wechat, outcome",
    [
        ("王芳", "13900000001", True, False, "found"),
        ("王芳", "13900000002", False, False, "found"),
        ("王方", "13900000001", False, False, "found"),
        ("王方", "13900000002", True, False, "ask_the_desk"),
        ("王芳", "13900000001", True, True, "found"),
        ("王芳", "13900000001", False, True, "ask_the_desk"),
        ("王芳", "13900000002", True, True, "ask_the_desk"),
    ],
)
def test_a_record_under_the_same_id_number_is_found_and_never_taken_over(
    outside: Outside, now: datetime, name: str, phone: str, verified: bool, has_wechat: bool, outcome: str
) -> None:
    card, identity = make(outside, make_card, make_identity)
    with transaction(outside.sessions) as session:
        known = make_patient(session, name="王芳", phone="13900000001", id_number=NUMBER)
        if has_wechat:
            make_identity(session, known.id)
    person = a_person(name, phone=phone, id_number=NUMBER, phone_verified=verified)
    try:
        assert activate(outside, card, person, identity, now).patient_id == known.id
        assert outcome == "found"
    except Conflict as refused:
        assert refused.code == outcome


def test_the_code_is_found_however_it_is_typed(outside: Outside) -> None:
    make(outside, lambda s: make_card(s, code="A7K29QPX3MNB"))
    with read_only(outside.readers) as session:
        for typed in ("A7K29QPX3MNB", "a7k2-9qpx-3mnb", " Ａ７Ｋ２ 9QPX 3MNB "):
            assert cards.card_by_code(session, typed).code == "A7K29QPX3MNB"
        with pytest.raises(NotFound) as refused:
            cards.card_by_code(session, "A7K29QPX3MNC")
    assert refused.value.code == "card_code_unknown"


def test_a_batch_is_issued_once_per_request(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        clerk, kind = make_account(session, role="front_desk"), make_card_type(session)
    ids = []
    for _ in range(2):
        with transaction(outside.sessions) as session:
            ids.append(cards.issue_batch(session, Actor("staff", clerk.id), kind.id, 20, "r1", now).id)
    assert ids[0] == ids[1]
    with read_only(outside.readers) as session:
        issued = session.scalars(select(Card)).all()
        assert (
            len(issued) == len({card.code for card in issued}) == len({card.scene for card in issued}) == 20
        )
        assert all(len(card.scene) <= 64 for card in issued)


@pytest.mark.parametrize("other", ["count", "type", "note"])
def test_another_batch_under_the_same_request_is_refused(outside: Outside, now: datetime, other: str) -> None:
    with transaction(outside.sessions) as session:
        actor, kind = Actor("staff", make_account(session, role="front_desk").id), make_card_type(session)
        another = make_card_type(session, code="another")
        cards.issue_batch(session, actor, kind.id, 20, "r1", now, note="门诊")
        kind_id = another.id if other == "type" else kind.id
        count, note = 30 if other == "count" else 20, "住院" if other == "note" else "门诊"
        with pytest.raises(Conflict) as refused:
            cards.issue_batch(session, actor, kind_id, count, "r1", now, note=note)
        assert refused.value.code == "request_id_taken"
        assert "20 张" in refused.value.message


@pytest.mark.parametrize("count", [0, 201, -1])
def test_a_batch_of_impossible_size_is_refused(outside: Outside, now: datetime, count: int) -> None:
    with pytest.raises(Invalid) as refused, transaction(outside.sessions) as session:
        clerk, kind = make_account(session, role="front_desk"), make_card_type(session)
        cards.issue_batch(session, Actor("staff", clerk.id), kind.id, count, "r1", now)
    assert refused.value.code == "batch_size"


def test_private_fields_are_unreadable_in_the_database(outside: Outside, now: datetime) -> None:
    card, identity = make(outside, make_card, make_identity)
    person = a_person()
    activate(outside, card, person, identity, now)
    with outside.engine.connect() as connection:
        row = connection.execute(text("SELECT id_number, phone, id_blind, phone_blind FROM patients")).one()
        code = connection.execute(text("SELECT code, code_blind FROM cards")).one()
    for column in (*row, *code):
        assert person.id_number not in column
        assert person.phone not in column
        assert card.code not in column
    assert row[0].startswith("k1:")
