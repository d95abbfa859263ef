"""The health archive: lines are added once, ended and kept; complete means that nothing is missing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from app.audit.trail import Actor
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.patients.events import ArchiveCompleted
from app.patients.tables import Patient
from app.records import history
from app.records.rules.archive import missing, read_entry, read_icd10
from app.risk.tagging import tags_of
from app.staff.tables import Account
from app.wiring import Outside
from tests.factories.listening import hearing
from tests.factories.patients import make_patient
from tests.factories.staff import make_account

WHOLE = [
    ("allergy", "无", ""),
    ("diagnosis", "原发性高血压", "I10"),
    ("family", "父亲高血压", ""),
    ("social", "不吸烟，偶尔饮酒", ""),
]


@pytest.fixture
def patient(outside: Outside) -> Patient:
    with transaction(outside.sessions) as session:
        return make_patient(session)


@pytest.fixture
def nurse(outside: Outside) -> Actor:
    with transaction(outside.sessions) as session:
        account: Account = make_account(session)
        return Actor("staff", account.id)


def test_a_line_tapped_twice_is_kept_once(
    outside: Outside, patient: Patient, nurse: Actor, now: datetime
) -> None:
    for _ in range(2):
        with transaction(outside.sessions) as session:
            history.add(session, nurse, patient.id, "allergy", " 青霉素，皮疹 ", "", now)
    with read_only(outside.readers) as session:
        assert [entry.text for entry in history.in_force(session, patient.id)] == ["青霉素，皮疹"]


def test_a_line_posted_eight_times_at_once_is_kept_once(
    outside: Outside, patient: Patient, nurse: Actor, now: datetime
) -> None:
    def post(_: int) -> str:
        return contend(
            outside.sessions,
            lambda session: history.add(session, nurse, patient.id, "diagnosis", "高血压", "I10", now).id,
        )

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(post, range(8)))) == 1
    with read_only(outside.readers) as session:
        assert [entry.text for entry in history.in_force(session, patient.id)] == ["高血压"]
        assert [tag.tag for tag in tags_of(session, patient.id, now)] == ["高血压"]


def test_an_ended_line_stays_readable(
    outside: Outside, patient: Patient, nurse: Actor, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        entry = history.add(session, nurse, patient.id, "social", "吸烟", "", now)
        for _ in range(2):
            history.end(session, nurse, patient.id, entry.id, now)
        assert list(history.in_force(session, patient.id)) == []
        assert [line.text for line in history.ended(session, patient.id)] == ["吸烟"]


def test_another_patients_line_is_not_found(
    outside: Outside, patient: Patient, nurse: Actor, now: datetime
) -> None:
    with pytest.raises(NotFound) as refused, transaction(outside.sessions) as session:
        entry = history.add(session, nurse, patient.id, "social", "吸烟", "", now)
        history.end(session, nurse, make_patient(session).id, entry.id, now)
    assert refused.value.code == "history_unknown"


def test_an_archive_is_complete_when_every_needed_kind_has_an_answer(
    outside: Outside, patient: Patient, nurse: Actor, now: datetime
) -> None:
    for kind, text, code in WHOLE:
        with pytest.raises(Conflict) as refused, transaction(outside.sessions) as session:
            history.complete(session, nurse, patient.id, now)
        assert refused.value.code == "archive_incomplete"
        with transaction(outside.sessions) as session:
            history.add(session, nurse, patient.id, kind, text, code, now)
    with hearing(outside, ArchiveCompleted) as heard:
        for _ in range(2):
            with transaction(outside.sessions) as session:
                assert history.complete(session, nurse, patient.id, now).archive_completed_at == now
    assert heard == [ArchiveCompleted(patient.id, nurse.id, now)]


@pytest.mark.parametrize(
    "kind, text, icd10, code",
    [
        ("horoscope", "白羊座", "", "history_kind"),
        ("allergy", "  ", "", "history_text"),
        ("allergy", "x" * 501, "", "history_text"),
        ("diagnosis", "高血压", "", "icd10_shape"),
        ("diagnosis", "高血压", "10", "icd10_shape"),
        ("diagnosis", "高血压", "I10；DROP", "icd10_shape"),
    ],
)
def test_a_line_needs_sound_fields(kind: str, text: str, icd10: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_entry(kind, text, icd10)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "raw, code",
    [
        ("i10", "I10"),
        (" I25.1 ", "I25.1"),
        ("Ｉ１０", "I10"),
        ("I10.x00x002", "I10.X00X002"),
        ("M90.7*", "M90.7*"),
    ],
)
def test_a_code_is_read_as_hospitals_write_it(raw: str, code: str) -> None:
    assert read_icd10(raw) == code


def test_no_known_diagnosis_needs_no_code() -> None:
    assert read_entry("diagnosis", "无", "") == ("无", None)


def test_what_is_missing_is_named_in_order() -> None:
    assert missing(["social"]) == ["过敏史", "诊断", "家族史"]
    assert missing(kind for kind, _, _ in WHOLE) == []
