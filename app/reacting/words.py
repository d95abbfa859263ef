"""What the words of our own making tell."""

import re

_PRESSURE = re.compile(r"(?<![\d/])(\d{2,3})/(\d{2,3})(?![\d/])")


def pressure_in(words: str) -> tuple[int, int] | None:
    """The first (systolic, diastolic) in mmHg that words of our own making tell, as in 血压 182/112."""
    found = _PRESSURE.search(words)
    return (int(found[1]), int(found[2])) if found else None
