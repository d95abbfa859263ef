"""The indicator dictionary: what each code is called, its unit, its ranges, and how sure we are of them.

The facts are migrations/seeds/indicators.csv; this file reads its text, it opens nothing.
Certainty marks: V was seen in a source, M is from memory and needs clinical review (待临床审核).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import Invalid


@dataclass(frozen=True)
class Range:
    """A reference range in the canonical unit; None is open on that side."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Indicator:
    """One row of the dictionary."""

    code: str
    name: str
    aliases: tuple[str, ...]
    category: str
    unit: str
    male: Range
    female: Range
    critical_low: float | None
    critical_high: float | None
    loinc: str
    note: str
    source: str
    certainty: str

    @property
    def needs_review(self) -> bool:
        """True while any part of the range is from memory."""
        return "M" in self.certainty


def read_dictionary(text: str) -> Mapping[str, Indicator]:
    """{code: indicator} from the text of the CSV. A limit that is not a number is left open.

    Raises Invalid (code dictionary_row, field the indicator) for a row without code, name or twice the code.
    """
    found: dict[str, Indicator] = {}
    for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))):
        indicator = _indicator(row)
        if not indicator.code or not indicator.name or indicator.code in found:
            raise Invalid("指标字典里有缺名称或重复的行", code="dictionary_row", field=indicator.code)
        found[indicator.code] = indicator
    return found


def named(dictionary: Mapping[str, Indicator], name: str) -> Indicator | None:
    """The one indicator of this code, name or alias; None when there is none, or more than one (PCT, GLU)."""
    if name in dictionary:
        return dictionary[name]
    matches = [each for each in dictionary.values() if name == each.name or name in each.aliases]
    return matches[0] if len(matches) == 1 else None


def _indicator(row: Mapping[str, str]) -> Indicator:
    return Indicator(
        code=row["code"],
        name=row["name_zh"],
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        category=row["category"],
        unit=row["unit"],
        male=Range(_number(row["ref_m_low"]), _number(row["ref_m_high"])),
        female=Range(_number(row["ref_f_low"]), _number(row["ref_f_high"])),
        critical_low=_number(row["critical_low"]),
        critical_high=_number(row["critical_high"]),
        loinc=row["loinc"],
        note=row["age_or_context_note"],
        source=row["ref_source"],
        certainty=row["ref_certainty"],
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:  # "阴性", "方法99百分位以上", or nothing: no limit a machine may judge by
        return None
