"""A broadcast is seen first, and let go by somebody else."""

from datetime import timedelta

import pytest

from app.core.errors import Conflict, Forbidden
from app.education.rules.approval import (
    ensure_second_person,
    ensure_state,
    ensure_tested,
    may_ask_again,
)
from tests.conftest import NOW


@pytest.mark.parametrize(
    "tested, approved, newest, code",
    [
        (None, 2, 2, "not_tested"),
        (1, 2, 2, "not_tested"),
        (1, 1, 2, "edited_meanwhile"),
        (2, 1, 2, "edited_meanwhile"),
        (2, 0, 2, "edited_meanwhile"),
    ],
)
def test_only_the_newest_version_seen_on_a_phone_is_approved(
    tested: int | None, approved: int, newest: int, code: str
) -> None:
    ensure_tested(2, 2, 2)
    with pytest.raises(Conflict) as refusal:
        ensure_tested(tested, approved, newest)
    assert refusal.value.code == code


def test_neither_the_writer_nor_the_drafter_approves() -> None:
    ensure_second_person({"zhou", "li"}, "chen")
    for doer in ("zhou", "li"):
        with pytest.raises(Forbidden) as refusal:
            ensure_second_person({"zhou", "li"}, doer)
        assert refusal.value.code == "own_work"


def test_a_broadcast_that_has_moved_on_is_refused_in_words() -> None:
    ensure_state("draft", "draft", "…")
    with pytest.raises(Conflict, match="已经提交"):
        ensure_state("sent", "draft", "已经提交")


@pytest.mark.parametrize("hours, again", [(0, True), (19.99, True), (20, False), (30, False)])
def test_wechat_is_asked_again_only_while_it_remembers(hours: float, again: bool) -> None:
    assert may_ask_again(NOW, NOW + timedelta(hours=hours)) is again
    assert may_ask_again(None, NOW)
