from datetime import date, timedelta

import pytest

from app.medication.rules.adherence import adherence, missed_days, missed_streak

JANUARY = date(2026, 1, 1)


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
