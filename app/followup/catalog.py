"""The hospital's pathways by code and version; a published version never changes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import published
from app.core.documents import read_yaml
from app.core.errors import Conflict, Invalid, NotFound
from app.followup.rules import pathway as rules
from app.followup.rules.pathway_document import parse_pathway
from app.followup.tables import Pathway

KINDS = ("form", "call")
"""What a plan's tasks can be; articles go out as broadcasts of the education room."""

ESCALATE_TO = ("nurse", "doctor", "administrator")
"""Who can be told at the end of a ladder: the roles that answer alerts."""

_parsed: dict[str, rules.Pathway] = {}
"""{content hash: checked pathway}: frozen, so every request of the process may share it."""


def load_seeds(session: Session, folder: Path, now: datetime) -> str:
    """Publish every pathway of folder/pathways/*.yaml that is not there yet."""
    documents = [read_yaml(path) for path in sorted((folder / "pathways").glob("*.yaml"))]
    for document in documents:
        publish_document(session, document, now)
    return f"pathways: {len(documents)} published"


def publish_document(session: Session, document: Mapping[str, Any], now: datetime) -> Pathway:
    """The published row of this document; the same content again changes nothing.

    Raises Invalid for a faulty document, Conflict (pathway_changed) when this version was published
    with another content: a change is a new version.
    """
    pathway = parse_pathway(document)
    for node in pathway.nodes:
        _ensure_can_be_done(node)
    fingerprint = _fingerprint(document)
    standing = published.version_of(session, Pathway, pathway.code, pathway.version)
    if standing is None:
        return published.publish(
            session,
            Pathway,
            code=pathway.code,
            version=pathway.version,
            title=pathway.title,
            document=document,
            content_hash=fingerprint,
            now=now,
        )
    if standing.content_hash != fingerprint:
        raise Conflict(
            f"路径 {pathway.code} 第 {pathway.version} 版已经发布，不能再改；请把 version 加一。",
            code="pathway_changed",
            field=pathway.code,
        )
    return standing


def newest(session: Session, code: str) -> Pathway:
    """The newest published version of a pathway. Raises NotFound (no_such_pathway)."""
    found = published.newest_of(session, Pathway, code)
    if found is None:
        raise NotFound("没有这条随访路径。", code="no_such_pathway")
    return found


def pathway_of(session: Session, pathway_id: str) -> rules.Pathway:
    """The checked pathway of one version, parsed once per process."""
    content_hash, document = session.execute(
        select(Pathway.content_hash, Pathway.document).where(Pathway.id == pathway_id)
    ).one()
    if content_hash not in _parsed:
        _parsed[content_hash] = parse_pathway(document)
    return _parsed[content_hash]


def _ensure_can_be_done(node: rules.Node) -> None:
    """What a document may say and this house cannot do is refused at publication, not when it is due."""
    if node.content_kind not in KINDS:
        raise Invalid("路径里的节点只能是问卷(form)或电话(call)。", code="pathway_content", field=node.key)
    if any(rung.role not in (None, *ESCALATE_TO) for rung in node.ladder):
        known = "、".join(ESCALATE_TO)
        raise Invalid(f"escalate 的 role 只能是 {known}。", code="pathway_role", field=node.key)


def _fingerprint(document: Mapping[str, Any]) -> str:
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
