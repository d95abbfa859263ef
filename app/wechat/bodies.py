"""The two spellings of a callback, XML and JSON, as one plain dict. Refuses what could blow up."""

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

LARGEST = 32 * 1024
"""Bytes at the door, characters inside; WeChat's own longest message is far below."""
DEEPEST = 6


class Malformed(Exception):
    """No well-formed message of WeChat's. The text never repeats the input."""


def fields_of(body: str) -> dict[str, Any]:
    """The message's fields. Raises Malformed, also for any DTD: entities are how XML bombs are built."""
    if len(body) > LARGEST:
        raise Malformed("too long")
    return _from_json(body) if body.lstrip()[:1] == "{" else _from_xml(body)


def items_of(fields: Mapping[str, Any], wrapper: str) -> list[Mapping[str, Any]]:
    """The `List` of a subscription event: inside its wrapper (XML) or at the top (JSON), one item or many."""
    inside = fields.get(wrapper)
    found = inside.get("List") if isinstance(inside, Mapping) else fields.get("List")
    items = found if isinstance(found, list) else [found]
    return [item for item in items if isinstance(item, Mapping)]


def _from_json(body: str) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("JSON") from None
    if not isinstance(values, dict):
        raise Malformed("JSON")
    return {str(_whole(name)): _whole(value) for name, value in values.items()}


def _whole(value: Any) -> Any:
    """Half an emoji (a lone surrogate, which no database takes) becomes a mark; the words around it stay."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {str(_whole(name)): _whole(each) for name, each in value.items()}
    return value


def _from_xml(body: str) -> dict[str, Any]:
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        raise Malformed("DTD")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - a DTD was refused above
    except ElementTree.ParseError:
        raise Malformed("XML") from None
    values = _value(root, 0)
    if root.tag != "xml" or not isinstance(values, dict):
        raise Malformed("XML")
    return values


def _value(node: ElementTree.Element, depth: int) -> Any:
    if depth > DEEPEST:
        raise Malformed("too deep")
    if not len(node):
        return node.text or ""
    values: dict[str, Any] = {}
    for child in node:
        value = _value(child, depth + 1)
        if child.tag not in values:
            values[child.tag] = value
        elif isinstance(values[child.tag], list):
            values[child.tag].append(value)
        else:
            values[child.tag] = [values[child.tag], value]
    return values
