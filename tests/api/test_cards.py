"""From a code on a card to a plan: typed, activated once, and refused by name when it cannot be."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.followup.tables import Plan
from app.http.limits import CARD_CODES, CLAIMS
from app.patients.consent_texts import consent_texts
from app.patients.tables import Card, Patient
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.factories.patients import an_id_number, make_card, make_identity, make_patient
from tests.hospital import Phone

CODE = "ABCDEFGHJKMN"
CONSENTS = [{"purpose": each.purpose, "version": each.version} for each in consent_texts()]


@pytest.fixture
def card_id(outside: Outside) -> str:
    """An issued card with CODE on it."""
    with transaction(outside.sessions) as session:
        return make_card(session, code=CODE).id


def person(**more: str) -> dict[str, str]:
    return {"name": "王桂芳", "id_number": an_id_number(number=7), "phone": "13800001001", **more}


def activation(card_id: str, **more: Any) -> dict[str, Any]:
    return {"card_id": card_id, "person": person(), "consents": CONSENTS, **more}


def test_a_newcomer_types_the_code_and_becomes_a_patient_with_a_plan(
    newcomer: Caller, phone: Phone, card_id: str, outside: Outside
) -> None:
    assert newcomer.get("/cards").get_json() == {"items": [], "next_cursor": None, "pending": None}
    held = newcomer.post("/cards/pending", code="abcd-efgh jkmn").get_json()
    assert (held["id"], held["status"]) == (card_id, "issued")
    assert newcomer.get("/cards").get_json()["pending"] == held
    proof = newcomer.post("/phone-number", code=phone.phone_number_code()).get_json()["phone_proof"]
    who = {key: value for key, value in person(phone_proof=proof).items() if key != "phone"}
    answer = newcomer.post("/cards/activations", **activation(card_id, person=who))
    assert (answer.status_code, answer.get_json()["status"]) == (201, "activated")
    me = newcomer.get("/me").get_json()
    assert (me["name"], me["phone"], me["phone_verified"]) == ("王桂芳", "138****1001", True)
    assert newcomer.get("/plan").get_json()["plan"]["ahead"]
    assert [card["id"] for card in newcomer.get("/cards").get_json()["items"]] == [card_id]
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == 1


def test_a_double_tap_activates_once(newcomer: Caller, card_id: str, outside: Outside) -> None:
    newcomer.post("/cards/pending", code=CODE)
    tap = activation(card_id, request_id="one-tap-only")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: newcomer.post("/cards/activations", **tap), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 1


def test_a_second_card_asks_a_patient_for_nothing_again(patient: Caller, card_id: str) -> None:
    patient.post("/cards/pending", code=CODE)
    answer = patient.post("/cards/activations", card_id=card_id)
    assert answer.status_code == 201
    assert patient.get("/cards").get_json()["pending"] is None


@pytest.mark.parametrize(
    "change, status, code, field",
    [
        ({"id_number": an_id_number(number=7)[:-1] + "0"}, 422, "id_checksum", "id_number"),
        ({"id_number": "110101900307001"}, 422, "id_fifteen_digits", "id_number"),
        ({"name": "Smith"}, 422, "name_shape", "name"),
        ({"phone": "12"}, 422, "phone_shape", "phone"),
        ({"birth_on": "1950-01-01"}, 422, "birth_mismatch", "birth_on"),
        ({"phone_proof": "made-up"}, 422, "phone_proof_ended", "phone_proof"),
    ],
)
def test_a_person_who_does_not_add_up_is_refused_by_field(
    newcomer: Caller, card_id: str, change: dict[str, str], status: int, code: str, field: str
) -> None:
    newcomer.post("/cards/pending", code=CODE)
    answer = newcomer.post("/cards/activations", **activation(card_id, person=person(**change)))
    problem = answer.get_json()
    assert (answer.status_code, problem["code"], problem["field"]) == (status, code, field)
    assert all(value not in answer.text for value in change.values() if len(value) > 2)


@pytest.mark.parametrize(
    "change, code",
    [
        ({"consents": []}, "consent_needed"),
        ({"consents": [{"purpose": "health_data", "version": "1999-01"}]}, "consent_outdated"),
        ({"person": None}, "person_needed"),
    ],
)
def test_what_is_missing_is_asked_for(
    newcomer: Caller, card_id: str, change: dict[str, Any], code: str
) -> None:
    newcomer.post("/cards/pending", code=CODE)
    answer = newcomer.post("/cards/activations", **activation(card_id, **change))
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


def test_a_card_nobody_showed_us_cannot_be_activated(newcomer: Caller, card_id: str) -> None:
    assert newcomer.post("/cards/activations", **activation(card_id)).status_code == 404
    assert newcomer.post("/cards/activations", **activation(new_id())).status_code == 404


def test_a_used_card_is_refused(patient: Caller, newcomer: Caller, card_id: str) -> None:
    newcomer.post("/cards/pending", code=CODE)
    patient.post("/cards/pending", code=CODE)
    patient.post("/cards/activations", card_id=card_id)
    assert newcomer.post("/cards/pending", code=CODE).get_json()["code"] == "card_used"
    answer = newcomer.post("/cards/activations", **activation(card_id))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "card_used")


def test_a_frozen_card_is_refused(newcomer: Caller, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        make_card(session, code=CODE, status="frozen")
    answer = newcomer.post("/cards/pending", code=CODE)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "card_frozen")


def test_who_guesses_codes_has_to_wait(newcomer: Caller, card_id: str) -> None:
    for _ in range(CARD_CODES.amount):
        assert newcomer.post("/cards/pending", code="NNNNNNNNNNNN").get_json()["code"] == "card_code_unknown"
    answer = newcomer.post("/cards/pending", code=CODE)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many")
    assert int(answer.headers["Retry-After"]) > 60


def test_mistakes_of_typing_are_not_counted(newcomer: Caller, card_id: str) -> None:
    for _ in range(CARD_CODES.amount + 1):
        assert newcomer.post("/cards/pending").status_code == 422
        assert newcomer.post("/cards/activations", card_id="short").status_code == 422
    assert newcomer.post("/cards/pending", code=CODE).status_code == 200
    wrong = activation(card_id)
    wrong["person"]["id_number"] = wrong["person"]["id_number"][:-1] + "?"
    for _ in range(CLAIMS.amount + 1):
        assert newcomer.post("/cards/activations", **wrong).get_json()["code"] == "id_shape"
    assert newcomer.post("/cards/activations", **activation(card_id)).status_code == 201


def test_who_claims_to_be_somebody_on_record_again_and_again_has_to_wait(
    newcomer: Caller, card_id: str, outside: Outside
) -> None:
    claim = activation(card_id)
    with transaction(outside.sessions) as session:
        known = make_patient(session, name="赵敏", id_number=claim["person"]["id_number"])
        make_identity(session, known.id)
    newcomer.post("/cards/pending", code=CODE)
    for _ in range(CLAIMS.amount):
        assert newcomer.post("/cards/activations", **claim).get_json()["code"] == "ask_the_desk"
    answer = newcomer.post("/cards/activations", **claim)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many")


def test_the_code_never_comes_back(newcomer: Caller, card_id: str, outside: Outside) -> None:
    assert CODE not in newcomer.post("/cards/pending", code=CODE).text
    with read_only(outside.readers) as session:
        assert session.get_one(Card, card_id).status == "issued"
