"""A card's one-time code as people read and type it."""

import re
import unicodedata


def shown_code(code: str) -> str:
    """In groups of four: A7K2-9QPX-3MNB."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def plain_code(typed: str) -> str:
    """The code in `typed`: full-width letters, small letters, spaces and dashes forgiven."""
    return re.sub(r"[\s\-—–_.]+", "", unicodedata.normalize("NFKC", typed)).upper()
