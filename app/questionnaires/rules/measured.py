"""The readings inside a response: which answers are measurements of which indicator."""

from __future__ import annotations

from collections.abc import Mapping

from app.questionnaires.rules.items import Definition, Item


def measured(definition: Definition, answers: Mapping[str, object]) -> dict[str, dict[str, float]]:
    """{linkId: {indicator: value in the indicator's canonical unit}} of every answer that is a measurement.

    `answers` are {linkId: normalized value}, visible ones only.
    """
    found: dict[str, dict[str, float]] = {}
    for link_id, value in answers.items():
        readings = _readings(definition.by_link_id[link_id], value)
        if readings:
            found[link_id] = readings
    return found


def told_pressure(definition: Definition, answers: Mapping[str, object]) -> tuple[float, float] | None:
    """(systolic, diastolic) in mmHg of these answers; None where none is given."""
    for values in measured(definition, answers).values():
        if "SBP" in values and "DBP" in values:
            return values["SBP"], values["DBP"]
    return None


def _readings(item: Item, value: object) -> dict[str, float]:
    if item.type == "blood-pressure" and isinstance(value, Mapping) and "systolic" in value:
        return {"SBP": float(value["systolic"]), "DBP": float(value["diastolic"])}
    if item.indicator is None:
        return {}
    if isinstance(value, Mapping):
        return {item.indicator: float(value["value"])}
    return {item.indicator: float(str(value))}
