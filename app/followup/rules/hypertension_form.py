"""From the answers of the hypertension follow-up form to the visit that the specification's rules judge."""

from __future__ import annotations

from collections.abc import Mapping

from app.followup.rules.hypertension import SOURCE, Reason, Visit
from app.followup.rules.symptoms import Symptom

FORM_CODE = "hypertension_followup"
"""migrations/seeds/questionnaires/hypertension_followup.yaml; its linkIds are the keys read here."""

SPECIFICATION = "国家基本公共卫生服务规范（第三版）"
OUR_RULE = "本院规则，待临床审核"


def visit_from(answers: Mapping[str, object], age_years: int) -> Visit:
    """The visit inside `answers` ({linkId: stored value} of the submitted form).

    A reaction counts whether it was told as such or as the reason for not taking the medicine.
    Source: docs/clinical-decisions.md#hypertension-form
    """
    pressure = answers["bp"]
    if not isinstance(pressure, Mapping):
        raise TypeError("The blood pressure of a submitted form is a mapping.")
    measured = "systolic" in pressure
    return Visit(
        systolic_mmhg=int(pressure["systolic"]) if measured else None,
        diastolic_mmhg=int(pressure["diastolic"]) if measured else None,
        age_years=age_years,
        symptoms=_symptoms(answers.get("symptoms")),
        adverse_reaction=(
            answers.get("adverse_reaction") is True
            or answers.get("medication_irregular_reason") == "adverse_reaction"
        ),
        medication_unclear=answers.get("medication_adherence") == "unclear",
    )


def summary(visit: Visit) -> str:
    """What a nurse reads first: 血压 182/112，头晕."""
    told = "、".join(symptom.chinese for symptom in Symptom if symptom in visit.symptoms - {Symptom.NONE})
    reaction = "药物不良反应" if visit.adverse_reaction else ""
    pressure = (
        "没有量血压" if visit.systolic_mmhg is None else f"血压 {visit.systolic_mmhg}/{visit.diastolic_mmhg}"
    )
    return "，".join(part for part in (pressure, told, reaction) if part)


def sentence(reason: Reason) -> str:
    """A reason with the source it stands on, for staff."""
    return f"{reason.text}（依据：{SPECIFICATION if reason.source == SOURCE else OUR_RULE}）"


def _symptoms(told: object) -> frozenset[Symptom]:
    codes = told if isinstance(told, list) else []
    return frozenset(Symptom(code) for code in codes)
