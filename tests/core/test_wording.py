import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.wording import denied, plain


@pytest.mark.parametrize(
    "text, expected", [("１３８／８６", "138/86"), ("  MmHg \n x ", "mmhg x"), ("头　晕", "头 晕")]
)
def test_text_is_brought_to_one_spelling(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("胸痛", False),
        ("没有胸痛", True),
        ("没胸痛", True),
        ("不胸痛了", True),
        ("没有再出现胸痛", True),
        ("没有头晕、胸痛", True),
        ("没有头晕和胸痛", True),
        ("没有头晕，胸痛", False),
        ("没有头晕但是胸痛", False),
        ("没睡好胸痛", False),
        ("不舒服胸痛", False),
        ("昨天没有，今天胸痛", False),
        ("不是没有胸痛", False),
        ("是不是胸痛", False),
        ("有没有胸痛我说不准", False),
        ("不知道会不会胸痛", False),
        ("不会是胸痛吧", False),
        ("该不会是胸痛", False),
        ("这不是胸痛吗", False),
        ("医生说不会是胸痛", True),
        ("不是胸痛，怎么办", True),
        ("没有胸痛吧", True),
    ],
)
def test_a_denial_reaches_only_what_it_stands_before(text, expected):
    assert denied(text, text.index("胸痛"), ("头晕", "胸痛")) is expected


@given(st.text(max_size=40), st.integers(0, 40))
def test_any_text_can_be_asked_about(text, start):
    assert denied(text, start) in (True, False)
    assert plain(plain(text)) == plain(text)
