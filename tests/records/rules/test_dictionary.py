import pytest

from app.core.errors import Invalid
from app.records.rules.dictionary import named, read_dictionary
from tests.records.rules.dictionary_file import DICTIONARY

HEADER = (
    "code,name_zh,aliases,category,unit,alt_units(factor: alt*factor=unit),ref_m_low,ref_m_high,ref_f_low,"
    "ref_f_high,age_or_context_note,critical_low,critical_high,loinc,ref_source,ref_certainty,loinc_certainty\n"
)


def test_the_dictionary_knows_the_vital_signs():
    assert {"SBP", "DBP", "HR", "WEIGHT", "GLU", "BMI", "TEMP"} <= set(DICTIONARY)
    assert (DICTIONARY["SBP"].unit, DICTIONARY["SBP"].loinc) == ("mmHg", "8480-6")


@pytest.mark.parametrize("name, code", [("收缩压", "SBP"), ("高压", "SBP"), ("脉搏", "HR"), ("FPG", "GLU")])
def test_an_indicator_is_found_by_its_names(name, code):
    assert named(DICTIONARY, name).code == code


def test_a_name_of_two_indicators_or_of_none_is_not_guessed():
    shared = [alias for each in DICTIONARY.values() for alias in each.aliases]
    twice = next(alias for alias in shared if shared.count(alias) > 1 and alias not in DICTIONARY)
    assert named(DICTIONARY, twice) is None
    assert named(DICTIONARY, "魔法指标") is None


def test_a_range_from_memory_needs_review():
    assert DICTIONARY["HR"].needs_review
    assert not DICTIONARY["SBP"].needs_review


@pytest.mark.parametrize(
    "rows", [",名称" + "," * 15, "A" + "," * 16, "A,甲" + "," * 15 + "\nA,乙" + "," * 15]
)
def test_a_faulty_row_is_refused(rows):
    with pytest.raises(Invalid, match="指标字典"):
        read_dictionary(HEADER + rows)
