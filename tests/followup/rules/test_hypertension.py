from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.followup.rules.hypertension import Kind, PastVisit, Visit, classify
from app.followup.rules.symptoms import DANGER, DANGER_WHEN_HIGH, SOON_WHEN_HIGH, Symptom

UNCONTROLLED = PastVisit(uncontrolled=True)
SATISFIED = PastVisit(uncontrolled=False)


def visit(pressure: str = "130/80", age: int = 50, *symptoms: Symptom, **more: bool) -> Visit:
    systolic, diastolic = map(int, pressure.split("/"))
    return Visit(systolic, diastolic, age, frozenset(symptoms), **more)


@pytest.mark.parametrize(
    "pressure, age, kind",
    [
        ("139/89", 50, Kind.CONTROLLED),
        ("140/89", 50, Kind.FIRST_UNCONTROLLED),
        ("139/90", 50, Kind.FIRST_UNCONTROLLED),
        ("140/89", 64, Kind.FIRST_UNCONTROLLED),
        ("140/89", 65, Kind.CONTROLLED),
        ("149/89", 65, Kind.CONTROLLED),
        ("150/89", 65, Kind.FIRST_UNCONTROLLED),
        ("145/90", 65, Kind.FIRST_UNCONTROLLED),
        ("179/109", 50, Kind.FIRST_UNCONTROLLED),
        ("180/90", 50, Kind.EMERGENCY),
        ("179/110", 50, Kind.EMERGENCY),
        ("180/80", 80, Kind.EMERGENCY),
    ],
)
def test_the_limits_of_the_specification(pressure, age, kind):
    assert classify(visit(pressure, age)).kind is kind


def test_182_over_112_with_dizziness_is_an_emergency_seen_within_two_weeks():
    outcome = classify(visit("182/112", 58, Symptom.HEADACHE_DIZZINESS))
    assert outcome.kind is Kind.EMERGENCY
    assert outcome.next_visit_on(date(2026, 3, 2)) == date(2026, 3, 16)
    assert (outcome.advice_key, outcome.urgency) == ("bp_emergency", "critical")
    assert "182/112" in outcome.reasons[0].text
    assert "头痛头晕" in outcome.reasons[1].text


def test_a_controlled_reading_is_seen_again_in_three_months():
    outcome = classify(visit("128/78"))
    assert outcome.next_visit_on(date(2026, 11, 30)) == date(2027, 2, 28)
    assert (outcome.visit_code, outcome.urgency, outcome.review) == (1, None, ())


def test_a_first_uncontrolled_reading_is_seen_again_in_two_weeks():
    outcome = classify(visit("150/95"))
    assert outcome.next_visit_on(date(2026, 2, 20)) == date(2026, 3, 6)
    assert (outcome.kind, outcome.visit_code) == (Kind.FIRST_UNCONTROLLED, 2)


@pytest.mark.parametrize(
    "earlier, kind",
    [
        ([], Kind.FIRST_UNCONTROLLED),
        ([UNCONTROLLED], Kind.REFER),
        ([UNCONTROLLED, SATISFIED], Kind.FIRST_UNCONTROLLED),
        ([SATISFIED, UNCONTROLLED], Kind.REFER),
        ([UNCONTROLLED, UNCONTROLLED], Kind.REFER),
    ],
)
def test_only_two_uncontrolled_visits_in_a_row_are_referred(earlier, kind):
    outcome = classify(visit("150/95"), earlier)
    assert outcome.kind is kind
    assert outcome.next_visit.days == 14


def test_an_emergency_counts_as_uncontrolled_for_the_next_visit():
    emergency = classify(visit("190/100"))
    assert classify(visit("150/95"), [PastVisit(emergency.uncontrolled)]).kind is Kind.REFER


def test_a_reaction_at_a_controlled_pressure_still_means_two_weeks():
    outcome = classify(visit("130/80", adverse_reaction=True))
    assert (outcome.kind, outcome.visit_code, outcome.next_visit.days) == (Kind.ADVERSE_REACTION, 3, 14)


def test_a_reaction_at_an_uncontrolled_pressure_names_both_reasons():
    outcome = classify(visit("150/80", adverse_reaction=True))
    assert outcome.kind is Kind.FIRST_UNCONTROLLED
    assert len(outcome.reasons) == 2


@pytest.mark.parametrize(
    "now, earlier",
    [
        (visit(adverse_reaction=True, adverse_reaction_persists=True), []),
        (visit(adverse_reaction=True), [PastVisit(uncontrolled=False, adverse_reaction=True)]),
        (visit(new_complication=True), []),
    ],
)
def test_what_else_is_referred(now, earlier):
    outcome = classify(now, earlier)
    assert (outcome.kind, outcome.urgency, outcome.next_visit.days) == (Kind.REFER, "high", 14)


@pytest.mark.parametrize(
    "now", [visit("145/85", pregnant_or_lactating=True), visit("130/80", unmanageable_disease=True)]
)
def test_other_emergencies_of_the_list(now):
    assert classify(now).kind is Kind.EMERGENCY


def test_a_normal_pressure_in_pregnancy_is_no_emergency():
    assert classify(visit("120/75", pregnant_or_lactating=True)).kind is Kind.CONTROLLED


@pytest.mark.parametrize("symptom", sorted(DANGER))
def test_a_listed_danger_symptom_is_an_emergency_at_any_pressure(symptom):
    outcome = classify(visit("120/75", 50, symptom))
    assert (outcome.kind, outcome.advice_key) == (Kind.EMERGENCY, "danger_symptom")
    assert symptom.chinese in outcome.reasons[0].text


@pytest.mark.parametrize("symptom", sorted(DANGER_WHEN_HIGH))
def test_a_milder_symptom_is_an_emergency_only_while_the_pressure_is_high(symptom):
    assert classify(visit("140/80", 50, symptom)).kind is Kind.EMERGENCY
    assert classify(visit("130/90", 70, symptom)).kind is Kind.EMERGENCY
    below = classify(visit("139/89", 50, symptom))
    assert (below.kind, below.urgency) == (Kind.CONTROLLED, "normal")
    assert below.advice_key == "bp_controlled_with_complaint"
    assert symptom.chinese in below.review[0].text


@pytest.mark.parametrize("symptom", sorted(SOON_WHEN_HIGH))
def test_a_mild_symptom_at_a_high_pressure_is_for_the_same_day_and_no_emergency(symptom):
    outcome = classify(visit("152/96", 58, symptom))
    assert (outcome.kind, outcome.urgency) == (Kind.FIRST_UNCONTROLLED, "high")
    assert outcome.advice_key == "bp_high_with_complaint"
    assert "今天就联系患者" in outcome.review[0].text
    assert classify(visit("180/96", 58, symptom)).kind is Kind.EMERGENCY
    twice = classify(visit("152/96", 58, symptom), [PastVisit(uncontrolled=True)])
    assert (twice.kind, twice.urgency, twice.advice_key) == (Kind.REFER, "high", "bp_high_with_complaint")
    older = classify(visit("145/85", 70, symptom))
    assert (older.kind, older.urgency) == (Kind.CONTROLLED, "high")
    below = classify(visit("139/89", 50, symptom))
    assert (below.kind, below.urgency) == (Kind.CONTROLLED, "normal")


def test_other_complaints_are_shown_to_a_nurse():
    outcome = classify(visit("130/80", 50, Symptom.LEG_OEDEMA, Symptom.OTHER))
    assert outcome.kind is Kind.CONTROLLED
    assert "下肢水肿、其他不适" in outcome.review[0].text


def test_a_low_pressure_with_a_complaint_is_looked_at_soon():
    assert classify(visit("88/58", 50, Symptom.HEADACHE_DIZZINESS)).urgency == "high"
    assert classify(visit("88/58")).urgency is None


def test_no_symptom_means_nothing_to_review():
    assert classify(visit("130/80", 50, Symptom.NONE)).review == ()


VISITS = st.builds(
    Visit,
    systolic_mmhg=st.integers(60, 250),
    diastolic_mmhg=st.integers(40, 150),
    age_years=st.integers(35, 100),
    symptoms=st.frozensets(st.sampled_from(Symptom), max_size=4),
    adverse_reaction=st.booleans(),
    new_complication=st.booleans(),
    pregnant_or_lactating=st.booleans(),
)
PAST = st.lists(st.builds(PastVisit, st.booleans(), st.booleans()), max_size=3)


@given(VISITS, PAST)
def test_every_outcome_names_its_reasons_and_only_a_controlled_visit_waits_three_months(now, earlier):
    outcome = classify(now, earlier)
    assert outcome.reasons
    assert all(reason.source.startswith("docs/") for reason in outcome.reasons + outcome.review)
    assert (outcome.next_visit.months == 3) is (outcome.kind is Kind.CONTROLLED)
    assert (outcome.next_visit.days == 14) is (outcome.kind is not Kind.CONTROLLED)


@given(VISITS, PAST, st.integers(0, 60))
def test_a_higher_pressure_is_never_judged_milder(now, earlier, more):
    order = list(Kind)
    higher = Visit(**{**vars(now), "systolic_mmhg": now.systolic_mmhg + more})
    if now.systolic_mmhg >= 90 and now.diastolic_mmhg >= 60:
        assert order.index(classify(higher, earlier).kind) >= order.index(classify(now, earlier).kind)
