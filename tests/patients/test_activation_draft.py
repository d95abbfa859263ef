"""A draft opens for the one it was made for, unaltered, or not at all."""

import pytest

from app.core.masks import FieldKeys
from app.patients.activation_draft import Draft, pack, unpack

KEYS = FieldKeys({"k1": b"1" * 32})
FULL = Draft().with_phone("13800001001", verified=True).with_person("王桂芳", "110101195803010021")


def test_a_draft_comes_back_as_it_was() -> None:
    assert unpack(pack(FULL, KEYS, "identity"), KEYS, "identity") == FULL


def test_nothing_of_it_can_be_read() -> None:
    sealed = pack(FULL, KEYS, "identity")
    assert "13800001001" not in sealed and "王桂芳" not in sealed


@pytest.mark.parametrize(
    "sealed",
    [None, "", "k1:", "k1:AAAA", "no colon", "k9:AAAA", "k1:不是", pack(FULL, KEYS, "somebody else")],
)
def test_what_is_not_theirs_or_not_whole_is_an_empty_draft(sealed: str | None) -> None:
    assert unpack(sealed, KEYS, "identity") == Draft()


def test_a_changed_letter_makes_it_worthless() -> None:
    sealed = pack(FULL, KEYS, "identity")
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"
    assert unpack(sealed[:middle] + other + sealed[middle + 1 :], KEYS, "identity") == Draft()


def test_the_steps_are_counted() -> None:
    assert [draft.steps_done for draft in (Draft(), Draft().with_phone("1", verified=False), FULL)] == [
        0,
        1,
        2,
    ]
