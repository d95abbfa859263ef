"""A code survives being printed, read aloud and typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import CODE_LETTERS
from app.patients.rules.card_codes import plain_code, shown_code

CODES = st.text(alphabet=CODE_LETTERS, min_size=12, max_size=12)


@given(CODES, st.sampled_from(["", " ", "-", "—", " - "]))
def test_a_code_is_read_back_however_it_is_spaced(code: str, gap: str) -> None:
    assert plain_code(shown_code(code).replace("-", gap)) == code
    assert plain_code(shown_code(code).lower()) == code


def test_a_code_is_shown_in_groups_of_four() -> None:
    assert shown_code("A7K29QPX3MNB") == "A7K2-9QPX-3MNB"


@pytest.mark.parametrize("typed", ["", "   ", "卡号", "-" * 30])
def test_nonsense_is_no_code_and_no_crash(typed: str) -> None:
    assert plain_code(typed) in ("", "卡号")
