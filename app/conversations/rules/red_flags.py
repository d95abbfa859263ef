"""Danger words in what a patient writes. Not a diagnosis: a reason for a person to look now.

The words are in danger_words.py. Pressures and pulses in ordinary words count at their limits, one
number alone too ("高压一百八").
A denied word ("没有胸痛") raises nothing; words of self-harm are never taken as denied.
Source: docs/clinical-decisions.md#danger-words, #told-pressure (needs review)
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.conversations.rules.danger_words import DANGERS, Danger, RedFlag
from app.conversations.rules.over import long_over
from app.conversations.rules.overdose import takes_too_much
from app.conversations.rules.told_values import told_values
from app.core.wording import denied, plain
from app.records.rules.dangers import dangers_of
from app.records.rules.plausibility import HARD_LIMITS
from app.records.rules.pressure import EMERGENCY_MMHG, is_emergency_pressure, is_low_pressure
from app.records.rules.pulse import is_dangerous_pulse
from app.records.rules.told_numbers import named, normal
from app.records.rules.told_pressure import told_pressures

_HIGH_PRESSURE = RedFlag("bp_emergency", "患者说血压达到 180/110", "critical", "bp_emergency")
_LOW_PRESSURE = RedFlag("bp_low", "患者说血压太低", "critical", "bp_low")
_PULSE = RedFlag("pulse", "患者说脉搏太慢或太快", "critical", "pulse")
_OVERDOSE = RedFlag("overdose", "患者可能吃药过量或吃错药", "critical", "overdose")
_VALUES = {
    code: RedFlag(code, title, "critical", code)
    for code, title in (
        ("sugar_low", "患者说血糖太低"),
        ("sugar_high", "患者说血糖太高"),
        ("fever", "患者说体温很高"),
    )
}
_MEASURED = "(?:刚刚?|又|再|现在|今天|今早)(?:量|测)"
_NOT_PRESSURE = re.compile("身高|体重|个子|腰围|血糖|体温|脉搏|心率|心跳|步")
_PULSE_NAMES = "脉搏|心率|心跳|脉率"


WHILE_ALERTED = RedFlag("while_alerted", "紧急预警还没处理完，患者又来信", "critical", "red_flag_words")
"""Marks any line of a patient with a pressing alert, whatever it says; it raises nothing itself."""

FLAGS = {
    flag.code: flag
    for flag in (
        *(danger.flag for danger in DANGERS),
        _OVERDOSE,
        _VALUES["sugar_low"],
        _HIGH_PRESSURE,
        _LOW_PRESSURE,
        _PULSE,
        *_VALUES.values(),
        WHILE_ALERTED,
    )
}
"""Every danger by its code."""


def red_flags(text: str, heard_as: str = "") -> tuple[RedFlag, ...]:
    """Every danger that `text` speaks of, self-harm first, then the critical ones; empty for none.

    `heard_as` is what its numbers mean where they were asked for ("185": 高压 185): both are heard.
    """
    found = {flag.code: flag for flag in (*_spoken_of(heard_as), *_spoken_of(text))}
    order = list(FLAGS)
    return tuple(
        sorted(found.values(), key=lambda flag: (flag.urgency != "critical", order.index(flag.code)))
    )


def _spoken_of(text: str) -> list[RedFlag]:
    said = plain(text)
    spoken = tuple({match[0] for danger in DANGERS for match in danger.words.finditer(said)})
    found = [danger.flag for danger in DANGERS if _is_told(danger, said, spoken)]
    if takes_too_much(said):
        found.append(_OVERDOSE)
    return found + _measured(said)


def gravest(text: str) -> RedFlag | None:
    """The first of `red_flags`: the one an alert is raised for."""
    return next(iter(red_flags(text)), None)


def _is_told(danger: Danger, said: str, spoken: tuple[str, ...]) -> bool:
    return any(
        not (danger.deniable and (denied(said, match.start(), spoken) or long_over(said, match)))
        for match in danger.words.finditer(said)
    )


def _measured(said: str) -> list[RedFlag]:
    """Numbers at or beyond their limits, each with what was told in its title."""
    told = told_pressures(said)
    pressures = [each.words for each in told if is_emergency_pressure(each.systolic, each.diastolic)]
    pressures += [f"高压 {number}" for number in _just_measured(said)]
    low = [each.words for each in told if is_low_pressure(each.systolic, each.diastolic)]
    lowest, highest = HARD_LIMITS["HR"]
    pulses = [
        int(match[1]) for match in named(_PULSE_NAMES, normal(said)) if lowest <= int(match[1]) <= highest
    ]
    beyond = [
        replace(flag, title=f"患者说血压 {words[0]}")
        for flag, words in ((_HIGH_PRESSURE, pressures), (_LOW_PRESSURE, low))
        if words
    ]
    wrong = [replace(_PULSE, title=f"患者说脉搏 {pulse}") for pulse in pulses if is_dangerous_pulse(pulse)]
    return [*beyond, *wrong[:1], *_other_values(said)]


def _just_measured(said: str) -> list[int]:
    """刚量还是183: measured, nobody says what; as a pressure it would be an emergency."""
    if _NOT_PRESSURE.search(said):
        return []
    text = normal(said)
    numbers = [int(match[1]) for match in named(_MEASURED, text)]
    return [number for number in numbers if EMERGENCY_MMHG[0] <= number <= HARD_LIMITS["SBP"][1]]


def _other_values(said: str) -> list[RedFlag]:
    dangers = [danger for told in told_values(said) for danger in dangers_of(dict([told]))]
    told_once = {danger.code: danger for danger in reversed(dangers)}
    return [
        replace(_VALUES[danger.code], title=f"患者说{danger.told}") for danger in reversed(told_once.values())
    ]
