"""A phone number WeChat gave, handed back to the mini-program sealed, so that activation can trust it."""

from datetime import datetime, timedelta

from app.core.errors import Invalid
from app.core.masks import FieldKeys

GOOD_FOR = timedelta(minutes=30)


def prove(keys: FieldKeys, identity_id: str, phone: str, now: datetime) -> str:
    """A sealed proof that this WeChat identity showed this number; good for GOOD_FOR."""
    return keys.seal(f"{int((now + GOOD_FOR).timestamp())}:{phone}", _place(identity_id))


def proven_phone(keys: FieldKeys, identity_id: str, proof: str, now: datetime) -> str:
    """The number. Raises Invalid (phone_proof_ended) for a proof that is old, another's or no proof."""
    try:
        until, _, phone = keys.open(proof, _place(identity_id)).partition(":")
    except ValueError:
        until, phone = "0", ""
    if int(until) < now.timestamp():
        raise Invalid("请再点一次“获取手机号”。", code="phone_proof_ended", field="phone_proof")
    return phone


def _place(identity_id: str) -> str:
    return f"api.phone_proof:{identity_id}"
