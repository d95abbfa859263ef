"""What people type: unseen signs, lengths as a page counts them, days as they are written here."""

from datetime import date

import pytest

from app.core.errors import Invalid
from app.core.typed import day_typed, fitting, seen_only, unseen_in

UNSEEN = {
    "nul": "\x00", "escape": "\x1b", "arabic-mark": "\u061c", "left-to-right": "\u200e", "override": "\u202e",
    "isolate": "\u2066", "pop-isolate": "\u2069", "half-a-sign": "\ud83d",
}  # fmt: skip


@pytest.mark.parametrize("sign", UNSEEN.values(), ids=UNSEEN)
def test_an_unseen_sign_is_found_where_it_stands_and_can_be_taken_out(sign: str) -> None:
    assert unseen_in({"drug": ["阿司匹林", f"氨氯{sign}地平"]}) == "drug.1"
    assert seen_only(f"氨氯{sign}地平") == "氨氯地平"


@pytest.mark.parametrize("text", ["第一行\r\n第二行\t完", "👨‍👩‍👧 ❤️", "𠮷野家", "5 mg × 2"])
def test_what_people_see_is_left_alone(text: str) -> None:
    assert unseen_in(text) is None
    assert seen_only(text) == text.replace("\r\n", "\n")


def test_nothing_is_cut_and_the_limit_is_said() -> None:
    assert fitting(" " + "字" * 9 + "\r\n" + "完", 11, "note", "备注") == "字" * 9 + "\n完"
    with pytest.raises(Invalid, match="备注最多 10 个字，现在有 11 个") as refused:
        fitting("字" * 11, 10, "note", "备注")
    assert (refused.value.code, refused.value.field) == ("too_long", "note")


def test_a_day_is_year_month_and_day() -> None:
    assert day_typed("2026-03-02") == date(2026, 3, 2)


@pytest.mark.parametrize(
    "text", ["2026-W10-1", "20260302", "2026W101", "2026-3-2", "２０２６-03-02", "2026-02-30", ""]
)
def test_nothing_else_is_a_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"form|day|month"):
        day_typed(text)
