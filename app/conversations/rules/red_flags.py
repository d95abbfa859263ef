"""Danger words in what a patient writes. Not a diagnosis: a reason for a person to look now.

Pressures and pulses in ordinary words count at their limits, one number alone too ("高压一百八").
A denied word ("没有胸痛") raises nothing; words of self-harm are never taken as denied.
Source: docs/clinical-decisions.md#danger-words, #told-pressure (needs review)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.conversations.rules.overdose import takes_too_much
from app.conversations.rules.told_values import told_values
from app.core.wording import denied, plain
from app.records.rules.dangers import dangers_of
from app.records.rules.plausibility import HARD_LIMITS
from app.records.rules.pressure import is_emergency_pressure
from app.records.rules.pulse import is_dangerous_pulse
from app.records.rules.told_numbers import named, normal
from app.records.rules.told_pressure import told_pressures


@dataclass(frozen=True)
class RedFlag:
    """One danger: what the alert says, how urgent, which approved text answers; never the patient's words."""

    code: str
    title: str
    urgency: str
    advice_key: str


@dataclass(frozen=True)
class _Danger:
    flag: RedFlag
    words: re.Pattern[str]
    deniable: bool = True


def _danger(
    code: str, title: str, words: str, urgency: str = "critical", advice: str = "red_flag_words"
) -> _Danger:
    return _Danger(RedFlag(code, title, urgency, advice), re.compile(words))


_HEAD = "(?:头痛|头疼|头晕|头昏)"
_DANGERS = (
    _Danger(
        RedFlag("self_harm", "患者提到轻生或伤害自己", "critical", "low_mood"),
        re.compile(
            "不想活|想死|寻死|自杀|自残|轻生|活着没(?:有)?(?:什么)?(?:意思|意义)|活不下去|活够了"
            "|结束(?:自己的?)?生命|伤害(?:我)?自己|了结(?:我)?自己|跳楼|割腕|不如死|死了算了|遗书"
        ),
        deniable=False,
    ),
    _danger(
        "chest_pain",
        "患者提到胸痛",
        "胸(?:口|前|部)?(?:里)?(?:很|好|特别|有点|有些|一阵阵?)?(?:闷)?(?:痛|疼)|心口(?:很|好|有点)?(?:痛|疼)"
        "|心前区.{0,3}(?:痛|疼)|心绞痛|心梗|胸口像?(?:有东西|有石头)?压着",
    ),
    _danger(
        "chest_tightness",
        "患者提到胸闷、心慌或出冷汗",
        "胸(?:口|前|部)?(?:里)?(?:很|好|特别|有点|有些|老是?|一直|总是?|又)?(?:发|憋)?闷|胸(?:口|前)?(?:堵|憋)(?:得|的)慌"
        "|心慌|心悸|(?:冒|出)(?:了)?(?:一身)?(?:冷汗|大汗)|大汗淋漓",
    ),
    _danger(
        "breathing",
        "患者提到呼吸困难",
        "喘不(?:上|过)(?:来)?气|喘不过来|气喘不上来|呼吸困难|上不来气|透不过气|憋(?:得|的)慌|憋醒|不能平(?:躺|卧)|躺不(?:平|下)",
    ),
    _danger(
        "stroke_signs",
        "患者提到可能的中风表现",
        "(?:说话|口齿|讲话)(?:突然)?(?:不清|含糊)|说不(?:清|出)话|嘴(?:巴)?(?:歪|斜)|口角歪斜|半身不遂"
        "|(?:半边|一侧|一边|半身|左边|右边|左侧|右侧)(?:的)?(?:身子|身体|手脚|胳膊|肢体|手|脚|腿)?(?:突然)?"
        "(?:没劲|没力|无力|没有力气|动不了|不能动|抬不起来?)|突然(?:看不见|失明)",
    ),
    _danger(
        "bleeding",
        "患者提到出血",
        "大出血|(?:出血|流血|鼻血|血).{0,4}(?:不止|止不住|停不下来)|吐血|呕血|咯血|咳血|便血|黑便|大便(?:发黑|带血|有血)",
    ),
    _danger(
        "fainting",
        "患者提到昏倒、要晕倒或意识不清",
        "(?:眼前|两眼|眼睛)(?:一阵阵?|突然|都|有点)?(?:发|一|变)?黑|眼(?:前)?冒金(?:星|花)|站(?:都)?站?不(?:住|稳|起来)"
        "|(?:要|快|快要|想|像要)(?:晕|昏)|晕倒|昏倒|(?:晕|昏)过去|昏迷|(?:意识|神志)(?:不清|模糊)|叫不醒|不省人事|抽搐",
    ),
    _danger(
        "severe_headache",
        "患者提到剧烈头痛或头晕",
        f"{_HEAD}(?:得|的)?(?:很|特别|非常|太|越来越)?(?:厉害|剧烈|严重|要命|受不了)|(?:剧烈|严重|厉害)的?{_HEAD}"
        "|头(?:很|特别|非常|好)(?:痛|疼|晕)|(?:头痛|头疼)欲裂|天旋地转",
    ),
    _danger(
        "low_mood",
        "患者说情绪低落",
        "情绪(?:很|特别|非常|一直|比较)?(?:低落|不好|崩溃)|抑郁|绝望|心情(?:很|特别|非常|一直)?(?:差|糟|低落)"
        "|没(?:有)?(?:希望|盼头)|撑不(?:下去|住)|(?:天天|总是?|老是?)(?:想)?哭",
        urgency="high",
        advice="low_mood",
    ),
)
_HIGH_PRESSURE = RedFlag("bp_emergency", "患者说血压达到 180/110", "critical", "bp_emergency")
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
_PULSE_NAMES = "脉搏|心率|心跳|脉率"


FLAGS = {
    flag.code: flag
    for flag in (
        *(danger.flag for danger in _DANGERS),
        _OVERDOSE,
        _VALUES["sugar_low"],
        _HIGH_PRESSURE,
        _PULSE,
        *_VALUES.values(),
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
    spoken = tuple({match[0] for danger in _DANGERS for match in danger.words.finditer(said)})
    found = [danger.flag for danger in _DANGERS if _is_told(danger, said, spoken)]
    if takes_too_much(said):
        found.append(_OVERDOSE)
    return found + _measured(said)


def gravest(text: str) -> RedFlag | None:
    """The first of `red_flags`: the one an alert is raised for."""
    return next(iter(red_flags(text)), None)


def _is_told(danger: _Danger, said: str, spoken: tuple[str, ...]) -> bool:
    return any(
        not (danger.deniable and denied(said, match.start(), spoken)) for match in danger.words.finditer(said)
    )


def _measured(said: str) -> list[RedFlag]:
    """Numbers at or beyond their limits, each with what was told in its title."""
    pressures = [
        told for told in told_pressures(said) if is_emergency_pressure(told.systolic, told.diastolic)
    ]
    lowest, highest = HARD_LIMITS["HR"]
    pulses = [
        int(match[1]) for match in named(_PULSE_NAMES, normal(said)) if lowest <= int(match[1]) <= highest
    ]
    high = [replace(_HIGH_PRESSURE, title=f"患者说血压 {told.words}") for told in pressures[:1]]
    wrong = [replace(_PULSE, title=f"患者说脉搏 {pulse}") for pulse in pulses if is_dangerous_pulse(pulse)]
    return [*high, *wrong[:1], *_other_values(said)]


def _other_values(said: str) -> list[RedFlag]:
    dangers = [danger for told in told_values(said) for danger in dangers_of(dict([told]))]
    told_once = {danger.code: danger for danger in reversed(dangers)}
    return [
        replace(_VALUES[danger.code], title=f"患者说{danger.told}") for danger in reversed(told_once.values())
    ]
