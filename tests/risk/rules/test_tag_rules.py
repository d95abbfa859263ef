from dataclasses import replace
from datetime import date

import pytest

from app.risk.rules.tag_rules import (
    ELDERLY,
    HYPERTENSION,
    IRREGULAR,
    UNCONTROLLED,
    Diagnosis,
    Facts,
    rethink,
    tags_for,
)

TODAY = date(2026, 3, 2)
YOUNG = Facts(birth_on=date(1980, 1, 1), today=TODAY)


def names(facts: Facts) -> list[str]:
    return [tag.tag for tag in tags_for(facts)]


@pytest.mark.parametrize(
    "diagnosis, tagged",
    [
        (Diagnosis("原发性高血压", "I10"), True),
        (Diagnosis("高血压性心脏病", "I11.9"), True),
        (Diagnosis("高血压 2 级"), True),
        (Diagnosis("继发性高血压", "I15.0"), True),
        (Diagnosis("否认高血压"), False),
        (Diagnosis("无高血压"), False),
        (Diagnosis("2 型糖尿病", "E11.9"), False),
        (Diagnosis("肺动脉高血压", "I27.0"), False),
    ],
)
def test_a_diagnosis_of_hypertension(diagnosis, tagged):
    assert (HYPERTENSION in names(replace(YOUNG, diagnoses=(diagnosis,)))) is tagged


def test_the_programme_is_evidence_too():
    tag = tags_for(replace(YOUNG, pathways=frozenset({"hypertension"})))[0]
    assert (tag.tag, tag.evidence) == (HYPERTENSION, "在高血压随访中")


@pytest.mark.parametrize("birth_on, elderly", [(date(1961, 3, 2), True), (date(1961, 3, 3), False)])
def test_old_age_begins_on_the_birthday(birth_on, elderly):
    assert (ELDERLY in names(replace(YOUNG, birth_on=birth_on))) is elderly


def test_an_uncontrolled_visit_is_tagged_with_its_pressure():
    tag = tags_for(replace(YOUNG, uncontrolled=True, last_pressure="150/95"))[0]
    assert (tag.tag, tag.evidence) == (UNCONTROLLED, "最近一次随访血压未达标（150/95）")
    assert names(replace(YOUNG, uncontrolled=False)) == names(YOUNG) == []


@pytest.mark.parametrize(
    "answer, tagged", [("regular", False), ("intermittent", True), ("none", True), (None, False)]
)
def test_irregular_medicine(answer, tagged):
    assert (IRREGULAR in names(replace(YOUNG, medication_adherence=answer))) is tagged


def test_a_tag_ends_when_its_reason_ends():
    change = rethink(replace(YOUNG, uncontrolled=False), {UNCONTROLLED}, set())
    assert (change.to_set, change.to_end) == ((), (UNCONTROLLED,))


def test_a_tag_that_stands_is_not_set_again():
    change = rethink(replace(YOUNG, uncontrolled=True), {UNCONTROLLED}, set())
    assert change.to_set == () and change.to_end == ()


def test_what_a_person_set_is_left_alone():
    change = rethink(YOUNG, set(), {UNCONTROLLED, "VIP"})
    assert change.to_set == () and change.to_end == ()
    held = rethink(replace(YOUNG, uncontrolled=True), set(), {UNCONTROLLED})
    assert held.to_set == ()
