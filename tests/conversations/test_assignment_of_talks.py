"""A talk goes to somebody who is there, who knows the patient, who has time; and says why."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import Conversation
from app.core.db import transaction
from app.wiring import Outside
from tests.factories.conversations import make_patient_line
from tests.factories.patients import make_identity, make_patient
from tests.factories.staff import make_account, make_shift
from tests.factories.ward import make_ward


def talk_of(session: Session, patient_id: str) -> Conversation:
    return session.scalars(select(Conversation).where(Conversation.patient_id == patient_id)).one()


def test_the_patients_own_nurse_has_it_when_she_is_there(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        for nurse in (ward.nurse, make_account(session, name="张华")):
            make_shift(session, nurse.id, starts_at=now)
        make_patient_line(session, ward.chat, "在吗", now)
        talk = talk_of(session, ward.patient.id)
        assert (talk.assignee_id, talk.assigned_because) == (ward.nurse.id, "是这位患者的责任护士，正在值班")


def test_a_colleague_on_duty_stands_in(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        colleague = make_account(session, name="张华")
        make_shift(session, colleague.id, starts_at=now)
        make_patient_line(session, ward.chat, "在吗", now)
        assert talk_of(session, ward.patient.id).assignee_id == colleague.id


def test_whoever_has_it_keeps_it_while_she_is_there(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        colleague = make_account(session, name="张华")
        make_shift(session, colleague.id, starts_at=now)
        make_patient_line(session, ward.chat, "在吗", now)
        make_shift(session, ward.nurse.id, starts_at=now + timedelta(hours=1))
        make_patient_line(session, ward.chat, "还在吗", now + timedelta(hours=2))
        assert talk_of(session, ward.patient.id).assignee_id == colleague.id


def test_work_is_shared(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        nurses = [make_account(session, name=name) for name in ("张华", "刘洋")]
        for nurse in nurses:
            make_shift(session, nurse.id, starts_at=now)
        patients = [make_patient(session, name=name) for name in ("甲", "乙")]
        for patient in patients:
            make_patient_line(session, make_identity(session, patient.id), "在吗", now)
        assert {talk_of(session, patient.id).assignee_id for patient in patients} == {n.id for n in nurses}


def test_at_night_it_waits_with_the_patients_own_nurse(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        ward = make_ward(session)
        make_patient_line(session, ward.chat, "在吗", now)
        talk = talk_of(session, ward.patient.id)
        assert talk.assignee_id == ward.nurse.id
        assert talk.assigned_because == "现在没有人值班，先留给这位患者的责任护士"
