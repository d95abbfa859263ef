"""How a figure is told: a sentence for people, and a plain line for programs."""

import statistics
import sys
from collections.abc import Sequence


def tell(
    name: str, runs: Sequence[float], unit: str, goal: float, *, at_most: bool = False, note: str = ""
) -> None:
    """Print the median of the runs against its goal."""
    median = statistics.median(runs)
    met = median <= goal if at_most else median >= goal
    spread = f"[{min(runs):.3g}–{max(runs):.3g}], n={len(runs)}"
    sign = "≤" if at_most else "≥"
    say(f"  {name}: {median:.3g} {unit} {spread}, goal {sign} {goal:g}{'; ' + note if note else ''}")
    say(f"BENCH {name} {median:.4g} {unit} goal {sign}{goal:g} {'met' if met else 'short'}")


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
