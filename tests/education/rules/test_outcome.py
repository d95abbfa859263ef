"""What WeChat says of a mass message, in words that staff understand."""

import pytest

from app.education.rules.outcome import why_not_sent


@pytest.mark.parametrize("status", ["send success", "sendsuccess", "Send Success"])
def test_sent_is_sent_however_it_is_written(status: str) -> None:
    assert why_not_sent(status) is None


@pytest.mark.parametrize(
    "status, words",
    [
        ("err(10001)", "涉嫌广告"),
        ("err(20013)", "涉嫌版权"),
        ("err(99999)", "没有发出"),
        ("send fail", "没有发出"),
        ("", "没有发出"),
    ],
)
def test_what_was_not_sent_has_a_reason(status: str, words: str) -> None:
    assert words in (why_not_sent(status) or "")
