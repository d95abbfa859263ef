"""What a second cause does to an alert, and how all of them are told."""

from datetime import UTC, datetime, timedelta

import pytest

from app.alerts.rules.causes import (
    JOINS,
    RAISES_AGAIN,
    SAME_MATTER,
    STANDS_ALONE,
    Cause,
    detail_of,
    place_of,
    title_of,
)

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def cause(code: str, after: timedelta = timedelta(), urgency: str = "critical", **more) -> Cause:
    return Cause(
        **{
            "code": code,
            "urgency": urgency,
            "title": code,
            "detail": f"{code} {urgency}",
            "at": NOW + after,
            "source_id": "1",
            **more,
        }
    )


PAIN = cause("chest_pain")
EYES = cause("danger_symptom:eye_pain")
HIGH = cause("bp_emergency", pressure=(182, 112))


@pytest.mark.parametrize(
    "second, state, first, place",
    [
        (cause("stroke_signs", MINUTE), "acknowledged", PAIN, RAISES_AGAIN),
        (cause("stroke_signs", MINUTE), "open", PAIN, JOINS),
        (cause("chest_pain", MINUTE), "acknowledged", PAIN, JOINS),
        (cause("chest_pain", SAME_MATTER), "acknowledged", PAIN, JOINS),
        (cause("chest_pain", SAME_MATTER + MINUTE), "acknowledged", PAIN, STANDS_ALONE),
        (cause("chest_pain", SAME_MATTER + MINUTE), "open", PAIN, STANDS_ALONE),
        (cause("chest_pain", MINUTE), "resolved", PAIN, STANDS_ALONE),
        (cause("low_mood", MINUTE, "high"), "acknowledged", PAIN, RAISES_AGAIN),
        (cause("doses_missed", timedelta(days=3), "normal"), "open", PAIN, JOINS),
        (cause("doses_missed", MINUTE, "normal"), "acknowledged", PAIN, JOINS),
        (cause("bp_emergency", MINUTE, pressure=(182, 112)), "acknowledged", HIGH, JOINS),
        (cause("bp_emergency", MINUTE, pressure=(176, 110)), "acknowledged", HIGH, JOINS),
        (cause("bp_emergency", MINUTE, pressure=(181, 118)), "acknowledged", HIGH, RAISES_AGAIN),
        (cause("bp_emergency", MINUTE, pressure=(205, 112)), "acknowledged", HIGH, RAISES_AGAIN),
        (cause("danger_symptom:chest_pain", MINUTE), "acknowledged", EYES, RAISES_AGAIN),
        (cause("danger_symptom:eye_pain", MINUTE), "acknowledged", EYES, JOINS),
        (cause("visit", MINUTE, sums_up=True), "acknowledged", PAIN, JOINS),
        (cause("visit", MINUTE, sums_up=True, pressure=(190, 112)), "acknowledged", HIGH, RAISES_AGAIN),
        (cause("chest_pain", MINUTE), "acknowledged", cause("chest_pain", urgency="normal"), RAISES_AGAIN),
    ],
)
def test_what_a_second_cause_does(second, state, first, place):
    assert place_of(second, state, [first]) == place


def test_the_time_runs_from_the_last_cause_and_not_from_the_first():
    between = cause("chest_pain", SAME_MATTER)
    assert place_of(cause("chest_pain", SAME_MATTER + MINUTE), "open", [PAIN, between]) == JOINS


def test_every_reason_is_told_once_and_the_gravest_first():
    stroke, again = cause("stroke_signs", 2 * MINUTE), cause("chest_pain", 3 * MINUTE)
    mood = cause("low_mood", 4 * MINUTE, "high")
    told = [HIGH, PAIN, stroke, again, mood]
    assert title_of(told) == "stroke_signs；chest_pain；bp_emergency；low_mood"
    assert detail_of(told).splitlines()[0] == "stroke_signs critical"


def test_of_one_reason_the_gravest_and_then_the_newest_words_stand():
    worse = cause("bp_emergency", MINUTE, title="血压 205/120")
    lighter = cause("bp_emergency", 2 * MINUTE, "normal", title="不良反应")
    assert title_of([HIGH, worse, lighter]) == "血压 205/120"


def test_a_pressure_mended_since_is_told_as_the_earlier_one():
    flag = cause("high_with_symptom", detail="已经回答：152/94；头晕", pressure=(152, 94))
    visit = cause("visit", MINUTE, detail="血压 156/96，伴头晕", pressure=(156, 96), sums_up=True)
    assert title_of([flag, visit]) == "visit"
    assert detail_of([flag, visit]) == "血压 156/96，伴头晕\n改前：152/94"


def test_what_was_told_of_the_same_pressure_stays():
    flag = cause("high_with_symptom", detail="已经回答：156/96；头晕", pressure=(156, 96))
    visit = cause("visit", MINUTE, detail="血压 156/96，伴头晕", pressure=(156, 96), sums_up=True)
    assert "已经回答：156/96；头晕" in detail_of([flag, visit])


def test_a_lighter_judgement_hides_no_graver_flag():
    flag = cause("bp_emergency", title="血压 182/112")
    visit = cause("visit", MINUTE, "normal", title="血压 142/92", sums_up=True)
    assert title_of([flag, visit]) == "血压 182/112；visit".replace("visit", "血压 142/92")


def test_a_title_is_never_longer_than_its_column():
    assert len(title_of([cause(f"code{n}", title=f"{n}" * 30) for n in range(9)])) == 128
