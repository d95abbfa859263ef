"""The national specification's classification of a hypertension follow-up visit (third edition, 2017).

Pure: a visit and what the visits before it found → what it means and when to see the patient again.
Source: docs/sources.md#nbphs-hypertension; our readings of its gaps: docs/clinical-decisions.md
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.followup.rules.symptoms import DANGER, DANGER_WHEN_HIGH, SOON_WHEN_HIGH, Symptom
from app.followup.rules.workdays import Offset, add_offset
from app.records.rules.pressure import EMERGENCY_MMHG

RULE_VERSION = "nbphs-3-2017"
SOURCE = "docs/sources.md#nbphs-hypertension"
OUR_READING = "docs/clinical-decisions.md#symptoms"
SAME_DAY = "docs/clinical-decisions.md#mild-symptoms"
LOW_PRESSURE = "docs/clinical-decisions.md#low-pressure"
NOT_MEASURED = "docs/clinical-decisions.md#not-measured"
UNCLEAR = "docs/clinical-decisions.md#unclear"

LIMIT_MMHG = (140, 90)
"""At or above is uncontrolled below 65 years, and high for everybody."""
LIMIT_FROM_65_MMHG = (150, 90)
"""At or above is uncontrolled from 65 years on; the diastolic limit stays 90."""
OLDER_FROM_YEARS = 65
LOW_MMHG = (90, 60)
"""Below either, together with any symptom, a nurse looks. Not in the specification; needs review."""

MAY_GO_WITH_HIGH = DANGER_WHEN_HIGH | SOON_WHEN_HIGH | {Symptom.UNCLEAR}
"""With a high pressure these are looked into the same day: where none was measured it may be high."""

CONTROLLED_AGAIN = Offset(months=3)
SOON = Offset(days=14)


class Kind(StrEnum):
    """What a visit means, from best to worst."""

    CONTROLLED = "controlled"
    FIRST_UNCONTROLLED = "first_uncontrolled"
    ADVERSE_REACTION = "adverse_reaction"
    INCOMPLETE = "incomplete"
    """Without a pressure nothing is known of its control."""
    REFER = "refer"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Visit:
    """What a follow-up found. Age in completed years on the day of the visit.

    Pressures in mmHg (whole), both or, where none was measured, neither.
    """

    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    age_years: int
    symptoms: frozenset[Symptom] = frozenset()
    adverse_reaction: bool = False
    adverse_reaction_persists: bool = False
    """A clinician judged the reaction hard to control."""
    new_complication: bool = False
    """A new complication, or an old one grown worse."""
    pregnant_or_lactating: bool = False
    unmanageable_disease: bool = False
    """Another disease this clinic cannot treat."""
    medication_unclear: bool = False
    """The patient could not say how the medicine is taken."""


@dataclass(frozen=True)
class PastVisit:
    """What the next classification must know of an earlier visit."""

    uncontrolled: bool
    adverse_reaction: bool = False


@dataclass(frozen=True)
class Reason:
    """One sentence for staff, and where it stands written."""

    text: str
    source: str


@dataclass(frozen=True)
class Outcome:
    """The classification of one visit. `urgency` is critical, high, normal or None (nobody needs telling)."""

    kind: Kind
    visit_code: int | None
    """The specification's 此次随访分类: 1 控制满意, 2 控制不满意, 3 不良反应, 4 并发症.

    None where no pressure was measured.
    """
    uncontrolled: bool
    reasons: tuple[Reason, ...]
    review: tuple[Reason, ...]
    """Why a nurse should look although the kind alone would not ask for it."""
    next_visit: Offset
    advice_key: str
    urgency: str | None
    adverse_reaction: bool = False
    rule_version: str = RULE_VERSION

    def next_visit_on(self, visited_on: date) -> date:
        """The latest day of the next visit: two weeks, or three calendar months later."""
        return add_offset(visited_on, self.next_visit)


def classify(visit: Visit, earlier: Sequence[PastVisit] = ()) -> Outcome:
    """Classify `visit` after the `earlier` ones (oldest first; only the last can make it consecutive).

    Emergency outranks referral, referral outranks a first uncontrolled reading, that outranks a
    reaction at a controlled pressure. Every reason that applies at the chosen level is named.
    Source: docs/sources.md#nbphs-hypertension
    """
    uncontrolled = is_uncontrolled(visit)
    for kind, reasons in (
        (Kind.EMERGENCY, _emergency(visit)),
        (Kind.REFER, _referral(visit, uncontrolled, earlier)),
        (Kind.INCOMPLETE, _incomplete(visit)),
        (Kind.FIRST_UNCONTROLLED, _uncontrolled(visit, uncontrolled)),
        (Kind.ADVERSE_REACTION, _reaction(visit)),
    ):
        if reasons:
            return _outcome(kind, visit, uncontrolled, reasons)
    return _outcome(Kind.CONTROLLED, visit, uncontrolled, [_controlled(visit)])


def is_uncontrolled(visit: Visit) -> bool:
    """At or above the limit for the age: 140/90, from 65 years on 150/90 (mmHg)."""
    return _reached(visit, limit_for(visit.age_years))


def limit_for(age_years: int) -> tuple[int, int]:
    """(systolic, diastolic) mmHg the reading must stay below. Source: docs/sources.md#nbphs-hypertension"""
    return LIMIT_FROM_65_MMHG if age_years >= OLDER_FROM_YEARS else LIMIT_MMHG


def _reached(visit: Visit, limit: tuple[int, int]) -> bool:
    if visit.systolic_mmhg is None or visit.diastolic_mmhg is None:
        return False
    return visit.systolic_mmhg >= limit[0] or visit.diastolic_mmhg >= limit[1]


def _below(visit: Visit, limit: tuple[int, int]) -> bool:
    if visit.systolic_mmhg is None or visit.diastolic_mmhg is None:
        return False
    return visit.systolic_mmhg < limit[0] or visit.diastolic_mmhg < limit[1]


def _incomplete(visit: Visit) -> list[Reason]:
    if visit.systolic_mmhg is not None:
        return []
    unmeasured = Reason("这次没有量血压，控制得怎么样不知道，请护士联系患者补量", NOT_MEASURED)
    return [unmeasured, *_reaction(visit)]


def _emergency(visit: Visit) -> list[Reason]:
    high = _reached(visit, LIMIT_MMHG)
    reasons: list[Reason] = []
    if _reached(visit, EMERGENCY_MMHG):
        reasons.append(Reason(f"血压 {_pressure(visit)} 达到 180/110，属于危急情况，须紧急转诊", SOURCE))
        mild = _names(visit.symptoms & SOON_WHEN_HIGH)
        reasons += [Reason(f"同时有{mild}", OUR_READING)] if mild else []
    listed = _names(visit.symptoms & DANGER)
    if listed:
        reasons.append(Reason(f"出现{listed}，属于规范列出的危急情况，须紧急转诊", SOURCE))
    near = _names(visit.symptoms & DANGER_WHEN_HIGH)
    if near and high:
        reasons.append(Reason(f"血压 {_pressure(visit)} 偏高并有{near}，按危急情况处理", OUR_READING))
    if visit.pregnant_or_lactating and high:
        reasons.append(Reason(f"妊娠期或哺乳期血压 {_pressure(visit)} 高于正常，须紧急转诊", SOURCE))
    if visit.unmanageable_disease:
        reasons.append(Reason("存在本机构不能处理的其他疾病，须紧急转诊", SOURCE))
    return reasons


def _referral(visit: Visit, uncontrolled: bool, earlier: Sequence[PastVisit]) -> list[Reason]:
    last = earlier[-1] if earlier else PastVisit(uncontrolled=False)
    reasons: list[Reason] = []
    if uncontrolled and last.uncontrolled:
        reasons.append(Reason(f"连续两次随访血压控制不满意（本次 {_pressure(visit)}），建议转诊", SOURCE))
    if visit.adverse_reaction_persists:
        reasons.append(Reason("药物不良反应难以控制，建议转诊", SOURCE))
    elif visit.adverse_reaction and last.adverse_reaction:
        reasons.append(
            Reason(
                "连续两次随访都有药物不良反应，视为难以控制，建议转诊", "docs/clinical-decisions.md#reactions"
            )
        )
    if visit.new_complication:
        reasons.append(Reason("出现新的并发症或原有并发症加重，建议转诊", SOURCE))
    return reasons


def _uncontrolled(visit: Visit, uncontrolled: bool) -> list[Reason]:
    if not uncontrolled:
        return []
    limit = "{}/{}".format(*limit_for(visit.age_years))
    return [
        Reason(
            f"血压 {_pressure(visit)} 未达标（应低于 {limit}），第一次出现，调整用药后 2 周内随访", SOURCE
        ),
        *_reaction(visit),
    ]


def _reaction(visit: Visit) -> list[Reason]:
    if not visit.adverse_reaction:
        return []
    return [Reason("出现药物不良反应，调整用药后 2 周内随访", SOURCE)]


def _controlled(visit: Visit) -> Reason:
    limit = "{}/{}".format(*limit_for(visit.age_years))
    return Reason(
        f"血压 {_pressure(visit)} 达标（低于 {limit}），没有不良反应和新并发症，3 个月后随访", SOURCE
    )


def _review(visit: Visit) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    mild = visit.symptoms & SOON_WHEN_HIGH
    if mild and _reached(visit, LIMIT_MMHG):
        reasons.append(
            Reason(f"血压 {_pressure(visit)} 偏高并有{_names(mild)}，今天就联系患者，问清轻重", SAME_DAY)
        )
    reasons += _unclear(visit)
    complaints = visit.symptoms - {Symptom.NONE, Symptom.UNCLEAR} - DANGER
    if visit.systolic_mmhg is None and visit.symptoms & MAY_GO_WITH_HIGH:
        reasons.append(Reason("没有量血压又有不舒服，不知道血压高不高，今天就联系患者", NOT_MEASURED))
    if complaints:
        reasons.append(Reason(f"患者说有{_names(complaints)}，请护士看一下", OUR_READING))
    if _below(visit, LOW_MMHG) and visit.symptoms - {Symptom.NONE}:
        reasons.append(Reason(f"血压 {_pressure(visit)} 偏低并有不适，请护士尽快联系", LOW_PRESSURE))
    return tuple(reasons)


def _unclear(visit: Visit) -> list[Reason]:
    """What the patient left to the nurse."""
    reasons: list[Reason] = []
    if Symptom.UNCLEAR in visit.symptoms:
        reasons.append(Reason("患者没有说清有没有不舒服，请护士问一下", UNCLEAR))
    if visit.medication_unclear:
        reasons.append(Reason("患者没有说清降压药怎么吃，请护士问一下", UNCLEAR))
    return reasons


def _outcome(kind: Kind, visit: Visit, uncontrolled: bool, reasons: list[Reason]) -> Outcome:
    review = () if kind is Kind.EMERGENCY else _review(visit)
    return Outcome(
        kind=kind,
        visit_code=_visit_code(visit, uncontrolled),
        uncontrolled=uncontrolled,
        reasons=tuple(reasons),
        review=review,
        next_visit=CONTROLLED_AGAIN if kind is Kind.CONTROLLED else SOON,
        advice_key=_advice(kind, visit, review),
        urgency=_urgency(kind, visit, review),
        adverse_reaction=visit.adverse_reaction,
    )


def _visit_code(visit: Visit, uncontrolled: bool) -> int | None:
    if visit.new_complication:
        return 4
    if visit.systolic_mmhg is None:
        return 3 if visit.adverse_reaction else None
    if uncontrolled:
        return 2
    return 3 if visit.adverse_reaction else 1


def _advice(kind: Kind, visit: Visit, review: tuple[Reason, ...]) -> str:
    if kind is Kind.EMERGENCY:
        return "bp_emergency" if _reached(visit, EMERGENCY_MMHG) else "danger_symptom"
    if kind is Kind.INCOMPLETE:
        worry = visit.symptoms & MAY_GO_WITH_HIGH
        return "bp_not_measured_with_complaint" if worry else "bp_not_measured"
    if kind is not Kind.CONTROLLED and any(reason.source == SAME_DAY for reason in review):
        return "bp_high_with_complaint"
    if kind is Kind.CONTROLLED and review:
        unclear = all(reason.source == UNCLEAR for reason in review)
        return "bp_controlled_unclear" if unclear else "bp_controlled_with_complaint"
    return f"bp_{kind.value}"


def _urgency(kind: Kind, visit: Visit, review: tuple[Reason, ...]) -> str | None:
    if kind is Kind.EMERGENCY:
        return "critical"
    if visit.systolic_mmhg is None and visit.symptoms & MAY_GO_WITH_HIGH:
        return "high"
    if Symptom.UNCLEAR in visit.symptoms and _reached(visit, LIMIT_MMHG):
        return "high"  # A high pressure with a complaint nobody knows is asked about the same day.
    if kind is Kind.REFER or any(reason.source in (LOW_PRESSURE, SAME_DAY) for reason in review):
        return "high"
    return "normal" if kind is not Kind.CONTROLLED or review else None


def _pressure(visit: Visit) -> str:
    return f"{visit.systolic_mmhg}/{visit.diastolic_mmhg}"


def _names(symptoms: frozenset[Symptom]) -> str:
    return "、".join(symptom.chinese for symptom in Symptom if symptom in symptoms)
