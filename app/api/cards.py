"""Service cards: the one to activate, the ones activated."""

from typing import Annotated, Literal

from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.api.answering import answer
from app.api.family import family
from app.api.fitting import fitting
from app.api.phone_proofs import proven_phone
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Body, Day, DayIn, Listed, Moment, RowId, Shown, Write, text
from app.api.wechat_answers import field_keys
from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Invalid, NotFound, TooMany
from app.http.doors import outside
from app.http.limits import card_code_guesses, claim_guesses
from app.http.patient_auth import identity_api, patient_actor, visitor
from app.patients import cards, identities, reads
from app.patients.consent_texts import Purpose
from app.patients.person import Person, person_on_record, read_person
from app.patients.profiles import find
from app.patients.tables import WechatIdentity

api = family("cards", "服务卡：输入卡号、开卡、我的卡")


class CardCode(Write):
    code: Annotated[
        str, text(40), Field(description="As printed, however it was typed.", examples=["ABCD-EFGH-JKMN"])
    ]


class WhoActivates(Body):
    name: Annotated[str, text(64), Field(examples=["张三"])]
    id_number: Annotated[
        str, text(40), Field(description="18 characters, checked by GB 11643.", examples=["（18位身份证号）"])
    ]
    birth_on: Annotated[
        DayIn | None, Field(description="Checked against the ID number where given.", examples=["1960-05-01"])
    ] = None
    phone_proof: Annotated[
        str | None, text(400), Field(description="What POST /phone-number gave.", examples=["k1:…"])
    ] = None
    phone: Annotated[
        str | None, text(40), Field(description="Typed, where there is no proof.", examples=["（手机号）"])
    ] = None


class ConsentGiven(Body):
    purpose: Purpose
    version: Annotated[
        str, text(32), Field(description="Of the text that was read: GET /me/consents.", examples=["2026-03"])
    ]


class Activation(Write):
    card_id: RowId
    person: WhoActivates | None = Field(None, description="Not needed from somebody on record already.")
    consents: list[ConsentGiven] = Field(default=[], max_length=10)


class Card(Shown):
    id: RowId
    name: str
    serial: str
    description: str
    status: Literal["issued", "activated", "frozen"]
    activated_at: Moment | None
    expires_on: Day | None


class Cards(Listed[Card]):
    """The cards of this person, the newest first; all of them."""

    pending: Card | None = Field(description="Scanned or typed, and not activated yet.")


@api.get("/cards", responses={200: Cards})
@identity_api
def my_cards() -> Response:
    """My cards, and the one that waits for its activation."""
    known = visitor().patient_id
    with read_only(outside().readers) as session:
        mine = reads.cards_of(session, known) if known else []
        pending = reads.pending_card(session, visitor().identity_id)
    waiting = _shown(pending) if pending is not None and pending.status == "issued" else None
    return answer(Cards(items=[_shown(card) for card in mine], pending=waiting))


@api.post("/cards/pending", responses={200: Card, **refusals(404, 409, *WITH_BODY, 429)})
@identity_api
@fitting
def hold_card(body: CardCode) -> Response:
    """Type a card's code: the card waits for its activation. Wrong codes are counted."""
    who, known = visitor().identity_id, visitor().patient_id
    guesses = card_code_guesses()
    wait = max(each.seconds_to_wait() for each in guesses)
    if wait:
        raise TooMany("卡号输错太多次了，请稍后再试，或到服务台请我们帮忙。", retry_after=wait)

    def hold(session: Session) -> str:
        card = cards.card_by_code(session, body.code)
        cards.ensure_for(card, known)
        identities.hold_card(session, who, card.id)
        return card.id

    try:
        card_id = contend(outside().sessions, hold)
    except NotFound:
        for each in guesses:
            each.note_wrong()
        raise
    return answer(_one(card_id))


@api.post("/cards/activations", responses={201: Card, **refusals(404, 409, *WITH_BODY, 429)})
@identity_api
@fitting
def activate_card(body: Activation) -> Response:
    """Activate the card that waits, exactly once; the same person gets the same card again.

    What is typed wrongly may be mended at once; claims to be somebody on record are counted.
    """
    claims = claim_guesses()
    wait = claims.seconds_to_wait()
    if wait:
        raise TooMany("核对没有通过太多次了，请稍后再试，或带身份证到服务台办理。", retry_after=wait)
    who, actor, now = visitor().identity_id, patient_actor(), clock.now()
    given: dict[str, str] = {consent.purpose: consent.version for consent in body.consents}
    told = _person(body.person) if body.person else None

    def activate(session: Session) -> None:
        me = session.get_one(WechatIdentity, who)
        card = cards.find_card(session, body.card_id)
        if card.patient_id is not None and card.patient_id == me.patient_id:
            return
        if me.pending_card_id != card.id:
            raise NotFound("没有这张卡。", code="card_unknown")
        person = told or _on_record(session, me.patient_id)
        cards.activate(session, who, card, person, given, actor, now)

    try:
        contend(outside().sessions, activate)
    except (NotFound, Conflict):
        claims.note_wrong()
        raise
    return answer(_one(body.card_id), 201)


def _person(told: WhoActivates) -> Person:
    proof = told.phone_proof
    phone = proven_phone(field_keys(), visitor().identity_id, proof, clock.machine()) if proof else told.phone
    return read_person(
        name=told.name,
        phone=phone or "",
        phone_verified=proof is not None,
        id_number=told.id_number,
        birth_on=told.birth_on,
        today=clock.day_of(clock.now()),
    )


def _on_record(session: Session, patient_id: str | None) -> Person:
    person = person_on_record(find(session, patient_id)) if patient_id else None
    if person is None:
        raise Invalid("请填写姓名、身份证号和手机号。", code="person_needed", field="person")
    return person


def _one(card_id: str) -> Card:
    with read_only(outside().readers) as session:
        found = reads.card(session, card_id)
    if found is None:
        raise NotFound("没有这张卡。", code="card_unknown")
    return _shown(found)


def _shown(card: reads.PatientCard) -> Card:
    return Card(
        id=card.id,
        name=card.name,
        serial=card.serial,
        description=card.description,
        status=card.status,
        activated_at=card.activated_at,
        expires_on=card.expires_on,
    )
