"""Service cards: issued in batches, activated exactly once whoever races, frozen when lost."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core import clock
from app.core.db import changed
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.ids import new_code
from app.core.masks import blind
from app.core.months import months_later
from app.core.queue import ring
from app.core.typed import fitting
from app.patients.consents import give_all
from app.patients.enrolment import record_for
from app.patients.events import CardActivated
from app.patients.identities import relatives_of
from app.patients.person import Person
from app.patients.rules.card_codes import plain_code
from app.patients.tables import Card, CardBatch, CardType, Patient, WechatIdentity

LARGEST_BATCH = 200
DRAW_CODES = "patients.draw_card_codes"


def issue_batch(
    session: Session,
    actor: Actor,
    card_type_id: str,
    count: int,
    request_id: str,
    now: datetime,
    *,
    note: str = "",
) -> CardBatch:
    """Issue `count` cards (1 to 200) of a type; the same request_id gives the same batch again.

    Rings for the job that asks WeChat for the QR codes. Raises Invalid (card_type_unknown, batch_size,
    too_long), Conflict (request_id_taken) for another batch under a request that is kept already.
    """
    note = fitting(note, 128, "note", "备注")
    known = session.scalar(select(CardBatch).where(CardBatch.request_id == request_id))
    if known is not None:
        return _same_as(known, card_type_id, count, note)
    card_type = session.get(CardType, card_type_id)
    if card_type is None or not card_type.active:
        raise Invalid("请选择一种服务卡。", code="card_type_unknown", field="card_type_id")
    if not 1 <= count <= LARGEST_BATCH:
        raise Invalid(f"一批可以发 1 到 {LARGEST_BATCH} 张。", code="batch_size", field="count")
    batch = CardBatch(
        card_type_id=card_type.id,
        count=count,
        note=note,
        created_by=actor.id,
        created_at=now,
        request_id=request_id,
    )
    session.add(batch)
    session.flush()
    prefix = _free_prefix(session)
    session.add_all(_new_card(batch, f"{prefix}-{number:03d}") for number in range(1, count + 1))
    record_change(session, actor, "card_batch", batch.id, "issued", now, count=count, type=card_type.code)
    ring(session, DRAW_CODES)
    return batch


def _same_as(standing: CardBatch, card_type_id: str, count: int, note: str) -> CardBatch:
    if (standing.card_type_id, standing.count, standing.note) != (card_type_id, count, note):
        # Answering with the first batch would say "issued" of cards that nobody can print.
        raise Conflict(
            f"刚才这一页已经发了一批 {standing.count} 张，这一次还没有发。请核对后再按一次。",
            code="request_id_taken",
            field="request_id",
        )
    return standing


def card_by_code(session: Session, code: str) -> Card:
    """The card with this one-time code, however it was typed. Raises NotFound."""
    card = session.scalar(select(Card).where(Card.code_blind == blind(plain_code(code))))
    if card is None:
        raise NotFound(
            "没有这个卡号，请对着卡片再看一遍：卡号由 12 个字母和数字组成。",
            code="card_code_unknown",
            field="code",
        )
    return card


def activate(
    session: Session,
    identity_id: str,
    card: Card,
    person: Person,
    consents: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> Card:
    """Activate a card for a person, exactly once; the same person gets the same card again.

    `consents` is {purpose: version of the text that was read}; health_data must be among them.
    Publishes CardActivated. Raises Conflict: card_used, card_frozen, identity_taken, ask_the_desk;
    Invalid: consent_needed, consent_outdated.
    """
    won = _take(session, card, now)
    # Read again after the card is ours or another's: while we waited, the other may have tied this WeChat.
    identity = session.get_one(WechatIdentity, identity_id, populate_existing=True)
    if not won:
        return _taken(session, card, identity, person, actor, now)
    card_type = session.get_one(CardType, card.card_type_id)
    patient = record_for(session, identity, person, actor, now)
    card.patient_id = patient.id
    card.expires_on = months_later(clock.day_of(now), card_type.months)
    _tie(session, identity, patient)
    give_all(session, actor, patient.id, consents, now)
    record_change(
        session, actor, "card", card.id, "activated", now, patient_id=patient.id, type=card_type.code
    )
    session.flush()
    publish(session, CardActivated(patient.id, card.id, card_type.pathway_code, now))
    return card


class Held(Protocol):
    """What is known of a card before it is activated."""

    @property
    def status(self) -> str: ...
    @property
    def patient_id(self) -> str | None: ...


def ensure_for(card: Held, patient_id: str | None) -> None:
    """Raise Conflict (card_frozen, card_used) unless the card is free, or this patient's already."""
    if card.status == "frozen":
        raise Conflict("这张卡已经停用，请到服务台换一张。", code="card_frozen")
    if card.status == "activated" and (patient_id is None or card.patient_id != patient_id):
        raise Conflict("这张卡已经有人在用了。如果卡是刚拿到的，请到服务台换一张。", code="card_used")


def freeze(session: Session, actor: Actor, card_id: str, now: datetime) -> Card:
    """Stop a lost or misprinted card from being activated. Raises Conflict when it is in use already."""
    card = find_card(session, card_id)
    frozen = changed(
        session, update(Card).where(Card.id == card.id, Card.status == "issued").values(status="frozen")
    )
    session.refresh(card)
    if frozen:
        record_change(session, actor, "card", card.id, "frozen", now)
    elif card.status != "frozen":
        raise Conflict("这张卡已经激活，不能冻结。", code="card_used")
    return card


def find_card(session: Session, card_id: str) -> Card:
    """The card. Raises NotFound."""
    card = session.get(Card, card_id)
    if card is None:
        raise NotFound("没有这张卡。", code="card_unknown")
    return card


def _take(session: Session, card: Card, now: datetime) -> bool:
    """Win the card or not: one conditional UPDATE, so that of many racing exactly one goes on."""
    won = changed(
        session,
        update(Card)
        .where(Card.id == card.id, Card.status == "issued")
        .values(status="activated", activated_at=now),
    )
    session.refresh(card)
    return bool(won)


def _taken(
    session: Session, card: Card, identity: WechatIdentity, person: Person, actor: Actor, now: datetime
) -> Card:
    """The card is not to be won any more: the same person gets it again, anybody else a refusal."""
    owner = session.get(Patient, card.patient_id) if card.patient_id else None
    is_owner = owner is not None and owner.id_blind == blind(person.id_number)
    ensure_for(card, card.patient_id if is_owner else None)
    _tie(session, identity, record_for(session, identity, person, actor, now))
    return card


def _tie(session: Session, identity: WechatIdentity, patient: Patient) -> None:
    """This WeChat, in all of the hospital's accounts, speaks for this patient from now on."""
    for each in relatives_of(session, identity):
        each.patient_id, each.pending_card_id = patient.id, None


def _new_card(batch: CardBatch, serial: str) -> Card:
    code = new_code()
    return Card(
        batch_id=batch.id,
        card_type_id=batch.card_type_id,
        serial=serial,
        code=code,
        code_blind=blind(code),
        scene=f"card.{secrets.token_hex(12)}",
    )


def _free_prefix(session: Session) -> str:
    while True:
        prefix = new_code(4)
        if session.scalar(select(Card.id).where(Card.serial == f"{prefix}-001")) is None:
            return prefix
