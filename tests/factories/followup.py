"""Tasks of patients and staff, with only what a test is about spelled out."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core import clock
from app.core.documents import read_yaml
from app.core.ids import new_id
from app.followup import catalog as followup
from app.followup.catalog import publish_document
from app.followup.plans import enrol
from app.followup.tables import Pathway, Plan, Task, VisitOutcome
from app.questionnaires import advice
from app.questionnaires import catalog as questionnaires
from app.seeding import SEEDS
from tests.conftest import NOW


def make_pathway(session: Session, *, code: str = "hypertension") -> Pathway:
    """The hospital's own hypertension pathway, under this code."""
    document = read_yaml(SEEDS / "pathways" / "hypertension.yaml")
    return publish_document(session, document | {"code": code}, NOW)


def make_content(session: Session) -> None:
    """The hospital's own forms, advice and pathways, as `make seed` loads them."""
    for load in (advice.load_seeds, questionnaires.load_seeds, followup.load_seeds):
        load(session, SEEDS, NOW)


def make_plan(session: Session, patient_id: str, *, now: datetime = NOW, key: str = "test") -> Plan:
    """The patient on the hypertension pathway from today on."""
    make_content(session)
    return enrol(session, patient_id, "hypertension", clock.day_of(now), f"{key}:{patient_id}", now)


def make_task(
    session: Session,
    patient_id: str,
    *,
    kind: str = "form",
    state: str = "open",
    due_at: datetime = NOW,
    **more: object,
) -> Task:
    """An open task: for the patient to answer (form), or for staff (call, assign_doctor …)."""
    task_id = new_id()
    task = Task(
        **{
            "id": task_id,
            "dedupe_key": f"test:{task_id}",
            "patient_id": patient_id,
            "kind": kind,
            "title": "血压随访",
            "purpose": "看看这段时间血压稳不稳，好决定要不要调整用药。",
            "form_code": "form" if kind in ("form", "call") else None,
            "executor_role": "patient" if kind == "form" else "nurse",
            "due_at": due_at,
            "state": state,
            "opened_at": due_at if state == "open" else None,
            **more,
        }
    )
    session.add(task)
    session.flush()
    return task


def make_visit_outcome(session: Session, patient_id: str, kind: str, *, at: datetime = NOW) -> VisitOutcome:
    """What the rules made of a visit."""
    outcome = VisitOutcome(
        patient_id=patient_id,
        response_id=new_id(),
        kind=kind,
        urgency=None,
        uncontrolled=kind != "controlled",
        adverse_reaction=False,
        reasons=[],
        advice_key="bp_controlled",
        next_visit_on=clock.day_of(at),
        at=at,
    )
    session.add(outcome)
    session.flush()
    return outcome
