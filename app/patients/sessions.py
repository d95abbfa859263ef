"""Patients' sessions: a bearer token for the mini-program, a cookie for the pages; only hashes are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from app.core.ids import new_token, token_hash
from app.patients.tables import Patient, PatientSession, WechatIdentity

LASTS = {"api": timedelta(days=30), "page": timedelta(days=7)}


@dataclass(frozen=True)
class Visitor:
    """Who is here: always a WeChat identity, a patient once a card is activated."""

    session_id: str
    identity_id: str
    app_kind: str
    patient_id: str | None
    large_type: bool


def open_session(session: Session, identity_id: str, kind: str, now: datetime) -> str:
    """Start a session of kind api or page; the token."""
    token = new_token()
    session.add(
        PatientSession(
            token_hash=token_hash(token),
            identity_id=identity_id,
            kind=kind,
            created_at=now,
            ends_at=now + LASTS[kind],
            revoked_at=None,
        )
    )
    return token


def who_is(rows: Connection | Session, token: str, kind: str, now: datetime) -> Visitor | None:
    """Whose session of this kind the token opens, in one query; nobody's when it has ended or was revoked."""
    given = {"token_hash": token_hash(token), "kind": kind, "now": now}
    row = rows.execute(_WHO, given).one_or_none()
    return Visitor(row[0], row[1], row[2], row[3], bool(row[4])) if row else None


def revoke(session: Session, session_id: str, now: datetime) -> None:
    """End one session at once."""
    session.execute(
        update(PatientSession)
        .where(PatientSession.id == session_id, PatientSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


_SESSION, _IDENTITY, _PATIENT = PatientSession.__table__.c, WechatIdentity.__table__.c, Patient.__table__.c

# Built once, of columns instead of classes: it runs before every answer to a patient.
_WHO = (
    select(_SESSION.id, _IDENTITY.id, _IDENTITY.app_kind, _IDENTITY.patient_id, _PATIENT.large_type)
    .select_from(PatientSession.__table__)
    .join(WechatIdentity.__table__, _IDENTITY.id == _SESSION.identity_id)
    .join(Patient.__table__, _PATIENT.id == _IDENTITY.patient_id, isouter=True)
    .where(
        _SESSION.token_hash == bindparam("token_hash"),
        # A cookie is no bearer token, nor the other way round: each ends in its own time.
        _SESSION.kind == bindparam("kind"),
        _SESSION.revoked_at.is_(None),
        _SESSION.ends_at > bindparam("now"),
    )
)
