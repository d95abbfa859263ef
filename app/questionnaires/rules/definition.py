"""Read a questionnaire document (JSON, close to FHIR R4 Questionnaire) into a checked `Definition`.

Every fault names the item's linkId and says what to do, because the person who reads it is writing a form.
A question may only depend on questions before it: then the page, the chat and the score agree in one pass.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from app.core.documents import (
    items_of,
    known_keys,
    mapping_of,
    optional_text_of,
    refuse,
    text_of,
    version_of,
    whole_of,
)
from app.questionnaires.rules.definition_scoring import read_flags, read_scores
from app.questionnaires.rules.item_document import distinct_aliases, name_of, read_item
from app.questionnaires.rules.items import Definition, Item

MAX_ITEMS = 500
MAX_DEPTH = 5

_DOCUMENT_KEYS = frozenset(
    {"resourceType", "code", "version", "title", "purpose", "minutes", "source", "review", "item"}
    | {"scoring", "flags"}
)


def content_hash(document: Mapping[str, object]) -> str:
    """sha256 (hex) of the document in canonical JSON: the same content, the same hash, in any key order."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def parse(document: object) -> Definition:
    """A checked `Definition` from {"code", "version", "title", "item": […], "scoring": […], "flags": […]}.

    Raises Invalid with field = the linkId (or the key) at fault and code definition_*.
    Source: docs/sources.md#fhir-questionnaire; our additions are in docs/clinical-decisions.md#questionnaires
    """
    top = mapping_of(document, "问卷", "question_document")
    known_keys(top, _DOCUMENT_KEYS, "问卷")
    items = _items(top)
    earlier = {item.link_id: item for item in items}
    return Definition(
        code=text_of(top, "code", "问卷"),
        version=version_of(top, "问卷"),
        title=text_of(top, "title", "问卷"),
        items=items,
        content_hash=content_hash(top),
        scores=read_scores(top, earlier),
        flags=read_flags(top, earlier),
        purpose=optional_text_of(top, "purpose", "问卷"),
        minutes=whole_of(top, "minutes", "问卷", 1, 120),
        source=optional_text_of(top, "source", "问卷"),
        review_state=optional_text_of(top, "review", "问卷"),
    )


def _items(top: Mapping[str, object]) -> tuple[Item, ...]:
    read: dict[str, Item] = {}
    for entry, parents in _walk(items_of(top, "item", "问卷"), ()):
        item = read_item(entry, parents, read)
        if item.link_id in read:
            raise refuse(item.link_id, "linkId 重复了，请给每一题一个不同的 linkId", "definition_duplicate")
        read[item.link_id] = item
        if len(read) > MAX_ITEMS:
            raise refuse(item.link_id, f"问卷最多 {MAX_ITEMS} 项，请拆成几份", "definition_size")
    if not any(item.asks for item in read.values()):
        raise refuse("item", "问卷里还没有题目，请至少加一题", "definition_empty")
    distinct_aliases(read.values())
    return tuple(read.values())


def _walk(
    entries: Iterable[object], parents: tuple[str, ...]
) -> Iterator[tuple[Mapping[str, object], tuple[str, ...]]]:
    if len(parents) > MAX_DEPTH:
        raise refuse(parents[-1], f"分组最多套 {MAX_DEPTH} 层，请减少层数", "definition_depth")
    for raw in entries:
        entry = mapping_of(raw, parents[-1] if parents else "item", "document_shape")
        yield entry, parents
        children = items_of(entry, "item", name_of(entry))
        if children and entry.get("type") != "group":
            raise refuse(name_of(entry), "只有分组(group)里可以放题目，请把它改成分组", "definition_nesting")
        yield from _walk(children, (*parents, name_of(entry)))
