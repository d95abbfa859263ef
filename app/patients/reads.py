"""Screens about patients: what a page shows of a person, their cards and their team."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core.masks import show_address, show_id_number, show_phone
from app.core.paging import Page
from app.patients import consents
from app.patients.consent_texts import HEALTH_DATA
from app.patients.profiles import STATUSES, find
from app.patients.rules.identity import age_on
from app.patients.search import search
from app.patients.tables import Card, CardType, Patient, WechatIdentity
from app.staff.reads import names
from app.staff.tables import Account

SEXES = {"female": "女", "male": "男"}


@dataclass(frozen=True)
class PatientCard:
    """A service card as its holder sees it."""

    id: str
    name: str
    serial: str
    status: str
    patient_id: str | None
    activated_at: datetime | None
    expires_on: date | None
    description: str


@dataclass(frozen=True)
class Summary:
    """Who a patient is, masked for the screen; ids for the doors."""

    id: str
    name: str
    sex: str
    age: int
    birth_on: date
    phone: str
    phone_verified: bool
    id_number: str
    address: str
    """Only its beginning: the street and number stay hidden."""
    status: str
    status_code: str
    doctor_id: str | None
    doctor: str
    nurse_id: str | None
    nurse: str
    archive_completed_at: datetime | None
    cards: Sequence[PatientCard]
    withdrawn_at: datetime | None
    """When the consent to health data was taken back; None while it stands, or was never asked."""
    following: bool
    """Whether any of the patient's WeChats follows the service account: the lane for messages."""


def summary(session: Session, patient_id: str, today: date) -> Summary:
    """What stands at the head of a patient page. Raises NotFound."""
    patient = find(session, patient_id)
    team = names(session, [patient.doctor_id, patient.nurse_id])
    taken_back = consents.withdrawn(session, patient_id).get(HEALTH_DATA)
    follows = session.scalar(
        select(func.count())
        .select_from(WechatIdentity)
        .where(WechatIdentity.patient_id == patient_id, WechatIdentity.following)
    )
    return Summary(
        id=patient.id,
        name=patient.name,
        sex=SEXES[patient.sex],
        age=age_on(patient.birth_on, today),
        birth_on=patient.birth_on,
        phone=show_phone(patient.phone),
        phone_verified=patient.phone_verified,
        id_number=show_id_number(patient.id_number),
        address=show_address(patient.address),
        status=STATUSES[patient.status],
        status_code=patient.status,
        doctor_id=patient.doctor_id,
        doctor=team.get(patient.doctor_id or "", ""),
        nurse_id=patient.nurse_id,
        nurse=team.get(patient.nurse_id or "", ""),
        archive_completed_at=patient.archive_completed_at,
        cards=cards_of(session, patient_id),
        withdrawn_at=taken_back.withdrawn_at if taken_back else None,
        following=bool(follows),
    )


@dataclass(frozen=True)
class PatientLine:
    """A patient in the list, masked."""

    id: str
    name: str
    sex: str
    age: int
    phone: str
    id_number: str
    status_code: str
    doctor: str
    nurse: str


def listed(session: Session, text: str, after: str | None, limit: int, today: date) -> Page[PatientLine]:
    """A page of the patients a text may mean, with their team, in two queries."""
    page = search(session, text, after, limit)
    team = names(session, [each for patient in page.items for each in (patient.doctor_id, patient.nurse_id)])
    lines = [
        PatientLine(
            id=patient.id,
            name=patient.name,
            sex=SEXES[patient.sex],
            age=age_on(patient.birth_on, today),
            phone=show_phone(patient.phone),
            id_number=show_id_number(patient.id_number),
            status_code=patient.status,
            doctor=team.get(patient.doctor_id or "", ""),
            nurse=team.get(patient.nurse_id or "", ""),
        )
        for patient in page.items
    ]
    return Page(lines, page.next_cursor)


def patient_names(session: Session, patient_ids: Iterable[str | None]) -> dict[str, str]:
    """{patient id: name} for those that exist."""
    wanted = {patient_id for patient_id in patient_ids if patient_id}
    rows = session.execute(select(Patient.id, Patient.name).where(Patient.id.in_(wanted)))
    return {patient_id: name for patient_id, name in rows}


def cards_of(session: Session, patient_id: str) -> list[PatientCard]:
    """A patient's cards, the newest first."""
    return _cards(session, Card.patient_id == patient_id)


def card(session: Session, card_id: str) -> PatientCard | None:
    """One card by id."""
    return next(iter(_cards(session, Card.id == card_id)), None)


def pending_card(session: Session, identity_id: str) -> PatientCard | None:
    """The card this person scanned or typed and has not activated; whatever its state is by now."""
    waiting = select(WechatIdentity.pending_card_id).where(WechatIdentity.id == identity_id)
    return next(iter(_cards(session, Card.id == waiting.scalar_subquery())), None)


def nurse_name(session: Session, patient_id: str) -> str:
    """The responsible nurse's name, empty without one."""
    return (
        session.scalar(
            select(Account.name)
            .join(Patient, Patient.nurse_id == Account.id)
            .where(Patient.id == patient_id, Account.active)
        )
        or ""
    )


def _cards(session: Session, wanted: ColumnElement[bool]) -> list[PatientCard]:
    rows = session.execute(
        select(Card, CardType)
        .join(CardType, CardType.id == Card.card_type_id)
        .where(wanted)
        .order_by(Card.activated_at.desc(), Card.id.desc())
    )
    return [
        PatientCard(
            id=card.id,
            name=kind.name,
            serial=card.serial,
            status=card.status,
            patient_id=card.patient_id,
            activated_at=card.activated_at,
            expires_on=card.expires_on,
            description=kind.description,
        )
        for card, kind in rows
    ]
