"""The symptoms of the national hypertension follow-up form, and which of them mean danger.

Codes are the option codes of migrations/seeds/questionnaires/hypertension_followup.yaml.
Source: docs/sources.md#nbphs-hypertension (form MDC_HypertensionVisit, emergency referral list)
"""

from __future__ import annotations

from enum import StrEnum


class Symptom(StrEnum):
    """One symptom; `chinese` is the wording of the form or of the emergency list."""

    NONE = "none"
    HEADACHE_DIZZINESS = "headache_dizziness"
    """One option until version 3 of the form."""
    HEADACHE = "headache"
    DIZZINESS = "dizziness"
    NAUSEA_VOMITING = "nausea_vomiting"
    BLURRED_EYES_TINNITUS = "blurred_eyes_tinnitus"
    DYSPNOEA = "dyspnoea"
    PALPITATION_CHEST_TIGHTNESS = "palpitation_chest_tightness"
    NOSEBLEED = "nosebleed"
    NUMB_LIMBS = "numb_limbs"
    LEG_OEDEMA = "leg_oedema"
    OTHER = "other"
    UNCLEAR = "unclear"
    ALTERED_CONSCIOUSNESS = "altered_consciousness"
    SEVERE_HEADACHE_DIZZINESS = "severe_headache_dizziness"
    BLURRED_VISION = "blurred_vision"
    EYE_PAIN = "eye_pain"
    ORTHOPNOEA = "orthopnoea"
    CHEST_PAIN = "chest_pain"

    @property
    def chinese(self) -> str:
        """What a nurse reads."""
        return _CHINESE[self]


_CHINESE = {
    Symptom.NONE: "无症状",
    Symptom.HEADACHE_DIZZINESS: "头痛头晕",
    Symptom.HEADACHE: "头痛",
    Symptom.DIZZINESS: "头晕",
    Symptom.NAUSEA_VOMITING: "恶心呕吐",
    Symptom.BLURRED_EYES_TINNITUS: "眼花耳鸣",
    Symptom.DYSPNOEA: "呼吸困难",
    Symptom.PALPITATION_CHEST_TIGHTNESS: "心悸胸闷",
    Symptom.NOSEBLEED: "鼻衄出血不止",
    Symptom.NUMB_LIMBS: "四肢发麻",
    Symptom.LEG_OEDEMA: "下肢水肿",
    Symptom.OTHER: "其他不适",
    Symptom.UNCLEAR: "没有说清有没有不适",
    Symptom.ALTERED_CONSCIOUSNESS: "意识改变",
    Symptom.SEVERE_HEADACHE_DIZZINESS: "剧烈头痛或头晕",
    Symptom.BLURRED_VISION: "视力模糊",
    Symptom.EYE_PAIN: "眼痛",
    Symptom.ORTHOPNOEA: "喘憋不能平卧",
    Symptom.CHEST_PAIN: "心前区疼痛",
}

DANGER = frozenset(
    {
        Symptom.ALTERED_CONSCIOUSNESS,
        Symptom.SEVERE_HEADACHE_DIZZINESS,
        Symptom.NAUSEA_VOMITING,
        Symptom.BLURRED_VISION,
        Symptom.EYE_PAIN,
        Symptom.PALPITATION_CHEST_TIGHTNESS,
        Symptom.ORTHOPNOEA,
        Symptom.CHEST_PAIN,
    }
)
"""On the specification's emergency list word for word: an emergency at any blood pressure."""

DANGER_WHEN_HIGH = frozenset({Symptom.DYSPNOEA, Symptom.NOSEBLEED})
"""Not on that list: an emergency at 140/90 or above, a nurse's look below.

Needs review: docs/clinical-decisions.md#symptoms
"""

SOON_WHEN_HIGH = frozenset(
    {Symptom.HEADACHE_DIZZINESS, Symptom.HEADACHE, Symptom.DIZZINESS, Symptom.BLURRED_EYES_TINNITUS}
)
"""The form's mild wordings ("头晕，不厉害"): at 140/90 or above somebody calls the same day, no emergency.

The severe kinds are on the list above. Needs review: docs/clinical-decisions.md#symptoms
"""
