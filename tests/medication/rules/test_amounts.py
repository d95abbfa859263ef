"""An amount is a number with a unit, and not absurd."""

import pytest

from app.core.errors import Invalid
from app.medication.rules.amounts import ensure_amount


@pytest.mark.parametrize(
    "text",
    [
        "5 mg",
        "5mg",
        "５ｍｇ",
        "0.5 g",
        "2.5mg（半片）",
        "1片",
        "1-2 片",
        "1/2片",
        "半片",
        "一次两粒",
        "10万单位",
        "4 IU",
        "500 mg × 2片",
        "0.25 mg",
        "100 µg",
        "10 ml",
        "适量",
        "30 片",
        "1000 ml",
    ],
)
def test_what_stands_on_a_box_is_taken(text: str) -> None:
    ensure_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        "0 mg",
        "0.0片",
        "1/0片",
        "-5 mg",
        "5",
        "mg",
        "很多",
        "5 mg 99",
        "50000 mg",
        "31 片",
        "999999999 mg",
        "1001 ml",
        "1-99 片",
        "1e9",
        "5.mg",
    ],
)
def test_what_cannot_be_one_taking_is_refused_by_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        ensure_amount(text)
    assert (refused.value.code, refused.value.field) == ("dose", "dose")
