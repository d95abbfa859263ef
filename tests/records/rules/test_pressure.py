"""The limit of an emergency, and the one other file that has to spell it: the form's own flag."""

import pytest
import yaml

from app.records.rules.pressure import EMERGENCY_MMHG, is_emergency_pressure


@pytest.mark.parametrize(
    ("systolic", "diastolic", "danger"),
    [
        (180, 80, True),
        (150, 110, True),
        (179, 109, False),
        (180, None, True),
        (179, None, False),
        (None, 110, True),
        (None, 109, False),
        (None, None, False),
    ],
)
def test_either_number_alone_can_be_an_emergency(
    systolic: int | None, diastolic: int | None, danger: bool
) -> None:
    assert is_emergency_pressure(systolic, diastolic) is danger


def test_the_form_flags_at_the_same_limit() -> None:
    with open("migrations/seeds/questionnaires/hypertension_followup.yaml", encoding="utf-8") as file:
        flags = {
            flag["code"]: flag["when"]["any"]
            for flag in yaml.safe_load(file)["flags"]
            if "any" in flag["when"]
        }
    assert [(each["question"], each["answer"]) for each in flags["bp_emergency"]] == [
        ("bp.systolic", EMERGENCY_MMHG[0]),
        ("bp.diastolic", EMERGENCY_MMHG[1]),
    ]
