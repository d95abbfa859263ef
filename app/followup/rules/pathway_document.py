"""Read a pathway document (YAML or JSON) into a checked `Pathway`; faults name the node and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from app.core.documents import (
    flag_of,
    items_of,
    known_keys,
    mapping_of,
    number_of,
    optional_text_of,
    refuse,
    text_of,
    version_of,
    whole_of,
    word_of,
)
from app.followup.rules.pathway import Node, Pathway, Repeat, Rung
from app.followup.rules.workdays import Offset

ANCHORS = ("enrolled", "discharged", "operated", "result")
ACTIONS = ("message", "other_lane", "call_task", "escalate")
WISHES = ("any", "workday", "weekend")
CONTENTS = ("form", "call", "article")

_PATHWAY_KEYS = frozenset({"code", "version", "title", "review", "source", "nodes", "after_result"})
_NODE_KEYS = frozenset(
    {"key", "title", "purpose", "anchor", "offset", "window", "content", "executor", "at", "prefer"}
    | {"ladder", "repeat", "optional", "source"}
)


def parse_pathway(document: object) -> Pathway:
    """A checked `Pathway` from {"code", "version", "title", "nodes": […], "after_result": {…}}.

    Raises Invalid with field = the node's key and code pathway_* or document_*.
    """
    top = mapping_of(document, "路径")
    known_keys(top, _PATHWAY_KEYS, "路径")
    nodes = tuple(_node(mapping_of(raw, "nodes")) for raw in items_of(top, "nodes", "路径"))
    if not nodes or len({node.key for node in nodes}) < len(nodes):
        raise refuse("nodes", "至少要有一个节点，每个节点的 key 不能重复", "pathway_nodes")
    result_node, offsets = _after_result(top, nodes)
    return Pathway(
        code=text_of(top, "code", "路径"),
        version=version_of(top, "路径"),
        title=text_of(top, "title", "路径"),
        nodes=nodes,
        after_result=offsets,
        result_node=result_node,
        review_state=optional_text_of(top, "review", "路径"),
        source=optional_text_of(top, "source", "路径"),
    )


def _node(entry: Mapping[str, object]) -> Node:
    key = text_of(entry, "key", "nodes")
    known_keys(entry, _NODE_KEYS, key)
    content = mapping_of(entry.get("content"), key)
    return Node(
        key=key,
        title=text_of(entry, "title", key),
        purpose=text_of(entry, "purpose", key),
        anchor=word_of(entry, "anchor", key, ANCHORS),
        offset=_offset(entry, "offset", key),
        window=_offset(entry, "window", key),
        content_kind=word_of(content, "kind", key, CONTENTS),
        content_code=text_of(content, "code", key),
        executor=text_of(entry, "executor", key),
        at=_time(text_of(entry, "at", key), key),
        wish=word_of(entry, "prefer", key, WISHES),
        ladder=_ladder(entry, key),
        repeat=_repeat(entry, key),
        optional=flag_of(entry, "optional", key),
        source=optional_text_of(entry, "source", key),
    )


def _offset(entry: Mapping[str, object], name: str, key: str) -> Offset:
    raw = entry.get(name)
    if raw is None:
        return Offset()
    given = mapping_of(raw, key)
    known_keys(given, frozenset({"months", "days"}), key)
    return Offset(whole_of(given, "months", key, 0, 120) or 0, whole_of(given, "days", key, 0, 3660) or 0)


def _time(text: str, key: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise refuse(key, f"at 应是时间，例如 09:00，现在是 {text}", "pathway_time") from None


def _ladder(entry: Mapping[str, object], key: str) -> tuple[Rung, ...]:
    rungs = tuple(_rung(mapping_of(raw, key), key) for raw in items_of(entry, "ladder", key))
    hours = [rung.after_hours for rung in rungs]
    if hours != sorted(set(hours)):
        raise refuse(key, "ladder 的 after_hours 要从小到大，不能重复", "pathway_ladder")
    return rungs


def _rung(entry: Mapping[str, object], key: str) -> Rung:
    known_keys(entry, frozenset({"after_hours", "action", "role"}), key)
    hours = number_of(entry, "after_hours", key)
    if hours is None or hours < 0:
        raise refuse(key, "ladder 每一步要写 after_hours（不小于 0）", "pathway_ladder")
    action, role = word_of(entry, "action", key, ACTIONS), optional_text_of(entry, "role", key)
    if (action == "escalate") != (role is not None):
        raise refuse(key, "escalate 要写明 role（通知谁），其他步骤不写", "pathway_ladder")
    return Rung(hours, action, role)


def _repeat(entry: Mapping[str, object], key: str) -> Repeat | None:
    if entry.get("repeat") is None:
        return None
    given = mapping_of(entry["repeat"], key)
    known_keys(given, frozenset({"every", "times"}), key)
    every = _offset(given, "every", key)
    if every == Offset():
        raise refuse(key, "repeat 的 every 要大于 0，例如 {months: 1}", "pathway_repeat")
    return Repeat(every, whole_of(given, "times", key, 1, 200))


def _after_result(
    top: Mapping[str, object], nodes: tuple[Node, ...]
) -> tuple[str | None, Mapping[str, Offset]]:
    if top.get("after_result") is None:
        return None, {}
    given = mapping_of(top["after_result"], "after_result")
    known_keys(given, frozenset({"node", "offsets"}), "after_result")
    key = text_of(given, "node", "after_result")
    if key not in {node.key for node in nodes}:
        raise refuse("after_result", f"没有节点 {key}，请改成已有节点的 key", "pathway_nodes")
    offsets = mapping_of(given.get("offsets"), "after_result")
    return key, {outcome: _offset(offsets, outcome, "after_result") for outcome in offsets}
