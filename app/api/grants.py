"""Subscription messages: which templates to ask for with wx.requestSubscribeMessage, and what was allowed."""

from typing import Literal

from flask import Response
from pydantic import Field

from app.api.answering import answer
from app.api.family import family
from app.api.problem import refusals
from app.api.shapes import Listed, Shown
from app.core.db import read_only
from app.http.doors import outside
from app.http.patient_auth import identity_api, visitor
from app.messaging import grants

api = family("grants", "订阅消息：请求授权哪些模板，现在的状态")


class Grant(Shown):
    template_id: str = Field(description="For wx.requestSubscribeMessage; three at most in one question.")
    purpose: str = Field(description="dose, followup_due or booking_reminder.", examples=["dose"])
    title: str = Field(examples=["用药提醒"])
    long_term: bool = Field(description="Allowed once, it may be sent often; else each yes is one message.")
    state: Literal["allowed", "refused", "unasked"] = Field(
        description="`unasked`: never answered, or used up: ask again."
    )
    left: int = Field(description="Messages that may still be sent; 1 stands for any number if long_term.")


class Grants(Listed[Grant]):
    """Every template in use; all of them."""


@api.get("/subscription-templates", responses={200: Grants, **refusals()})
@identity_api
def subscription_templates() -> Response:
    """The templates to ask for, and my word on each.

    What is allowed is counted from WeChat's own events: there is nothing to send here after the question.
    """
    with read_only(outside().readers) as session:
        found = grants.asked_of(session, visitor().identity_id)
    return answer(
        Grants(
            items=[
                Grant(
                    template_id=each.template_id,
                    purpose=each.purpose,
                    title=each.title,
                    long_term=each.long_term,
                    state=each.state,
                    left=each.left,
                )
                for each in found
            ]
        )
    )
