"""The recorded payloads and their shapes."""

import json
from pathlib import Path
from typing import Any

WECHAT = Path(__file__).parent / "wechat"


def push(name: str) -> str:
    """A message of WeChat's as it comes to the callback: text.xml, subscribe_popup_one.json …"""
    return (WECHAT / "pushes" / name).read_text()


def answer(name: str) -> dict[str, Any]:
    """What one call answers."""
    return dict(json.loads((WECHAT / "answers" / f"{name}.json").read_text()))


def shape(value: Any) -> Any:
    """Names and kinds of values without the values: what has to agree."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__
