"""Whether the person who activates a card is the patient already on record under the same ID number."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """What speaks for its being the same person; each field is a fact, not an opinion."""

    same_name: bool
    same_phone: bool
    phone_verified: bool
    """WeChat gave the number, so the person holds that phone."""
    wechat_known: bool
    """This WeChat already belongs to the record."""
    record_has_wechat: bool
    """Some WeChat already belongs to the record."""


def is_same_person(claim: Claim) -> bool:
    """May this WeChat be tied to the record? If not, the desk looks at the identity card.

    A name and an ID number are known to families and to many offices: they are enough for a record
    nobody reads yet, but not for one that somebody's phone already opens.
    """
    if claim.wechat_known:
        return True
    if claim.record_has_wechat:
        return claim.same_phone and claim.phone_verified
    return claim.same_name or claim.same_phone
