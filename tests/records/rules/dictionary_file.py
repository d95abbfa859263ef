"""The dictionary the product ships, read once for the tests of its rules."""

from pathlib import Path

from app.records.rules.dictionary import read_dictionary

DICTIONARY = read_dictionary(Path("migrations/seeds/indicators.csv").read_text("utf-8"))
