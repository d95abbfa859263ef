"""From what is known of a patient to tags, each with its evidence; a person's own tags are never touched.

Source: docs/clinical-decisions.md#tags (needs review)
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.core.wording import denied

HYPERTENSION = "高血压"
UNCONTROLLED = "血压未达标"
ELDERLY = "老年"
IRREGULAR = "服药不规律"
RULE_TAGS = frozenset({HYPERTENSION, UNCONTROLLED, ELDERLY, IRREGULAR})
"""The tags these rules set and take away; any other belongs to people."""

ELDERLY_FROM_YEARS = 65
"""docs/sources.md#nbphs-hypertension"""

_HYPERTENSION_ICD10 = re.compile(r"I1[0-5](\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Diagnosis:
    """One diagnosis of the archive."""

    text: str
    icd10: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the rules look at, as it stands on `today` (the hospital's day)."""

    birth_on: date
    today: date
    diagnoses: tuple[Diagnosis, ...] = ()
    pathways: frozenset[str] = frozenset()
    """Codes of the pathways the patient is on."""
    uncontrolled: bool | None = None
    """What the last judged visit said; None before the first."""
    last_pressure: str | None = None
    """Such as 150/95, for the evidence."""
    medication_adherence: str | None = None
    """regular, intermittent or none, as last answered."""


@dataclass(frozen=True)
class Tag:
    """A tag with the rule that set it and the evidence in one sentence."""

    tag: str
    rule: str
    evidence: str


@dataclass(frozen=True)
class Change:
    """What re-thinking changes: tags to set, and tags to end."""

    to_set: tuple[Tag, ...]
    to_end: tuple[str, ...]


def tags_for(facts: Facts) -> tuple[Tag, ...]:
    """The tags that hold over `facts`, at most one of each kind."""
    found = (_hypertension(facts), _uncontrolled(facts), _elderly(facts), _irregular(facts))
    return tuple(tag for tag in found if tag is not None)


def rethink(facts: Facts, set_by_rules: Collection[str], set_by_people: Collection[str]) -> Change:
    """What to change when the patient carries these tags. A tag a person set is neither doubled nor ended."""
    holding = tags_for(facts)
    names = {tag.tag for tag in holding}
    return Change(
        to_set=tuple(tag for tag in holding if tag.tag not in {*set_by_rules, *set_by_people}),
        to_end=tuple(sorted(tag for tag in set_by_rules if tag in RULE_TAGS and tag not in names)),
    )


def _hypertension(facts: Facts) -> Tag | None:
    for diagnosis in facts.diagnoses:
        coded = diagnosis.icd10 is not None and _HYPERTENSION_ICD10.match(diagnosis.icd10)
        if coded or (diagnosis.icd10 is None and _names_hypertension(diagnosis.text)):
            return Tag(HYPERTENSION, "hypertension", f"诊断：{diagnosis.text}")
    if "hypertension" in facts.pathways:
        return Tag(HYPERTENSION, "hypertension", "在高血压随访中")
    return None


def _names_hypertension(text: str) -> bool:
    place = text.find(HYPERTENSION)
    return place >= 0 and not denied(text, place)


def _uncontrolled(facts: Facts) -> Tag | None:
    if not facts.uncontrolled:
        return None
    pressure = f"（{facts.last_pressure}）" if facts.last_pressure else ""
    return Tag(UNCONTROLLED, "uncontrolled", f"最近一次随访血压未达标{pressure}")


def _elderly(facts: Facts) -> Tag | None:
    born, today = facts.birth_on, facts.today
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return Tag(ELDERLY, "elderly", f"年龄 {years} 岁") if years >= ELDERLY_FROM_YEARS else None


def _irregular(facts: Facts) -> Tag | None:
    if facts.medication_adherence not in ("intermittent", "none"):
        return None
    told = {"intermittent": "有时忘记或少吃", "none": "没有吃药"}[facts.medication_adherence]
    return Tag(IRREGULAR, "irregular", f"最近一次随访说降压药{told}")
