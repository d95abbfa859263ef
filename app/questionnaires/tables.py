"""Questionnaires by version, and what people answered, one row an answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id
from app.core.ids import new_id
from app.core.published import Published


class Questionnaire(Published, Base):
    """One version of one form; once published it never changes."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("code", "version"), Base.__table_args__)


class Response(Base):
    """One person's answers to one form, for one occasion; a draft until it is submitted."""

    __tablename__ = "questionnaire_responses"
    __table_args__ = (
        Index("ix_questionnaire_responses_patient_id_state", "patient_id", "state"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patients.id"))
    questionnaire_id: Mapped[str] = mapped_column(ForeignKey("questionnaires.id"))
    occasion: Mapped[str] = mapped_column(String(96), unique=True)
    """task:<task id>, or self:<hash of patient and request id>: one response for one occasion."""
    task_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    """draft, submitted, expired (put aside whole after three days), withdrawn (nobody asks any more)."""
    content_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submit_request_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    score: Mapped[float | None] = mapped_column()
    band: Mapped[str | None] = mapped_column(String(32))
    saves: Mapped[int] = mapped_column(default=0)
    """How often an answer was kept: of two pictures of the form, the one with more saves is the newer."""
    chat_at: Mapped[str | None] = mapped_column(String(64))
    """The question that the chat asked last; empty when the person is not answering in the chat."""
    chat_misses: Mapped[int] = mapped_column(default=0)
    """How many replies to that question were not understood: after the second a nurse asks it."""


class Answer(Base):
    """One answer; saved as it is given."""

    __tablename__ = "questionnaire_answers"

    response_id: Mapped[str] = mapped_column(ForeignKey("questionnaire_responses.id"), primary_key=True)
    link_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    answered_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(8))
    """page, chat, api, staff."""
    answered_by: Mapped[str | None] = mapped_column(String(48))
    """patient:<id> or staff:<id>; empty for what was answered before this was kept."""


class AnswerBefore(Base):
    """What somebody else said to a question that is answered otherwise now; nothing is lost silently."""

    __tablename__ = "questionnaire_answers_before"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    response_id: Mapped[str] = mapped_column(ForeignKey("questionnaire_responses.id"), index=True)
    link_id: Mapped[str] = mapped_column(String(64))
    value: Mapped[Any] = mapped_column(JSON)
    answered_at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(8))
    answered_by: Mapped[str] = mapped_column(String(48))


class AnswerTold(Base):
    """What a program was told when it sent one answer; gone once the form is sent and takes no more."""

    __tablename__ = "questionnaire_answers_told"

    response_id: Mapped[str] = mapped_column(ForeignKey("questionnaire_responses.id"), primary_key=True)
    request_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of question and value as they were sent; empty for what was told before this was kept."""
    told: Mapped[str] = mapped_column(Text)
    """The body of the first answer, as it went out."""
    at: Mapped[datetime]


class RaisedFlag(Base):
    """A red flag that fired while answering, and when it was announced first."""

    __tablename__ = "questionnaire_flags"

    response_id: Mapped[str] = mapped_column(ForeignKey("questionnaire_responses.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class AdviceText(Base):
    """One approved sentence for patients, word for word; rules name it by its key."""

    __tablename__ = "advice_texts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    call_120: Mapped[bool] = mapped_column(default=False)
    """Whether the emergency number stands under it."""
    source: Mapped[str] = mapped_column(String(255))
    needs_review: Mapped[bool] = mapped_column(default=True)
    """True until a clinician of the hospital has signed it (待临床审核)."""
    updated_at: Mapped[datetime]
