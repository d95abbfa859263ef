"""Screens about issued cards: types to choose, batches with their numbers, the cards of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.masks import show_name
from app.core.paging import Page, cut
from app.patients.rules.card_codes import shown_code
from app.patients.tables import Card, CardBatch, CardType, Patient
from app.staff.tables import Account


@dataclass(frozen=True)
class BatchLine:
    """A batch and what became of its cards."""

    id: str
    card_type: str
    months: int
    count: int
    note: str
    issued_by: str
    created_at: datetime
    activated: int
    frozen: int
    without_qr: int
    """Cards whose QR WeChat has not given yet; the sheet waits for them."""


@dataclass(frozen=True)
class CardLine:
    """A card in its batch; the holder's name is masked, the desk does not need more."""

    id: str
    serial: str
    status: str
    holder: str
    activated_at: datetime | None


@dataclass(frozen=True)
class PrintedCard:
    """What is printed on a card."""

    serial: str
    code: str
    qr_url: str


def card_types(session: Session) -> Sequence[CardType]:
    """The types that may be issued, by name."""
    return session.scalars(select(CardType).where(CardType.active).order_by(CardType.name)).all()


def batches(session: Session, after: str | None, limit: int) -> Page[BatchLine]:
    """Batches, the newest first; `after` is the last id seen."""
    found = _batch_lines().order_by(CardBatch.id.desc()).limit(limit + 1)
    if after:
        found = found.where(CardBatch.id < after)
    return cut([BatchLine(*row) for row in session.execute(found)], limit, lambda line: line.id)


def batch(session: Session, batch_id: str) -> BatchLine:
    """One batch. Raises NotFound."""
    row = session.execute(_batch_lines().where(CardBatch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound("没有这一批服务卡。", code="batch_unknown")
    return BatchLine(*row)


def cards_in(session: Session, batch_id: str) -> list[CardLine]:
    """The cards of a batch in order of their serials."""
    rows = session.execute(
        select(Card.id, Card.serial, Card.status, Patient.name, Card.activated_at)
        .join(Patient, Patient.id == Card.patient_id, isouter=True)
        .where(Card.batch_id == batch_id)
        .order_by(Card.serial)
    )
    return [
        CardLine(card_id, serial, status, show_name(name) if name else "", activated_at)
        for card_id, serial, status, name, activated_at in rows
    ]


def to_print(session: Session, batch_id: str) -> list[PrintedCard]:
    """The cards that can still be activated and have their QR; used and frozen ones are not printed again."""
    rows = session.execute(
        select(Card.serial, Card.code, Card.qr_url)
        .where(Card.batch_id == batch_id, Card.status == "issued", Card.qr_url.is_not(None))
        .order_by(Card.serial)
    )
    return [PrintedCard(serial, shown_code(code), qr_url) for serial, code, qr_url in rows if qr_url]


def _batch_lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            CardBatch.id,
            CardType.name,
            CardType.months,
            CardBatch.count,
            CardBatch.note,
            Account.name,
            CardBatch.created_at,
            _number_of(Card.status == "activated"),
            _number_of(Card.status == "frozen"),
            _number_of(Card.qr_url.is_(None), Card.status == "issued"),
        )
        .join(CardType, CardType.id == CardBatch.card_type_id)
        .join(Account, Account.id == CardBatch.created_by)
    )


def _number_of(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Card)
        .where(Card.batch_id == CardBatch.id, *conditions)
        .correlate(CardBatch)
        .scalar_subquery()
    )
