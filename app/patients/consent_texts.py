"""What patients agree to, in the words they read: migrations/seeds/consents.yaml, newest version first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from app.core.documents import flag_of, items_of, known_keys, mapping_of, read_yaml, refuse, text_of
from app.core.errors import NotFound

FILE = Path(__file__).parents[2] / "migrations" / "seeds" / "consents.yaml"

HEALTH_DATA: Final = "health_data"
REMINDERS: Final = "reminders"
HEALTH_EDUCATION: Final = "health_education"
Purpose = Literal["health_data", "reminders", "health_education"]
"""What is consented to, each by itself. Everybody else names a purpose by these, never by its letters."""


@dataclass(frozen=True)
class ConsentText:
    """One purpose as it is asked for now; `earlier` are {version: text} that people agreed to before."""

    purpose: str
    title: str
    required: bool
    version: str
    text: str
    earlier: dict[str, str]


@cache
def consent_texts() -> tuple[ConsentText, ...]:
    """Every purpose in the order it is asked for. Raises Invalid for a mistake in the file."""
    document = mapping_of(read_yaml(FILE), FILE.name)
    texts = tuple(_read(mapping_of(raw, FILE.name)) for raw in items_of(document, "consents", FILE.name))
    if tuple(text.purpose for text in texts) != get_args(Purpose):
        raise refuse(
            "consents", f"要正好写这几项，按这个次序：{'、'.join(get_args(Purpose))}", "consent_purposes"
        )
    return texts


def consent_text(purpose: str) -> ConsentText:
    """The present text of one purpose. Raises NotFound."""
    found = next((each for each in consent_texts() if each.purpose == purpose), None)
    if found is None:
        raise NotFound("没有这一项同意。", code="consent_unknown")
    return found


def _read(raw: Mapping[str, object]) -> ConsentText:
    purpose = text_of(raw, "purpose", FILE.name)
    known_keys(raw, frozenset({"purpose", "title", "required", "versions"}), purpose)
    versions = [mapping_of(each, purpose) for each in items_of(raw, "versions", purpose)]
    texts = {text_of(each, "version", purpose): text_of(each, "text", purpose) for each in versions}
    newest = next(iter(texts))
    return ConsentText(
        purpose, text_of(raw, "title", purpose), flag_of(raw, "required", purpose), newest,
        texts.pop(newest), texts,
    )  # fmt: skip
