"""`make bench`: ratios within one run, medians of at least five; absolute speeds are this machine's."""

import argparse

from bench.callback import measure_callback
from bench.hospital import hospital
from bench.plan import measure_plan
from bench.report import say

MEASURES = {"plan": measure_plan, "callback": measure_callback}


def main() -> None:
    """Measure everything, or what is named."""
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("names", nargs="*", default=[], help=f"of {', '.join(MEASURES)}; default all")
    options.add_argument("--runs", type=int, default=7, help="paired runs of each figure, at least 5")
    chosen = options.parse_args()
    with hospital() as bench:
        say(f"On {bench.database}; one gunicorn process with 16 threads; 16 connections.")
        for name in chosen.names or MEASURES:
            MEASURES[name](bench, max(5, chosen.runs))


if __name__ == "__main__":
    main()
