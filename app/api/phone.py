"""The phone number behind WeChat's own button: shown masked, proven to the activation."""

from typing import Annotated

from flask import Response
from pydantic import Field

from app.api.family import family
from app.api.fitting import fitting
from app.api.phone_proofs import GOOD_FOR, prove
from app.api.problem import WITH_BODY, refusals
from app.api.shapes import Moment, Shown, Write, text
from app.api.wechat_answers import ask, field_keys, first_answer
from app.core import clock
from app.core.masks import show_phone
from app.http.doors import outside
from app.http.limits import PHONE_CODES, identity, limited
from app.http.patient_auth import identity_api, visitor

api = family("phone", "手机号：微信“获取手机号”按钮")


class PhoneCode(Write):
    code: Annotated[
        str,
        text(128),
        Field(description="What the getPhoneNumber button gave; once.", examples=["0f9E8d7C6b5A4f3E2d1C"]),
    ]


class Phone(Shown):
    phone: str = Field(description="Masked, to be shown.", examples=["138****0000"])
    phone_proof: str = Field(description="Send it with the card's activation.")
    good_until: Moment


@api.post("/phone-number", responses={200: Phone, **refusals(*WITH_BODY, 429, 503)})
@identity_api
@fitting
@limited(PHONE_CODES, identity)
def phone_number(body: PhoneCode) -> Response:
    """Exchange the code of WeChat's phone button for a proof of the number."""
    asker = visitor().identity_id
    shown = first_answer(f"phone:{asker}:{body.request_id}", lambda: _fetch(asker, body.code))
    return Response(shown, mimetype="application/json")


def _fetch(identity_id: str, code: str) -> str:
    number = ask(lambda: outside().wechat.phone_number(code))
    now = clock.machine()
    return Phone(
        phone=show_phone(number),
        phone_proof=prove(field_keys(), identity_id, number, now),
        good_until=now + GOOD_FOR,
    ).model_dump_json()
