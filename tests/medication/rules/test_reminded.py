import pytest

from app.medication.rules.reminded import reminded

ALL_WELL = {"followed_up": True, "agreed": True, "subscribed": True, "follows": True}


@pytest.mark.parametrize(
    "at, changes, way",
    [
        (("08:00", "20:00"), {}, "each"),
        (("08:00",), {"subscribed": False}, "each"),
        (("08:00", "20:00"), {"subscribed": False}, "first"),
        (("08:00",), {"subscribed": False, "follows": False}, "out_of_reach"),
        (("08:00",), {"follows": False}, "each"),
        (("08:00",), {"agreed": False}, "not_agreed"),
        (("08:00",), {"followed_up": False, "agreed": False}, "paused"),
    ],
)
def test_only_a_lasting_subscription_reminds_of_every_moment(at, changes, way):
    assert reminded(at, **(ALL_WELL | changes)).way == way


def test_staff_read_which_hours_nobody_reminds_of():
    words = reminded(("08:00", "12:00", "18:00"), **(ALL_WELL | {"subscribed": False})).words
    assert "一般每天只有第一次（08:00）" in words
    assert "12:00、18:00 不再提醒" in words
