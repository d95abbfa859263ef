"""Ids sort by time and serve WeChat as they are; codes can be read aloud; tokens are stored as prints."""

import time

from app.core.ids import CODE_LETTERS, new_code, new_id, new_token, token_hash


def test_ids_are_different_and_no_longer_than_wechat_takes() -> None:
    ids = {new_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert {len(one) for one in ids} == {32}


def test_an_id_made_later_sorts_later() -> None:
    earlier = new_id()
    made_after = time.time_ns() // 1_000_000 + 1
    while time.time_ns() // 1_000_000 <= made_after:
        pass
    assert new_id() > earlier


def test_a_code_has_no_letters_that_are_mistaken_for_others() -> None:
    assert not set("01OIL") & set(CODE_LETTERS)
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == 12 and set(code) <= set(CODE_LETTERS) for code in codes)


def test_what_is_stored_of_a_token_does_not_open_anything() -> None:
    token = new_token()
    assert len(token) >= 43
    assert token_hash(token) == token_hash(token) != token
