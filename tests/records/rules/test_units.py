import pytest

from app.core.errors import Invalid
from app.records.rules.units import GLUCOSE_MG_DL_PER_MMOL_L, conversions, to_canonical
from tests.records.rules.dictionary_file import DICTIONARY


@pytest.mark.parametrize(
    "code, value, unit, canonical",
    [
        ("GLU", 126.14, "mg/dL", pytest.approx(7.0, abs=0.001)),
        ("GLU", 300.93, "mg/dl", pytest.approx(16.7, abs=0.001)),
        ("GLU", 7.2, "mmol/L", 7.2),
        ("GLU", 7.2, None, 7.2),
        ("WEIGHT", 137, "斤", 68.5),
        ("WEIGHT", 150, "lb", pytest.approx(68.04)),
        ("SBP", 18, "kPa", pytest.approx(135.01, abs=0.01)),
        ("TEMP", 98.6, "℉", pytest.approx(37.0)),
    ],
)
def test_a_value_is_brought_into_the_canonical_unit(code, value, unit, canonical):
    assert to_canonical(DICTIONARY[code], value, unit) == canonical


def test_the_glucose_factor_of_the_dictionary_is_one_over_18_02():
    for code in ("GLU", "PG2H", "RBG"):
        assert conversions(DICTIONARY[code])["mg/dL"][0] == pytest.approx(
            1 / GLUCOSE_MG_DL_PER_MMOL_L, rel=1e-5
        )


def test_a_unit_that_is_not_known_is_refused_by_name():
    with pytest.raises(Invalid, match="mmol/L、mg/dL") as caught:
        to_canonical(DICTIONARY["GLU"], 7.2, "g/L")
    assert (caught.value.code, caught.value.field) == ("unknown_unit", "GLU")


def test_every_conversion_of_the_dictionary_is_read_or_known_not_to_be_one():
    unread = {
        entry
        for indicator in DICTIONARY.values()
        for entry in indicator.alternatives.split("|")
        if entry and entry.split(":")[0] not in conversions(indicator)
    }
    assert unread == {"nmol/L 不可线性换算"}
