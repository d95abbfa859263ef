"""Names are found by the readings surnames have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.patients.names import pinyin_of


@pytest.mark.parametrize(
    "name, pinyin, initials",
    [
        ("王桂芳", "wangguifang", "wgf"),
        ("单田芳", "shantianfang", "stf"),
        ("曾国藩", "zengguofan", "zgf"),
        ("仇英", "qiuying", "qy"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
    ],
)
def test_a_name_is_spelt_as_it_is_said(name: str, pinyin: str, initials: str) -> None:
    assert pinyin_of(name) == (pinyin, initials)


@given(st.text(max_size=40))
def test_any_name_can_be_spelt_and_fits_its_column(name: str) -> None:
    pinyin, initials = pinyin_of(name)
    assert len(pinyin) <= 255 and len(initials) <= 64
