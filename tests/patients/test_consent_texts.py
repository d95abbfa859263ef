"""What patients read before they agree, and the card types, as the seed files say."""

from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import select

from app.core.db import read_only, transaction
from app.core.errors import NotFound
from app.patients.catalog import load_card_types
from app.patients.consent_texts import Purpose, consent_text, consent_texts
from app.patients.tables import CardType
from app.seeding import SEEDS
from app.wiring import Outside


def test_health_data_is_asked_first_and_is_the_only_one_needed() -> None:
    texts = consent_texts()
    assert [text.purpose for text in texts] == ["health_data", "reminders", "health_education"]
    assert [text.required for text in texts] == [True, False, False]
    assert all(text.version and len(text.text) > 20 for text in texts)


def test_no_other_file_writes_a_purpose_by_its_letters() -> None:
    """As a word of its own in quotes: the table's docstring and the seed file say them too, as words."""
    named = tuple(f'"{purpose}"' for purpose in get_args(Purpose))
    files = [*Path("app").rglob("*.py"), *Path("bot").rglob("*.py"), *Path("jobs").rglob("*.py")]
    writing = {str(file) for file in files if any(name in file.read_text() for name in named)}
    writing |= {
        str(file) for file in Path("templates").rglob("*.html") if any(n in file.read_text() for n in named)
    }
    assert writing == {"app/patients/consent_texts.py"}


def test_what_somebody_agreed_to_is_kept_beside_what_is_asked_for_now() -> None:
    reminders = consent_text("reminders")
    assert "每次吃药的时间都会提醒" in reminders.text
    assert "一般每天不超过一条" in reminders.earlier["2026-03"]


def test_an_unknown_purpose_is_not_found() -> None:
    with pytest.raises(NotFound):
        consent_text("marketing")


def test_card_types_are_loaded_as_often_as_anybody_likes(outside: Outside, now: datetime) -> None:
    for _ in range(2):
        with transaction(outside.sessions) as session:
            load_card_types(session, SEEDS, now)
    with read_only(outside.readers) as session:
        assert session.scalars(select(CardType.code)).all() == ["hypertension"]
