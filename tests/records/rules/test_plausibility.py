from contextlib import nullcontext

import pytest

from app.core.errors import Invalid
from app.questionnaires.rules.blood_pressure import read_blood_pressure
from app.records.rules.plausibility import (
    HARD_LIMITS,
    check_plausible,
    check_pressure,
    suspicion,
)


@pytest.mark.parametrize("code", sorted(HARD_LIMITS))
def test_both_limits_are_plausible_and_beyond_them_nothing(code):
    low, high = HARD_LIMITS[code]
    assert check_plausible(code, low) == low
    assert check_plausible(code, high) == high
    for beyond in (low - 0.1, high + 0.1):
        with pytest.raises(Invalid) as caught:
            check_plausible(code, beyond)
        assert caught.value.field == code


@pytest.mark.parametrize("code, value, word", [("GLU", 126, "mg/dL"), ("SBP", 18, "kPa")])
def test_a_value_in_another_unit_is_asked_back(code, value, word):
    with pytest.raises(Invalid, match=word) as caught:
        check_plausible(code, value)
    assert caught.value.code == "unit_suspect"


def test_a_very_high_glucose_is_kept_but_asked_about():
    assert check_plausible("GLU", 45) == 45
    assert "mg/dL" in suspicion("GLU", 45)
    assert suspicion("GLU", 40) is None


def test_an_indicator_without_limits_passes():
    assert check_plausible("ALT", 5000) == 5000


def test_a_pressure_needs_the_systolic_above_the_diastolic():
    assert check_pressure(138, 86) == (138, 86)
    with pytest.raises(Invalid) as caught:
        check_pressure(86, 86)
    assert caught.value.code == "pressure_order"


@pytest.mark.parametrize(
    ("systolic", "diastolic", "believed"),
    [
        (300, 200, True),
        (301, 100, False),
        (40, 20, True),
        (39, 20, False),
        (210, 201, False),
        (60, 19, False),
        (18, 12, False),
    ],
)
def test_the_questionnaires_and_the_records_believe_the_same_pressures(systolic, diastolic, believed):
    for check in (
        lambda: check_pressure(systolic, diastolic),
        lambda: read_blood_pressure({"systolic": systolic, "diastolic": diastolic}, "bp"),
    ):
        with nullcontext() if believed else pytest.raises(Invalid):
            check()
