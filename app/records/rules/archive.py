"""The health archive's kinds of lines, what a complete one holds, and how a diagnosis is coded."""

import re
import unicodedata
from collections.abc import Iterable

from app.core.errors import Invalid

KINDS = {
    "allergy": "过敏史",
    "diagnosis": "诊断",
    "surgery": "手术史",
    "family": "家族史",
    "social": "生活习惯",
}
"""{kind: words}, in the order they are asked for."""

NEEDED = ("allergy", "diagnosis", "family", "social")
"""Kinds without which an archive is not complete; 无 is an answer, silence is not."""

NONE_KNOWN = "无"
LONGEST = 500

COMMON_DIAGNOSES = {
    "I10": "原发性高血压",
    "I11.9": "高血压性心脏病",
    "I25.1": "冠状动脉粥样硬化性心脏病",
    "I48.9": "心房颤动",
    "I50.9": "心力衰竭",
    "I63.9": "脑梗死",
    "E11.9": "2型糖尿病",
    "E78.5": "高脂血症",
    "N18.9": "慢性肾脏病",
    "J44.9": "慢性阻塞性肺疾病",
}
"""{ICD-10 code: name} offered while typing. Source: docs/sources.md#icd10"""

_ICD10 = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9X][0-9A-Z]{0,7})?(?:[+*])?")


def read_entry(kind: str, text: str, icd10: str) -> tuple[str, str | None]:
    """A sound (text, code or None) of an archive line. Raises Invalid naming the field."""
    if kind not in KINDS:
        raise Invalid("请选择这一条属于哪一类。", code="history_kind", field="kind")
    words = text.strip()
    if not 1 <= len(words) <= LONGEST:
        raise Invalid(f"请写清内容，最多 {LONGEST} 字；没有的话写“无”。", code="history_text", field="text")
    if kind != "diagnosis" or words == NONE_KNOWN:
        return words, None
    return words, read_icd10(icd10)


def read_icd10(raw: str) -> str:
    """An ICD-10 code as the hospital writes it: I10, I25.1, I10.X00. Raises Invalid (icd10_shape).

    Source: docs/sources.md#icd10
    """
    code = unicodedata.normalize("NFKC", raw).strip().upper()
    if not _ICD10.fullmatch(code):
        raise Invalid("请填诊断的 ICD-10 编码，例如原发性高血压是 I10。", code="icd10_shape", field="icd10")
    return code


def missing(kinds: Iterable[str]) -> list[str]:
    """The needed kinds, in words, of which the archive holds no line."""
    held = set(kinds)
    return [KINDS[kind] for kind in NEEDED if kind not in held]
