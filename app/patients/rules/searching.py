"""What somebody at the desk means by what they typed into the search box."""

import re
import unicodedata
from dataclasses import dataclass

_SPACES = re.compile(r"[\s\-]+")


@dataclass(frozen=True)
class Wanted:
    """The ways to look for a text; the empty ones are not tried. Several may be meant by one text."""

    phone: str = ""
    """11 digits."""
    phone_tail: str = ""
    """The last four digits of a phone number."""
    id_number: str = ""
    """18 characters."""
    id_tail: str = ""
    """The last four of an ID number, X in capitals."""
    serial: str = ""
    """A card's serial, 7KQ2-001."""
    card_code: str = ""
    """The card's number that its holder types, without dashes: A7K29QPX3MNB."""
    name: str = ""
    """A name or a part of one, in characters."""
    pinyin: str = ""
    """The beginning of a name in pinyin, or its initials, lower case."""


def read_search(text: str) -> Wanted:
    """Every way in which `text` may be meant; an empty text means nothing in particular."""
    plain = unicodedata.normalize("NFKC", text).strip()
    tight = _SPACES.sub("", plain).upper()
    letters = re.sub(r"[\s']+", "", plain).casefold()
    return Wanted(
        phone=tight if re.fullmatch(r"1[0-9]{10}", tight) else "",
        phone_tail=tight if re.fullmatch(r"[0-9]{4}", tight) else "",
        id_number=tight if re.fullmatch(r"[0-9]{17}[0-9X]", tight) else "",
        id_tail=tight if re.fullmatch(r"[0-9]{3}[0-9X]", tight) else "",
        serial=f"{tight[:4]}-{tight[4:]}" if re.fullmatch(r"[2-9A-HJKMNP-Z]{4}[0-9]{3}", tight) else "",
        card_code=tight if re.fullmatch(r"[2-9A-HJKMNP-Z]{12}", tight) else "",
        name=plain[:64] if re.search(r"[^\x00-\x7f]", plain) else "",
        pinyin=letters if re.fullmatch(r"[a-z]{1,64}", letters) else "",
    )
