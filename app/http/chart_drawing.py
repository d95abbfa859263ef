"""Where each reading stands on the paper, and the parts of a chart in painting order.

Colours are attributes of the drawing: the pages' policy forbids style attributes. Nothing is told by colour
alone: lines differ in dash and marker, a value outside its target has a ring and its number.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from markupsafe import Markup

from app.http.series import Series, date_form, days, description, number, year_month
from app.http.svg import PAPER, tag, text

INK, FAINT, GRID, OUTSIDE = "#1b2b2e", "#52646a", "#dbe4e5", "#b3261e"
LINE_COLOURS = ("#0f766e", "#1d5a8c", "#8a4b08")
BAND_COLOURS = ("#d9efeb", "#dfeaf6", "#f7e8d2")
DASHES = ("", "7 4", "2 4")
FEW_POINTS = 40
"""Up to this many points per line, markers are large."""
MOST_POINTS = 120
"""Above this many points per line, each stretch of time keeps its lowest and its highest reading."""


@dataclass(frozen=True)
class Size:
    """Drawing units; on a phone one unit is about one pixel."""

    width: int
    height: int
    text: int


WIDE = Size(760, 320, 14)
PHONE = Size(360, 290, 14)
PHONE_LARGE = Size(360, 400, 22)


class Drawing:
    """One chart being drawn at one size; `lines` have at least one reading each, in order of time."""

    def __init__(self, lines: Sequence[Series], unit: str, title: str, size: Size) -> None:
        self.lines, self.unit, self.title, self.size = lines, unit, title, size
        self.em = em = size.text
        self.left, self.right = em * 2.9, size.width - em * 1.4
        self.top, self.bottom = em * (2.2 + 1.7 * len(lines)), size.height - em * 2.0
        self.moments = sorted({when for line in lines for when, _ in line.points}, key=days)
        self.ticks = _ticks(_values(lines))

    @property
    def span(self) -> float:
        """Days from the first reading to the last."""
        return days(self.moments[-1]) - days(self.moments[0])

    def x(self, when: date) -> float:
        if not self.span:
            return (self.left + self.right) / 2
        share = (days(when) - days(self.moments[0])) / self.span
        return self.left + self.em + share * (self.right - self.left - 2 * self.em)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def svg(self) -> Markup:
        words = description(self.lines, self.unit)
        name = "chart-" + hashlib.sha256(f"{self.title}{words}{self.size}".encode()).hexdigest()[:8]
        parts = [self._targets(), self._grid(), self._dates(), self._legend()]
        parts += [self._line(place, line) for place, line in enumerate(self.lines)]
        frame = Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size.width} {size.height}" role="img" '
            'aria-labelledby="{name}-title {name}-desc" font-family="inherit" font-size="{size.text}">'
            '<title id="{name}-title">{title}</title><desc id="{name}-desc">{words}</desc>{parts}</svg>'
        )
        return frame.format(
            size=self.size, name=name, title=self.title, words=words, parts=Markup().join(parts)
        )

    def _targets(self) -> Markup:
        parts = []
        for place, line in enumerate(self.lines):
            low, high = line.target_low, line.target_high
            if low is not None and high is not None:
                parts.append(self._band(low, high, _pick(BAND_COLOURS, place)))
            parts += [self._limit(limit, place) for limit in line.limits]
        return Markup().join(parts)

    def _band(self, low: float, high: float, colour: str) -> Markup:
        top, bottom = self.y(high), self.y(low)
        return tag("rect", x=self.left, y=top, width=self.right - self.left, height=bottom - top, fill=colour)

    def _limit(self, value: float, place: int) -> Markup:
        colour = _pick(LINE_COLOURS, place)
        return self._level(value, stroke=colour, stroke_width=1, stroke_dasharray="3 3", opacity=0.7)

    def _level(self, value: float, **look: object) -> Markup:
        y = self.y(value)
        return tag("line", x1=self.left, x2=self.right, y1=y, y2=y, **look)

    def _grid(self) -> Markup:
        em = self.em
        parts = [text(self.unit, 0, self.top - em * 0.9, FAINT, size=em * 0.86)]
        for tick in self.ticks:
            parts.append(self._level(tick, stroke=GRID, stroke_width=1))
            parts.append(text(number(tick), self.left - em * 0.5, self.y(tick) + em * 0.35, FAINT, "end"))
        return Markup().join(parts)

    def _dates(self) -> Markup:
        form = date_form(self.span)
        room = self.em * (4.6 if form is year_month else 3.6)
        places = [self.x(when) for when in self.moments]
        return Markup().join(
            text(form(self.moments[place]), places[place], self.bottom + self.em * 1.5, FAINT, "middle")
            for place in _spread(places, room)
        )

    def _legend(self) -> Markup:
        parts = []
        for place, line in enumerate(self.lines):
            em, y = self.em, self.em * (1.1 + 1.6 * place)
            middle, colour, target = y - em * 0.35, _pick(LINE_COLOURS, place), line.target_words()
            stroke = {"stroke": colour, "stroke_width": 2.5, "stroke_dasharray": _pick(DASHES, place)}
            parts.append(tag("line", x1=0, x2=em * 2.2, y1=middle, y2=middle, **stroke))
            parts.append(_marker(place, em * 1.1, middle, em * 0.3, colour))
            parts.append(text(line.label + (f"（目标 {target}）" if target else ""), em * 2.8, y, INK))
        return Markup().join(parts)

    def _line(self, place: int, line: Series) -> Markup:
        points = _thinned(line.points)
        colour = _pick(LINE_COLOURS, place)
        path = " ".join(f"{self.x(when):.1f},{self.y(value):.1f}" for when, value in points)
        stroke = {"stroke": colour, "stroke_width": 2.5, "stroke_dasharray": _pick(DASHES, place)}
        parts = [tag("polyline", points=path, fill="none", stroke_linejoin="round", **stroke)]
        radius = self.em * (0.3 if len(points) <= FEW_POINTS else 0.16)
        for when, value in points:
            parts.append(_marker(place, self.x(when), self.y(value), radius, colour, line.misses(value)))
        parts += [self._spoken(place, line, when, value) for when, value in self._with_numbers(points)]
        return Markup().join(parts)

    def _spoken(self, place: int, line: Series, when: date, value: float) -> Markup:
        """The number of one reading: above the first line, below the others."""
        y = self.y(value) + self.em * (1.55 if place else -0.8)
        colour = OUTSIDE if line.misses(value) else INK
        return text(number(value), self.x(when), y, colour, "middle", bold=True, halo=True)

    def _with_numbers(self, points: Sequence[tuple[date, float]]) -> Iterable[tuple[date, float]]:
        """The readings whose number is written: as many as find room, latest and highest first."""
        order = [points[-1], max(points, key=lambda point: point[1]), *reversed(points)]
        room = self.em * 2.3
        taken: list[float] = []
        for when, value in order:
            x = self.x(when)
            if all(abs(x - other) >= room for other in taken):
                taken.append(x)
                yield when, value


def _values(lines: Sequence[Series]) -> list[float]:
    values = [value for line in lines for _, value in line.points]
    return values + [limit for line in lines for limit in line.limits]


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers, ten at most, that enclose every value with some air."""
    low, high = min(values), max(values)
    air = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    low, high = (max(0.0, low - air) if low >= 0 else low - air), high + air
    step = next(s for s in _round_steps() if (high - low) / s <= 8)
    first, last = floor(low / step), ceil(high / step)
    return [round(tick * step, 6) for tick in range(first, last + 1)]


def _round_steps() -> Iterable[float]:
    power = 0.001
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _thinned(points: Sequence[tuple[date, float]]) -> Sequence[tuple[date, float]]:
    """At most MOST_POINTS points; no stretch of time loses its extremes, nor the line its latest reading."""
    if len(points) <= MOST_POINTS:
        return points
    stretch = ceil(len(points) / (MOST_POINTS // 2 - 1))
    kept = {len(points) - 1}
    for start in range(0, len(points) - 1, stretch):
        places = range(start, min(start + stretch, len(points) - 1))
        kept |= {min(places, key=lambda i: points[i][1]), max(places, key=lambda i: points[i][1])}
    return [points[place] for place in sorted(kept)]


def _spread(places: Sequence[float], room: float) -> Iterable[int]:
    """Which of the rising `places` stand at least `room` apart; the last one always does."""
    free_from = places[0]
    for index, x in enumerate(places[:-1]):
        if free_from <= x <= places[-1] - room:
            yield index
            free_from = x + room
    yield len(places) - 1


def _pick(choices: Sequence[str], place: int) -> str:
    return choices[place % len(choices)]


def _marker(place: int, x: float, y: float, radius: float, colour: str, outside: bool = False) -> Markup:
    ring = (
        tag("circle", cx=x, cy=y, r=radius * 1.75, fill="none", stroke=OUTSIDE, stroke_width=1.5)
        if outside
        else Markup()
    )
    if place % 2:
        shape = tag(
            "rect",
            x=x - radius,
            y=y - radius,
            width=2 * radius,
            height=2 * radius,
            fill=PAPER,
            stroke=colour,
            stroke_width=2,
        )
    else:
        shape = tag("circle", cx=x, cy=y, r=radius, fill=colour)
    return shape + ring
