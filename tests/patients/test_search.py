"""The desk finds a patient by whatever it was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.db import read_only, transaction
from app.patients.rules.searching import read_search
from app.patients.search import search
from app.wiring import Outside
from tests.factories.patients import an_id_number, make_card, make_patient

CODE = "HXGK7R22U8S9"
NUMBER = next(
    number for number in (an_id_number(number=n) for n in range(20_000, 20_400)) if number.endswith("X")
)


@pytest.fixture
def ward(outside: Outside) -> Outside:
    with transaction(outside.sessions) as session:
        fang = make_patient(session, name="王桂芳", phone="13800001001", id_number=NUMBER)
        make_card(session, fang.id, serial="7KQ2-001", code=CODE)
        make_patient(session, name="曾庆红", phone="13800001002")
        make_patient(session, name="单田芳", phone="13800001003")
    return outside


@pytest.mark.parametrize(
    "text, names",
    [
        ("王桂芳", ["王桂芳"]),
        ("桂", ["王桂芳"]),
        ("芳", ["单田芳", "王桂芳"]),
        ("wangguifang", ["王桂芳"]),
        ("Wang Gui", ["王桂芳"]),
        ("HXGK-7R22-U8S9", ["王桂芳"]),
        ("hxgk7r22u8s9", ["王桂芳"]),
        ("HXGK-7R22", []),
        ("wgf", ["王桂芳"]),
        ("ＷＧ", ["王桂芳"]),
        ("zeng", ["曾庆红"]),
        ("zqh", ["曾庆红"]),
        ("shan", ["单田芳"]),
        ("13800001001", ["王桂芳"]),
        ("138 0000 1002", ["曾庆红"]),
        (NUMBER, ["王桂芳"]),
        (NUMBER.lower(), ["王桂芳"]),
        (NUMBER[-4:], ["王桂芳"]),
        (NUMBER[-4:].lower(), ["王桂芳"]),
        ("1001", ["王桂芳"]),
        ("1002", ["曾庆红"]),
        ("1009", []),
        ("7KQ2-001", ["王桂芳"]),
        ("7kq2 001", ["王桂芳"]),
        ("", ["单田芳", "曾庆红", "王桂芳"]),
        ("   ", ["单田芳", "曾庆红", "王桂芳"]),
        ("13800001", []),
        ("%", []),
        ("_", []),
        ("王%", []),
        ("' or 1=1", []),
    ],
)
def test_a_patient_is_found_by(ward: Outside, text: str, names: list[str]) -> None:
    with read_only(ward.readers) as session:
        found = search(session, text, None, 10).items
    assert sorted(patient.name for patient in found) == sorted(names)


def test_the_list_goes_on_page_by_page_without_losing_anybody(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        everybody = {make_patient(session).id for _ in range(7)}
    seen: list[str] = []
    after = None
    with read_only(outside.readers) as session:
        while True:
            page = search(session, "", after, 3)
            seen += [patient.id for patient in page.items]
            after = page.next_cursor
            if after is None:
                break
    assert len(seen) == 7 and set(seen) == everybody


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(text: str) -> None:
    wanted = read_search(text)
    assert len(wanted.phone) in (0, 11)
    assert len(wanted.id_number) in (0, 18)
