"""Who I am, whom I look after, what I agreed to."""

import pytest

from app.patients.consent_texts import consent_texts
from tests.api.conftest import Caller


def test_private_numbers_are_masked(patient: Caller) -> None:
    me = patient.get("/me").get_json()
    assert me["id"] == patient.patient_id
    assert "*" in me["phone"] and "*" in me["id_number"]
    assert (me["sex"], me["large_type"], me["status"]) == ("女", False, "在管")


def test_large_type_is_remembered(patient: Caller) -> None:
    for on in (True, True, False):
        assert patient.patch("/me", large_type=on).get_json()["large_type"] is on
        assert patient.get("/me").get_json()["large_type"] is on


def test_the_family_is_so_far_oneself(patient: Caller) -> None:
    family = patient.get("/me/family").get_json()["items"]
    assert [(one["patient_id"], one["relation"]) for one in family] == [(patient.patient_id, "self")]


def test_a_newcomer_reads_what_will_be_asked(newcomer: Caller) -> None:
    asked = newcomer.get("/me/consents").get_json()["items"]
    assert [each["purpose"] for each in asked] == [each.purpose for each in consent_texts()]
    assert all(each["text"] and each["given_at"] is None for each in asked)


def test_a_consent_is_withdrawn_and_given_again(patient: Caller) -> None:
    def reminders() -> dict[str, str | None]:
        items = patient.get("/me/consents").get_json()["items"]
        return next(each for each in items if each["purpose"] == "reminders")

    version = reminders()["version"]
    assert reminders()["given_at"] is not None
    for _ in range(2):
        assert patient.post("/me/consents/reminders/withdrawal").status_code == 200
    assert reminders()["given_at"] is None
    for _ in range(2):
        assert patient.post("/me/consents/reminders", version=version).status_code == 200
    assert reminders()["given_version"] == version


@pytest.mark.parametrize(
    "purpose, version, status, code",
    [("reminders", "1999-01", 422, "consent_outdated"), ("advertising", "2026-03", 404, "consent_unknown")],
)
def test_what_cannot_be_agreed_to_is_refused(
    patient: Caller, purpose: str, version: str, status: int, code: str
) -> None:
    patient.post("/me/consents/reminders/withdrawal")
    answer = patient.post(f"/me/consents/{purpose}", version=version)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
