import pytest

from app.records.rules.dictionary import Range
from app.records.rules.reference_ranges import judge, range_for
from tests.records.rules.dictionary_file import DICTIONARY


@pytest.mark.parametrize(
    "code, value, level",
    [
        ("SBP", 139, "normal"),
        ("SBP", 140, "high"),
        ("SBP", 179, "high"),
        ("SBP", 180, "critical_high"),
        ("SBP", 89, "low"),
        ("DBP", 89, "normal"),
        ("DBP", 90, "high"),
        ("DBP", 110, "critical_high"),
        ("GLU", 6.1, "normal"),
        ("GLU", 6.2, "high"),
        ("GLU", 2.2, "critical_low"),
        ("GLU", 22.2, "critical_high"),
        ("HR", 60, "normal"),
        ("HR", 40, "critical_low"),
        ("HR", 130, "critical_high"),
        ("WEIGHT", 68.5, "unknown"),
    ],
)
def test_the_levels_at_their_limits(code, value, level):
    assert judge(DICTIONARY[code], value, "female").level == level


def test_women_and_men_have_their_own_range():
    assert judge(DICTIONARY["HGB"], 120, "female").level == "normal"
    assert judge(DICTIONARY["HGB"], 120, "male").level == "low"


def test_an_unknown_sex_is_judged_only_by_what_both_share():
    assert range_for(DICTIONARY["HGB"], None) == Range(None, None)
    assert range_for(DICTIONARY["SBP"], None) == Range(90, 140)


def test_a_judgement_says_whether_its_range_needs_review():
    assert judge(DICTIONARY["HR"], 70, "male").needs_review
    assert judge(DICTIONARY["SBP"], 120, "male").source
