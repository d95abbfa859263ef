"""Service card types from migrations/seeds/card_types.yaml."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.documents import flag_of, items_of, known_keys, mapping_of, read_yaml, text_of, whole_of
from app.patients.tables import CardType

KEYS = frozenset({"code", "name", "pathway", "months", "description", "active"})


def load_card_types(session: Session, folder: Path, now: datetime) -> str:
    """Bring the card types to what the file says, by code; types not in the file stay as they are."""
    file = folder / "card_types.yaml"
    document = mapping_of(read_yaml(file), file.name)
    entries = items_of(document, "card_types", file.name)
    for raw in entries:
        _load(session, mapping_of(raw, file.name), file.name)
    return f"card types: {len(entries)}"


def _load(session: Session, raw: Mapping[str, object], where: str) -> None:
    code = text_of(raw, "code", where)
    known_keys(raw, KEYS, code)
    card_type = session.scalar(select(CardType).where(CardType.code == code)) or CardType(code=code)
    card_type.name = text_of(raw, "name", code)
    card_type.pathway_code = text_of(raw, "pathway", code)
    card_type.months = whole_of(raw, "months", code, 1, 120) or 12
    card_type.description = text_of(raw, "description", code)
    card_type.active = flag_of(raw, "active", code) if "active" in raw else True
    session.add(card_type)
