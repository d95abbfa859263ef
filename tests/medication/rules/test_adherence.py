from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.medication.rules.adherence import Fill, adherence, days_covered, missed_days, missed_streak, mpr, pdc

JANUARY = date(2026, 1, 1)
WORKED = [Fill(JANUARY, 30), Fill(date(2026, 1, 25), 30), Fill(date(2026, 3, 20), 30)]
"""The worked example of docs/sources.md#pdc: 120 days from 1 January to 1 May."""


def test_the_worked_example_of_120_days():
    may = date(2026, 5, 1)
    assert pdc(WORKED, JANUARY, may) == 90 / 120 == 0.75
    assert pdc(WORKED, JANUARY, may, shift=False) == 84 / 120 == 0.70
    assert mpr(WORKED, JANUARY, may) == 0.75


def test_possession_may_exceed_one_but_cover_may_not():
    fills = [Fill(JANUARY, 30), Fill(JANUARY, 30)]
    end = JANUARY + timedelta(days=30)
    assert mpr(fills, JANUARY, end) == 2
    assert pdc(fills, JANUARY, end) == 1


def test_a_fill_before_the_period_covers_its_days_inside():
    assert days_covered([Fill(date(2025, 12, 22), 30)], JANUARY, date(2026, 2, 1)) == 20


def test_an_empty_period_is_refused():
    with pytest.raises(ValueError, match="at least one day"):
        pdc([], JANUARY, JANUARY)


def test_no_answer_is_not_taken_but_missing_coverage():
    counted = adherence(["taken", "taken", "skipped", "unanswered", "planned", "due", "cancelled"])
    assert (counted.due, counted.rate, counted.coverage) == (4, 0.5, 0.75)


def test_nothing_due_has_no_rate():
    assert (adherence(["planned"]).rate, adherence([]).coverage) == (None, None)


@pytest.mark.parametrize(
    "states, streak",
    [
        ([], 0),
        (["taken"], 0),
        (["skipped", "unanswered"], 2),
        (["unanswered", "taken", "skipped"], 1),
        (["unanswered", "unanswered", "due", "planned"], 2),
    ],
)
def test_the_missed_streak_ends_at_the_last_dose_taken(states, streak):
    assert missed_streak(states) == streak


def test_a_day_with_one_dose_taken_is_not_a_missed_day():
    def day(n: int) -> date:
        return JANUARY + timedelta(days=n)

    doses = [
        (day(0), "taken"),
        (day(1), "skipped"),
        (day(1), "taken"),
        (day(2), "unanswered"),
        (day(3), "skipped"),
    ]
    assert missed_days(doses) == 2
    assert missed_days(doses[:3]) == 0
    assert missed_days([*doses, (day(4), "due")]) == 2


FILLS = st.lists(
    st.builds(Fill, st.dates(date(2025, 6, 1), date(2026, 12, 1)), st.integers(1, 90)), max_size=8
)


@given(FILLS)
def test_cover_lies_between_nothing_and_every_day_and_shifting_never_loses_a_day(fills):
    end = date(2027, 12, 31)
    start = date(2025, 1, 1)
    shifted, plain = days_covered(fills, start, end), days_covered(fills, start, end, shift=False)
    assert plain <= shifted <= sum(fill.days for fill in fills)
    assert shifted == sum(fill.days for fill in fills)
    assert 0 <= pdc(fills, JANUARY, date(2026, 5, 1)) <= 1
