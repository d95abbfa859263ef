"""A refusal closes a template for a while, not for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from app.messaging.rules.refusal import BELIEVED_FOR, still_stands

REFUSED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("followed_at", "now", "stands"),
    [
        (None, REFUSED, True),
        (None, REFUSED + BELIEVED_FOR - A_MOMENT, True),
        (None, REFUSED + BELIEVED_FOR, False),
        (REFUSED - timedelta(days=400), REFUSED + A_MOMENT, True),
        (REFUSED, REFUSED + A_MOMENT, True),
        (REFUSED + A_MOMENT, REFUSED + 2 * A_MOMENT, False),
    ],
)
def test_how_long_a_refusal_is_believed(followed_at: datetime | None, now: datetime, stands: bool) -> None:
    assert still_stands(REFUSED, followed_at, now) is stands


def test_what_was_never_refused_is_open() -> None:
    assert not still_stands(None, None, REFUSED)
