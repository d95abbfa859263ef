"""Activating a card, step by step: which card, phone number, who, consents.

A step that is wrong comes back as it was typed; the sound values of earlier steps wait in the draft.
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Invalid
from app.core.masks import FieldKeys
from app.http.doors import outside
from app.http.limits import claim_guesses, phone_codes
from app.http.patient_auth import identity_page, patient_actor, visitor, visitor_reads_large
from app.patients import cards, reads
from app.patients.activation_draft import LASTS_SECONDS, Draft, pack, unpack
from app.patients.card_code_h5 import code_page
from app.patients.consent_texts import ConsentText, consent_texts
from app.patients.consents import active
from app.patients.person import Person, person_on_record, read_person
from app.patients.profiles import find, set_large_type
from app.patients.reads import PatientCard
from app.patients.rules.identity import read_id_number, read_name, read_phone
from app.wechat.client import WeChatError

log = structlog.get_logger(__name__)

pages = Blueprint("activation", __name__, url_prefix="/h5/activate")

DRAFT_COOKIE = "suihu_draft"
STEPS = ("phone", "person", "consents")
CARD_PAGE = "/h5/card"

Answer = Response | tuple[str, int] | str


@pages.get("")
@identity_page
def show() -> Answer:
    """The first step that is not done yet, or an earlier one (?step=) to go back to."""
    with read_only(outside().readers) as session:
        card = reads.pending_card(session, visitor().identity_id)
    if card is None:
        return redirect(CARD_PAGE) if visitor().patient_id else code_page()
    try:
        cards.ensure_for(card, visitor().patient_id)
    except Conflict as refused:
        return redirect(f"/h5/activate/closed/{refused.code}")
    if card.status == "activated":
        return redirect(CARD_PAGE)
    if _known_person():
        return _again_page(card)
    draft = _draft()
    wanted = request.args.get("step", "")
    step = wanted if wanted in STEPS[: draft.steps_done + 1] else STEPS[draft.steps_done]
    return _step_page(step, card, draft)


@pages.get("/closed/<why>")
@identity_page
def closed(why: str) -> str:
    """A card that cannot be opened here: what to do. It never says whose it is."""
    return render_template("h5/activate_closed.html", frozen=why == "card_frozen", known=visitor().patient_id)


@pages.get("/code")
@identity_page
def type_code() -> str:
    """Another card than the one that was scanned."""
    return code_page()


@pages.post("/phone")
@identity_page
def take_phone() -> Answer:
    """The phone number, from WeChat's button or typed."""
    card = _open_card()
    if card is None:
        return redirect("/h5/activate")
    typed, code = request.form.get("phone", ""), request.form.get("code", "")
    if code and phone_codes().take():
        problem = "点得太频繁了，请过一分钟再点，或者自己填手机号。"
        return _step_page("phone", card, _draft(), {"phone": problem}, {"phone": typed}), 429
    try:
        phone = read_phone(outside().wechat.phone_number(code) if code else typed)
    except WeChatError as error:
        log.warning("phone.not_given", kind=error.kind, errcode=error.errcode)
        problem = "微信没有给出手机号，请再点一次，或者自己填。"
        return _step_page("phone", card, _draft(), {"phone": problem}, {"phone": typed}), 422
    except Invalid as wrong:
        return _step_page("phone", card, _draft(), {"phone": wrong.message}, {"phone": typed}), 422
    return _keep(_draft().with_phone(phone, verified=bool(code)))


@pages.post("/person")
@identity_page
def take_person() -> Answer:
    """Name and ID number; the birth date is read from the number."""
    card = _open_card()
    if card is None:
        return redirect("/h5/activate")
    typed = {"name": request.form.get("name", ""), "id_number": request.form.get("id_number", "")}
    sound, errors = _read_each(typed)
    if errors:
        return _step_page("person", card, _draft(), errors, typed), 422
    return _keep(_draft().with_person(sound["name"], sound["id_number"]))


@pages.post("")
@identity_page
def activate() -> Answer:
    """The consents, and with them the card itself."""
    card = _open_card()
    if card is None:
        return redirect("/h5/activate")
    known, draft, given, now = _known_person(), _draft(), _given(), clock.now()
    if known is None and draft.steps_done < len(STEPS) - 1:
        return redirect("/h5/activate")
    person, claims = known or _drafted_person(draft), claim_guesses()
    if claims.seconds_to_wait():
        return _refused_page(card, "核对没有通过太多次了，请过十分钟再试，或带身份证到服务台办理。"), 429

    def take(session: Session) -> None:
        chosen = cards.find_card(session, card.id)
        opened = cards.activate(session, visitor().identity_id, chosen, person, given, patient_actor(), now)
        if known is None and visitor_reads_large() and opened.patient_id:
            set_large_type(session, opened.patient_id, True)

    try:
        contend(outside().sessions, take)
    except Invalid as wrong:
        errors = {wrong.field or "consents": wrong.message}
        page = _again_page(card, errors) if known else _step_page("consents", card, draft, errors, given)
        return page, 422
    except Conflict as refused:
        claims.note_wrong()
        return _refused_page(card, refused.message), 409
    answer = redirect(f"{CARD_PAGE}?new={card.id}")
    answer.delete_cookie(DRAFT_COOKIE, path="/h5/activate")
    return answer


def _refused_page(card: PatientCard, why: str) -> str:
    return render_template("h5/activate_refused.html", card=card, refusal=why)


def _known_person() -> Person | None:
    """The person on record who takes one more card; None for a newcomer."""
    known = visitor().patient_id
    if known is None:
        return None
    with read_only(outside().readers) as session:
        return person_on_record(find(session, known))


def _drafted_person(draft: Draft) -> Person:
    return read_person(
        name=draft.name,
        phone=draft.phone,
        phone_verified=draft.phone_verified,
        id_number=draft.id_number,
        birth_on=None,
        today=clock.day_of(clock.now()),
    )


def _given() -> dict[str, str]:
    """{purpose: version} of the boxes ticked."""
    purposes = [text.purpose for text in consent_texts()]
    return {purpose: request.form[purpose] for purpose in purposes if purpose in request.form}


def _read_each(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Every field on its own, so that all mistakes of the page are told at once."""
    today = clock.day_of(clock.now())
    readers = {"name": read_name, "id_number": lambda raw: read_id_number(raw, today).number}
    sound: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field, read in readers.items():
        try:
            sound[field] = read(typed[field])
        except Invalid as wrong:
            errors[field] = wrong.message
    return sound, errors


def _open_card() -> PatientCard | None:
    with read_only(outside().readers) as session:
        card = reads.pending_card(session, visitor().identity_id)
    return card if card is not None and card.status == "issued" else None


def _again_page(card: PatientCard, errors: Mapping[str, str] | None = None) -> str:
    """One more card for somebody we know: nothing to type, only what is not agreed to is asked."""
    with read_only(outside().readers) as session:
        held = active(session, visitor().patient_id or "")
    texts = [text for text in consent_texts() if text.purpose not in held]
    return render_template(
        "h5/activate_again.html", card=card, texts=texts, errors=errors or {}, typed=_given()
    )


def _step_page(
    step: str,
    card: PatientCard,
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        f"h5/activate_{step}.html",
        card=card,
        draft=draft,
        errors=errors or {},
        typed=typed or {},
        step=STEPS.index(step) + 1,
        steps=len(STEPS),
        in_mini_program=visitor().app_kind == "mp",
        **(_told(draft) if step == "consents" else {}),
    )


def _told(draft: Draft) -> dict[str, Any]:
    """What was told so far, to be looked over, and the texts to agree to.

    In full: a wrong digit under a star is found by nobody, and it was she who typed it.
    """
    number = read_id_number(draft.id_number, clock.day_of(clock.now()))
    born = number.birth_on
    texts: tuple[ConsentText, ...] = consent_texts()
    return {
        "texts": texts,
        "facts": [
            ("姓名", draft.name),
            ("性别", reads.SEXES[number.sex]),
            ("出生日期", f"{born.year}年{born.month}月{born.day}日"),
            ("身份证号", _in_groups(draft.id_number, 6, 8, 4)),
            ("手机号", _in_groups(draft.phone, 3, 4, 4)),
        ],
    }


def _in_groups(number: str, *lengths: int) -> str:
    """138 0000 1001: a long number is compared group by group."""
    ends = list(accumulate(lengths))
    parts = [number[end - length : end] for length, end in zip(lengths, ends, strict=True)]
    return " ".join(part for part in [*parts, number[ends[-1] :]] if part)


def _keys() -> FieldKeys:
    return FieldKeys(outside().settings.field_keys)


def _draft() -> Draft:
    return unpack(request.cookies.get(DRAFT_COOKIE), _keys(), visitor().identity_id)


def _keep(draft: Draft) -> Response:
    """On to the next step, with the draft in the browser."""
    answer = redirect("/h5/activate")
    answer.set_cookie(
        DRAFT_COOKIE,
        pack(draft, _keys(), visitor().identity_id),
        max_age=LASTS_SECONDS,
        path="/h5/activate",
        httponly=True,
        samesite="Lax",
        secure=outside().settings.public_url.startswith("https://"),
    )
    return answer
