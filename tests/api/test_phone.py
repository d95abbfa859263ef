"""WeChat's phone button: the number is shown masked and proven to the activation."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.api.phone_proofs import GOOD_FOR, proven_phone
from app.core import clock
from app.core.db import read_only
from app.core.errors import Invalid
from app.core.masks import FieldKeys
from app.http.limits import PHONE_CODES
from app.patients.tables import WechatIdentity
from app.wiring import Outside
from tests.api.conftest import Caller
from tests.hospital import Phone


def test_the_number_comes_back_masked_and_proven(newcomer: Caller, phone: Phone) -> None:
    answer = newcomer.post("/phone-number", code=phone.phone_number_code())
    assert answer.json is not None and answer.json["phone"] == "138****1001"
    assert "13800001001" not in answer.text


def test_an_answer_that_was_lost_comes_again(newcomer: Caller, phone: Phone) -> None:
    tap = {"code": phone.phone_number_code(), "request_id": "phone-tap-1"}
    assert newcomer.post("/phone-number", **tap).json == newcomer.post("/phone-number", **tap).json


def test_a_used_code_is_refused(newcomer: Caller, phone: Phone) -> None:
    code = phone.phone_number_code()
    newcomer.post("/phone-number", code=code)
    answer = newcomer.post("/phone-number", code=code)
    assert answer.json is not None and answer.json["code"] == "wechat_code_refused"


def test_guessing_is_slowed_down(newcomer: Caller) -> None:
    for _ in range(PHONE_CODES.amount):
        assert newcomer.post("/phone-number").status_code == 422
        assert newcomer.post("/phone-number", code="invented").status_code == 422
    assert newcomer.post("/phone-number", code="invented").status_code == 429


@pytest.mark.parametrize("change", ["late", "of another", "no proof", "empty"])
def test_a_proof_serves_its_owner_for_half_an_hour(
    newcomer: Caller, phone: Phone, outside: Outside, change: str
) -> None:

    keys, now = FieldKeys(outside.settings.field_keys), clock.machine()
    answer = newcomer.post("/phone-number", code=phone.phone_number_code()).json
    assert answer is not None
    with read_only(outside.readers) as session:
        owner = session.scalars(select(WechatIdentity.id)).one()
    assert proven_phone(keys, owner, answer["phone_proof"], now) == "13800001001"
    proof = {"no proof": "made-up", "empty": ""}.get(change, answer["phone_proof"])
    with pytest.raises(Invalid) as refusal:
        proven_phone(
            keys,
            "another" if change == "of another" else owner,
            proof,
            now + (GOOD_FOR + timedelta(seconds=1) if change == "late" else timedelta()),
        )
    assert refusal.value.code == "phone_proof_ended"
