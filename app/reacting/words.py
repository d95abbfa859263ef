"""What the words of our own making tell."""

import re

_PRESSURE = re.compile(r"(?<![\d/])(\d{2,3})/(\d{2,3})(?![\d/])")

SAYS_TO_REST = {"bp_emergency", "danger_symptom", "pulse", "red_flag_words"}
"""Approved texts of which one is enough for one emergency."""


def pressure_in(words: str) -> tuple[int, int] | None:
    """The first (systolic, diastolic) in mmHg that words of our own making tell, as in 血压 182/112."""
    found = _PRESSURE.search(words)
    return (int(found[1]), int(found[2])) if found else None


def kind_of(advice_key: str) -> str:
    """What tells one advice from another: those that say to rest, to have somebody near and 120 are one."""
    return "rest" if advice_key in SAYS_TO_REST else advice_key
