"""What a page's fields say."""

import pytest

from app.questionnaires.rules.definition import parse
from app.questionnaires.rules.page_input import Half, raw_from_page
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM, form, option, question

FORM = parse(BLOOD_PRESSURE_FORM)
OWN_WORDS = parse(
    form(question("many", "open-choice", repeats=True, answerOption=[option("a", "甲"), option("b", "乙")]))
)


@pytest.mark.parametrize(
    ("link_id", "fields", "raw"),
    [
        ("bp", {"bp.systolic": ["138"], "bp.diastolic": [" 86 "]}, {"systolic": "138", "diastolic": "86"}),
        ("bp", {"bp.systolic": ["138"], "bp.diastolic": [""]}, Half.PRESSURE),
        ("bp", {"bp.systolic": [""], "bp.diastolic": [""]}, None),
        ("bp", {"bp.systolic": [""], "bp.absent": ["not_measured"]}, {"absent": "not_measured"}),
        ("bp", {"bp.systolic": ["138"], "bp.absent": ["not_measured"]}, Half.PRESSURE),
        (
            "bp",
            {"bp.systolic": ["138"], "bp.diastolic": ["86"], "bp.absent": ["not_measured"]},
            {"systolic": "138", "diastolic": "86"},
        ),
        ("taking", {"taking": ["regular"]}, "regular"),
        ("taking", {}, None),
        ("symptoms", {"symptoms": ["dizzy", "chest"]}, ["dizzy", "chest"]),
        ("symptoms", {}, None),
        ("smokes", {"smokes": ["yes"]}, True),
        ("smokes", {"smokes": ["no"]}, False),
        ("smokes", {"smokes": ["maybe"]}, None),
        ("pulse", {"pulse": ["72"]}, "72"),
        ("pulse", {"pulse": [" "]}, None),
        ("why", {"why": ["cost"], "why.other": [""]}, "cost"),
        ("why", {"why.other": ["在外地"]}, {"other": "在外地"}),
        ("note", {"note": ["都好"]}, "都好"),
    ],
)
def test_the_fields_of_one_question(link_id: str, fields: dict, raw: object) -> None:
    assert raw_from_page(FORM.by_link_id[link_id], fields) == raw


def test_own_words_join_the_ticked_options() -> None:
    item = OWN_WORDS.by_link_id["many"]
    assert raw_from_page(item, {"many": ["a"], "many.other": ["丙"]}) == ["a", {"other": "丙"}]
