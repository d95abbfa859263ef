"""Private fields: unreadable at rest, bound to their column, found by fingerprint, masked on screen."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.core import masks
from app.core.db import transaction
from app.core.masks import FieldKeys
from app.patients.tables import Patient
from app.wiring import Outside
from tests.factories.patients import make_patient

OLD, NEW = b"1" * 32, b"2" * 32
ID_NUMBER = "110101194911010012"


@pytest.fixture
def keys() -> FieldKeys:
    return FieldKeys({"k1": OLD})


@given(st.text(max_size=300))
def test_what_was_sealed_opens_again(words: str) -> None:
    keys = FieldKeys({"k1": OLD})
    assert keys.open(keys.seal(words, "patients.address"), "patients.address") == words


def test_the_same_text_never_looks_the_same_twice(keys: FieldKeys) -> None:
    first, second = (keys.seal(ID_NUMBER, "patients.id_number") for _ in range(2))
    assert first != second
    assert ID_NUMBER not in first


def test_a_text_moved_to_another_column_is_refused(keys: FieldKeys) -> None:
    sealed = keys.seal(ID_NUMBER, "patients.id_number")
    with pytest.raises(ValueError, match="patients.phone") as refusal:
        keys.open(sealed, "patients.phone")
    assert ID_NUMBER not in str(refusal.value)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-6] + "AAAA==", lambda s: s[:12], lambda s: "k1:", lambda s: "k1:号", lambda s: ""]
)
def test_a_changed_text_is_refused(keys: FieldKeys, spoil: Callable[[str], str]) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        keys.open(spoil(keys.seal(ID_NUMBER, "patients.id_number")), "patients.id_number")


def test_an_old_key_still_reads_and_the_new_one_writes(keys: FieldKeys) -> None:
    turned = FieldKeys({"k2": NEW, "k1": OLD})
    assert turned.open(keys.seal(ID_NUMBER, "patients.id_number"), "patients.id_number") == ID_NUMBER
    assert turned.seal(ID_NUMBER, "patients.id_number").startswith("k2:")


def test_a_row_whose_key_is_gone_is_refused(keys: FieldKeys) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        FieldKeys({"k2": NEW}).open(keys.seal(ID_NUMBER, "patients.id_number"), "patients.id_number")


def test_a_new_key_in_front_does_not_lose_anybody(keys: FieldKeys) -> None:
    assert FieldKeys({"k2": NEW, "k1": OLD}).blind(ID_NUMBER) == keys.blind(ID_NUMBER)


def test_a_fingerprint_tells_equal_from_different_and_nothing_else(keys: FieldKeys) -> None:
    fingerprint = keys.blind(ID_NUMBER)
    assert fingerprint == keys.blind(ID_NUMBER)
    assert fingerprint != keys.blind("110101194911010020")
    assert fingerprint != FieldKeys({"k1": NEW}).blind(ID_NUMBER)
    assert len(fingerprint) == 64
    assert ID_NUMBER not in fingerprint


def test_no_keys_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="At least one"):
        FieldKeys({})


def test_without_configured_keys_nothing_is_written_in_the_clear() -> None:
    ask = "from app.core import masks; masks.Sealed('a.b').process_bind_param('x', None)"
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    assert ran.returncode != 0
    assert "The field keys are not set" in ran.stderr


def test_the_database_holds_no_readable_id_number(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        patient.id_number = ID_NUMBER
    with transaction(outside.sessions) as session:
        stored = session.execute(text("SELECT id_number FROM patients")).scalar_one()
        assert session.scalars(select(Patient)).one().id_number == ID_NUMBER
    assert stored.startswith("k1:")
    assert ID_NUMBER not in stored


@pytest.mark.parametrize(
    "show, value, shown",
    [
        (masks.show_phone, "13800001234", "138****1234"),
        (masks.show_phone, "12345", "未登记"),
        (masks.show_phone, None, "未登记"),
        (masks.show_id_number, ID_NUMBER, "110****0012"),
        (masks.show_id_number, None, "未登记"),
        (masks.show_address, "南京市玄武区中山路1号", "南京市玄武区****"),
        (masks.show_address, None, "未登记"),
        (masks.show_name, "王芳", "王*"),
        (masks.show_name, "欧阳修文", "欧***"),
        (masks.show_name, "王", "王*"),
    ],
)
def test_what_others_may_see(show: Callable[[str | None], str], value: str | None, shown: str) -> None:
    assert show(value) == shown
