"""Pathways, the plan of one patient, and the tasks that come due."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.published import Published


class Pathway(Published, Base):
    """One version of one follow-up pathway."""

    __tablename__ = "pathways"
    __table_args__ = (UniqueConstraint("code", "version"), Base.__table_args__)


class Plan(Base):
    """One patient on one pathway, from a day until an end with a reason."""

    __tablename__ = "plans"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"), index=True)
    pathway_id: Mapped[str] = mapped_column(ForeignKey("pathways.id"))
    enrolment_key: Mapped[str] = mapped_column(String(96), unique=True)
    """card:<card id>; unique, so one event enrols once."""
    state: Mapped[str] = mapped_column(String(12), default="active")
    """active, paused, ended."""
    anchor_on: Mapped[date]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(128))
    """Empty when the patient gave none."""
    ended_by: Mapped[str | None] = mapped_column(String(48))
    """patient:<id> or staff:<id>; empty for a plan that ended before this was kept."""

    @property
    def stopped_by_patient(self) -> bool:
        """Whether the patient ended it, and no member of staff."""
        return (self.ended_by or "").startswith("patient:")


class Task(Base):
    """One thing that falls due for one patient: a follow-up to answer, a call, something for staff to do."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_state_next_step_at", "state", "next_step_at"),
        Index("ix_tasks_state_due_at", "state", "due_at"),
        Index("ix_tasks_patient_id_due_at", "patient_id", "due_at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    dedupe_key: Mapped[str] = mapped_column(String(128), unique=True)
    """plan:<id>:<node>:<occurrence>, first:<patient>:assign_doctor …"""
    plan_id: Mapped[str | None] = mapped_column(ForeignKey("plans.id"), index=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    node_key: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    """form (the patient answers), call (staff telephone), assign_doctor, complete_archive, review …"""
    title: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(255))
    """Why we ask; the patient reads it."""
    form_code: Mapped[str | None] = mapped_column(String(64))
    executor_role: Mapped[str] = mapped_column(String(32))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("staff_accounts.id"), index=True)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    """planned, open (due and asked), done, skipped (a better visit replaced it), cancelled."""
    ladder_step: Mapped[int] = mapped_column(default=0)
    """How many steps of the node's ladder have been taken."""
    next_step_at: Mapped[datetime | None]
    """When the machine has to look at it again; empty for what waits for a person."""
    opened_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(48))
    """patient:<id>, staff:<id> or system."""
    outcome: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(String(255))
    cause_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The unanswered task that became this call, or the response that booked this visit."""


class VisitOutcome(Base):
    """What the national specification's rules made of one follow-up; two uncontrolled in a row refer."""

    __tablename__ = "visit_outcomes"
    __table_args__ = (Index("ix_visit_outcomes_patient_id_at", "patient_id", "at"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    response_id: Mapped[str] = mapped_column(Id, unique=True)
    task_id: Mapped[str | None] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(24))
    """controlled, first_uncontrolled, adverse_reaction, incomplete (no pressure), refer, emergency."""
    urgency: Mapped[str | None] = mapped_column(String(12))
    """critical, high, normal; empty when nobody needs telling."""
    uncontrolled: Mapped[bool]
    """At or above the limit for the age; two in a row refer, whatever else each of them was."""
    adverse_reaction: Mapped[bool]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    """Sentences for staff, each with its source."""
    advice_key: Mapped[str] = mapped_column(String(64))
    next_visit_on: Mapped[date]
    at: Mapped[datetime]
