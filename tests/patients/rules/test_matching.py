"""Whether the person who activates is the one on record."""

from itertools import product

import pytest

from app.patients.rules.matching import Claim, is_same_person


def claim(**facts: bool) -> Claim:
    nothing = {
        "same_name": False,
        "same_phone": False,
        "phone_verified": False,
        "wechat_known": False,
        "record_has_wechat": False,
    }
    return Claim(**(nothing | facts))


@pytest.mark.parametrize(
    "facts, same",
    [
        ({}, False),
        ({"same_name": True}, True),
        ({"same_phone": True}, True),
        ({"phone_verified": True}, False),
        ({"wechat_known": True, "record_has_wechat": True}, True),
        ({"same_name": True, "record_has_wechat": True}, False),
        ({"same_name": True, "same_phone": True, "record_has_wechat": True}, False),
        ({"same_phone": True, "phone_verified": True, "record_has_wechat": True}, True),
    ],
)
def test_what_speaks_for_the_same_person(facts: dict[str, bool], same: bool) -> None:
    assert is_same_person(claim(**facts)) is same


def test_a_record_somebody_reads_is_never_opened_by_what_others_may_know() -> None:
    for same_name, same_phone in product((True, False), repeat=2):
        known = claim(same_name=same_name, same_phone=same_phone, record_has_wechat=True)
        assert not is_same_person(known)
