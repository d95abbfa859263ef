"""The hospital's indicator dictionary, read once per process."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from app.records.rules.dictionary import Indicator, read_dictionary

FILE = Path(__file__).parents[2] / "migrations" / "seeds" / "indicators.csv"


@lru_cache(maxsize=1)
def dictionary() -> Mapping[str, Indicator]:
    """{code: indicator}: what each is called, its unit and its ranges."""
    return read_dictionary(FILE.read_text("utf-8"))
