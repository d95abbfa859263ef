"""The families of the mini-program API, in the order its documentation shows them."""

from collections.abc import Sequence

from flask_openapi3.blueprint import APIBlueprint

from app.api import (
    bookings,
    cards,
    grants,
    me,
    medication,
    messages,
    packages,
    phone,
    plan,
    questionnaires,
    readings,
    sessions,
    slots,
)

FAMILIES: Sequence[APIBlueprint] = tuple(
    each.api
    for each in (
        sessions,
        phone,
        cards,
        me,
        plan,
        questionnaires,
        readings,
        medication,
        packages,
        slots,
        bookings,
        messages,
        grants,
    )
)
