"""Readings over time as one picture, the same on a console, a phone and paper, with its numbers as a table.

Pure: numbers in, markup out. Show it with chart_figure of templates/parts/chart.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from app.http.chart_drawing import MOST_POINTS, PHONE, PHONE_LARGE, WIDE, Drawing, Size
from app.http.series import Series, days, moment, number

__all__ = ["MOST_POINTS", "PHONE", "PHONE_LARGE", "WIDE", "Chart", "Series", "Size", "line_chart"]


@dataclass(frozen=True)
class Chart:
    """The picture, and the same numbers as text rows, newest first, for the table under it.

    A WIDE picture comes with `narrow`, the same drawn for a phone; the page shows the one that fits.
    """

    svg: Markup
    narrow: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        return not self.rows


def line_chart(
    series: Sequence[Series],
    unit: str,
    title: str,
    target_low: float | None = None,
    target_high: float | None = None,
    size: Size = WIDE,
) -> Chart:
    """Draw `series` over time; `target_low`/`target_high` serve every series without targets of its own.

    `size` is WIDE on the console and on paper, PHONE or PHONE_LARGE on patient pages.
    """
    lines = [_prepared(line, target_low, target_high) for line in series]
    drawn = [line for line in lines if line.points]
    svg = Drawing(drawn, unit, title, size).svg() if drawn else Markup()
    narrow = Drawing(drawn, unit, title, PHONE).svg() if drawn and size == WIDE else Markup()
    return Chart(svg, narrow, tuple(f"{line.label}（{unit}）" for line in lines), _rows(lines))


def _prepared(line: Series, low: float | None, high: float | None) -> Series:
    points = sorted(line.points, key=lambda point: days(point[0]))
    own = replace(line, points=points)
    return own if line.limits else replace(own, target_low=low, target_high=high)


def _rows(lines: Sequence[Series]) -> tuple[tuple[str, ...], ...]:
    moments = sorted({when for line in lines for when, _ in line.points}, key=days, reverse=True)
    found = [{when: number(value) for when, value in line.points} for line in lines]
    return tuple((moment(when), *(values.get(when, "—") for values in found)) for when in moments)
