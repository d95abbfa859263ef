"""The pulse at which somebody looks at once.

Source: docs/clinical-decisions.md#told-pressure (needs review)
"""

DANGEROUS_PULSE = (40, 130)
"""Beats a minute: at or below the first, at or above the second."""


def is_dangerous_pulse(beats_a_minute: int) -> bool:
    """Whether the pulse reaches either limit."""
    return beats_a_minute <= DANGEROUS_PULSE[0] or beats_a_minute >= DANGEROUS_PULSE[1]
