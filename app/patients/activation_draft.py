"""What somebody has told us before the card is activated: kept sealed in their own browser.

Nothing of a person who has not agreed yet lies in our database, nothing readable lies on the phone, and
nothing is lost by a wrong digit or a closed page.
"""

import json
from dataclasses import asdict, dataclass, replace

from app.core.masks import FieldKeys

LASTS_SECONDS = 3600


@dataclass(frozen=True)
class Draft:
    """Sound values only; empty where not told yet."""

    phone: str = ""
    phone_verified: bool = False
    name: str = ""
    id_number: str = ""

    @property
    def steps_done(self) -> int:
        """0 before the phone number, 1 before name and ID number, 2 after both."""
        return (2 if self.name and self.id_number else 1) if self.phone else 0

    def with_phone(self, phone: str, *, verified: bool) -> "Draft":
        """The draft with a phone number; `verified` when WeChat gave it."""
        return replace(self, phone=phone, phone_verified=verified)

    def with_person(self, name: str, id_number: str) -> "Draft":
        """The draft with a name and an ID number."""
        return replace(self, name=name, id_number=id_number)


def pack(draft: Draft, keys: FieldKeys, identity_id: str) -> str:
    """Seal for one WeChat identity: the text opens for nobody else and cannot be altered."""
    return keys.seal(json.dumps(asdict(draft), ensure_ascii=False), _place(identity_id))


def unpack(sealed: str | None, keys: FieldKeys, identity_id: str) -> Draft:
    """The draft of this identity; an empty one where there is none or it is not theirs."""
    if not sealed:
        return Draft()
    try:
        return Draft(**json.loads(keys.open(sealed, _place(identity_id))))
    except (ValueError, TypeError):
        # Another person's, an older shape, or altered: they begin anew.
        return Draft()


def _place(identity_id: str) -> str:
    return f"activation:{identity_id}"
