"""Typing a card's one-time code, for those who hold a card and did not scan it."""

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.db import contend
from app.core.errors import Conflict, NotFound
from app.http.doors import outside
from app.http.limits import card_code_guesses
from app.http.patient_auth import identity_page, visitor
from app.patients import cards, identities

pages = Blueprint("card_code", __name__)


@pages.post("/h5/activate/code")
@identity_page
def take_code() -> Response | tuple[str, int]:
    """Remember the card; wrong codes are counted for the person and for the network they come from."""
    typed = request.form.get("code", "")
    guesses = card_code_guesses()
    wait = max(each.seconds_to_wait() for each in guesses)
    if wait:
        return code_page(
            f"卡号输错太多次了，请过 {-(-wait // 60)} 分钟再试，或到服务台请我们帮忙。", typed
        ), 429
    try:
        contend(outside().sessions, lambda session: _hold(session, typed))
    except NotFound as wrong:
        for each in guesses:
            each.note_wrong()
        return code_page(wrong.message, typed), 422
    except Conflict as refused:
        return code_page(refused.message, typed), 409
    return redirect("/h5/activate")


def _hold(session: Session, typed: str) -> None:
    card = cards.card_by_code(session, typed)
    cards.ensure_for(card, visitor().patient_id)
    identities.hold_card(session, visitor().identity_id, card.id)


def code_page(problem: str = "", typed: str = "") -> str:
    """Where the code is typed, with what was wrong with it."""
    return render_template("h5/activate_code.html", problem=problem, typed=typed)
