"""Finding a patient: by name, pinyin, initials, phone or ID number, whole or by the last four, or a card.

Phone and ID numbers are encrypted; they are found by their blind indexes, so only whole or by the tail.
"""

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from app.core.masks import blind
from app.core.paging import Page, cut
from app.patients.rules.searching import Wanted, read_search
from app.patients.tables import Card, Patient


def search(session: Session, text: str, after: str | None, limit: int) -> Page[Patient]:
    """Patients that `text` may mean, the newest first; all of them for an empty text.

    `after` is the last id seen. A text that can mean no patient finds none.
    """
    found = select(Patient).order_by(Patient.id.desc()).limit(limit + 1)
    if text.strip():
        found = found.where(means(text))
    if after:
        found = found.where(Patient.id < after)
    return cut(session.scalars(found).all(), limit, lambda patient: patient.id)


def means(text: str) -> ColumnElement[bool]:
    """The condition on Patient for everybody that `text` may mean; false when it can mean nobody."""
    ways = _ways(read_search(text))
    return or_(*ways) if ways else false()


def _ways(wanted: Wanted) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = []
    if wanted.phone:
        ways.append(Patient.phone_blind == blind(wanted.phone))
    if wanted.phone_tail:
        ways.append(Patient.phone_tail_blind == blind(wanted.phone_tail))
    if wanted.id_number:
        ways.append(Patient.id_blind == blind(wanted.id_number))
    if wanted.id_tail:
        ways.append(Patient.id_tail_blind == blind(wanted.id_tail))
    if wanted.serial:
        ways.append(Patient.id.in_(select(Card.patient_id).where(Card.serial == wanted.serial)))
    if wanted.card_code:
        held = select(Card.patient_id).where(Card.code_blind == blind(wanted.card_code))
        ways.append(Patient.id.in_(held))
    if wanted.name:
        ways.append(Patient.name.contains(wanted.name, autoescape=True))
    if wanted.pinyin:
        ways.append(Patient.pinyin.startswith(wanted.pinyin, autoescape=True))
        ways.append(Patient.initials.startswith(wanted.pinyin, autoescape=True))
    return ways
