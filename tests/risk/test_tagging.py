"""Tags follow the facts; what a person set stays."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core.db import transaction
from app.core.errors import Invalid
from app.risk.findings import note_finding
from app.risk.tagging import add_tag, remove_tag, rethink_tags, tags_of
from app.wiring import Outside
from tests.factories.patients import make_patient
from tests.factories.staff import make_account


def _names(session: Session, patient_id: str, now: datetime) -> list[str]:
    return sorted(tag.tag for tag in tags_of(session, patient_id, now))


def test_an_uncontrolled_visit_sets_a_tag_and_a_controlled_one_ends_it(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        note_finding(session, patient.id, "pathway", {"pathway": "hypertension", "on": True}, now)
        note_finding(session, patient.id, "visit", {"uncontrolled": True, "pressure": "150/95"}, now)
        rethink_tags(session, patient.id, now)
        assert _names(session, patient.id, now) == ["血压未达标", "高血压"]
        evidence = {tag.tag: tag.evidence for tag in tags_of(session, patient.id, now)}
        assert "150/95" in evidence["血压未达标"]

        later = now + timedelta(days=14)
        note_finding(session, patient.id, "visit", {"uncontrolled": False, "pressure": "132/80"}, later)
        rethink_tags(session, patient.id, later)
        assert _names(session, patient.id, later + timedelta(seconds=1)) == ["高血压"]


def test_a_plan_that_ended_takes_its_tag_along(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        note_finding(session, patient.id, "pathway", {"pathway": "hypertension", "on": True}, now)
        rethink_tags(session, patient.id, now)
        assert _names(session, patient.id, now) == ["高血压"]
        later = now + timedelta(days=1)
        note_finding(session, patient.id, "pathway", {"pathway": "hypertension", "on": False}, later)
        rethink_tags(session, patient.id, later)
        assert _names(session, patient.id, later + timedelta(seconds=1)) == []


def test_thinking_twice_changes_nothing(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session, birth_on=date(1950, 1, 1))
        for _ in range(2):
            rethink_tags(session, patient.id, now)
        assert _names(session, patient.id, now) == ["老年"]


def test_a_rule_never_takes_a_persons_tag(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient, nurse = make_patient(session), make_account(session)
        actor = Actor("staff", nurse.id)
        add_tag(session, actor, patient.id, "血压未达标", "电话里说的", now)
        add_tag(session, actor, patient.id, "血压未达标", "又点了一次", now)
        note_finding(session, patient.id, "visit", {"uncontrolled": False, "pressure": "120/80"}, now)
        rethink_tags(session, patient.id, now)
        assert _names(session, patient.id, now) == ["血压未达标"]
        remove_tag(session, actor, patient.id, "血压未达标", now)
        assert _names(session, patient.id, now + timedelta(seconds=1)) == []


@pytest.mark.parametrize("name", ["", "   ", "长" * 33])
def test_a_tag_without_a_fitting_name_is_refused(outside: Outside, now: datetime, name: str) -> None:
    with transaction(outside.sessions) as session:
        patient, nurse = make_patient(session), make_account(session)
        with pytest.raises(Invalid) as refusal:
            add_tag(session, Actor("staff", nurse.id), patient.id, name, "", now)
        assert refusal.value.field == "tag"
