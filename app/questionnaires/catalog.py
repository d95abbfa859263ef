"""The forms of the hospital by code and version; a published version never changes."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import published
from app.core.documents import read_yaml
from app.core.errors import Conflict, NotFound
from app.questionnaires.advice import ensure_written
from app.questionnaires.rules.definition import parse
from app.questionnaires.rules.items import Definition
from app.questionnaires.tables import Questionnaire

_parsed: dict[str, Definition] = {}
"""{id of a published version: checked definition}: both never change, so every request may share it."""


def load_seeds(session: Session, folder: Path, now: datetime) -> str:
    """Publish every form of folder/questionnaires/*.yaml that is not there yet."""
    documents = [read_yaml(path) for path in sorted((folder / "questionnaires").glob("*.yaml"))]
    for document in documents:
        publish_document(session, document, now)
    return f"questionnaires: {len(documents)} forms published"


def publish_document(session: Session, document: Mapping[str, Any], now: datetime) -> Questionnaire:
    """The published row of this document; the same content again changes nothing.

    Raises Invalid for a faulty document and for a flag whose advice nobody has written (unknown_advice),
    Conflict (questionnaire_changed) when this version was published with another content: a change is a
    new version.
    """
    definition = parse(document)
    standing = published.version_of(session, Questionnaire, definition.code, definition.version)
    if standing is None:
        ensure_written(session, [flag.advice_key for flag in definition.flags])
        return published.publish(
            session,
            Questionnaire,
            code=definition.code,
            version=definition.version,
            title=definition.title,
            document=document,
            content_hash=definition.content_hash,
            now=now,
        )
    if standing.content_hash != definition.content_hash:
        raise Conflict(
            f"问卷 {definition.code} 第 {definition.version} 版已经发布，不能再改；请把 version 加一。",
            code="questionnaire_changed",
            field=definition.code,
        )
    return standing


def newest(session: Session, code: str) -> Questionnaire:
    """The newest published version of a form. Raises NotFound (no_such_form)."""
    found = published.newest_of(session, Questionnaire, code)
    if found is None:
        raise NotFound("没有这份问卷。", code="no_such_form")
    return found


def definition_of(session: Session, questionnaire_id: str) -> Definition:
    """The checked definition of one version, fetched and parsed once per process."""
    if questionnaire_id not in _parsed:
        document = session.scalars(
            select(Questionnaire.document).where(Questionnaire.id == questionnaire_id)
        ).one()
        _parsed[questionnaire_id] = parse(document)
    return _parsed[questionnaire_id]
