"""A message's fields as WeChat writes them: XML with CDATA, or JSON for mini-programs."""

import json
import re
import xml.etree.ElementTree as ElementTree  # noqa: S405 - DTDs are refused before parsing
from collections.abc import Mapping
from typing import Any

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class BadXml(ValueError):
    """The text is not the kind of XML that WeChat accepts."""


def to_xml(fields: Mapping[str, Any]) -> str:
    """`<xml>…</xml>`: text in CDATA, numbers bare, a list as a repeated element."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


def to_json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def from_xml(text: str) -> dict[str, Any]:
    """A flat-as-possible dict; repeated elements become a list. Raises BadXml, also for any DTD."""
    # A DTD can only stand before the root element; inside CDATA the same letters are a patient's words.
    if "<!" in text.partition("<xml")[0]:
        raise BadXml("a DTD is not accepted")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - see above
    except ElementTree.ParseError as error:
        raise BadXml(str(error)) from None
    if root.tag != "xml":
        raise BadXml("the root element must be <xml>")
    value = _value(root)
    return value if isinstance(value, dict) else {}


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(key, item) for key, item in value.items())
    elif isinstance(value, int | float):
        inner = str(value)
    else:
        inner = f"<![CDATA[{_cdata(str(value))}]]>"
    return f"<{name}>{inner}</{name}>"


def _cdata(text: str) -> str:
    return _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")


def _value(node: ElementTree.Element) -> Any:
    if len(node) == 0:
        return node.text or ""
    values: dict[str, Any] = {}
    for child in node:
        value = _value(child)
        if child.tag not in values:
            values[child.tag] = value
        elif isinstance(values[child.tag], list):
            values[child.tag].append(value)
        else:
            values[child.tag] = [values[child.tag], value]
    return values
