"""Who activates a card: read from what was typed, checked once, the same for pages and API."""

from dataclasses import dataclass
from datetime import date

from app.patients.rules.identity import check_same_birth, read_id_number, read_name, read_phone
from app.patients.tables import Patient


@dataclass(frozen=True)
class Person:
    """A person with sound fields; `sex` is female or male."""

    name: str
    phone: str
    phone_verified: bool
    id_number: str
    birth_on: date
    sex: str


def read_person(
    *, name: str, phone: str, phone_verified: bool, id_number: str, birth_on: date | None, today: date
) -> Person:
    """Check everything a person gave. Raises Invalid naming the first field at fault.

    A birth date is only needed from those who give one: the ID number says it, and the two must agree.
    """
    sound_name = read_name(name)
    sound_phone = read_phone(phone)
    number = read_id_number(id_number, today)
    if birth_on is not None:
        check_same_birth(number, birth_on)
    return Person(sound_name, sound_phone, phone_verified, number.number, number.birth_on, number.sex)


def person_on_record(patient: Patient) -> Person | None:
    """The person of a record, for one more card; None when the record lacks the ID number or the phone."""
    if patient.id_number is None or patient.phone is None:
        return None
    return Person(
        patient.name, patient.phone, patient.phone_verified, patient.id_number, patient.birth_on, patient.sex
    )
