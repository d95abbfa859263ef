"""What people really write when they are in danger, and what sounds like it and is none: one table.

Every sentence that was once overlooked, or once alarmed for nothing, gets its line here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.conversations.rules.red_flags import red_flags

FORMS = sorted(Path("migrations/seeds/questionnaires").glob("*.yaml"))

DANGERS = {
    "chest_pain": [
        "心脏疼得厉害，救命",
        "护士，我胸口也疼",
        "胸口这里一直在痛",
        "胸前压得慌",
        "胸口难受，是不是心梗了？",
        "我是不是心绞痛",
        "我不知道是不是胸痛",
        "不会是心梗吧",
        "该不会是心梗吧",
        "这不是没有胸痛，是痛得说不出",
        "以前胸痛过，现在又痛了",
        "昨天胸痛，现在好了",
        "以前没有，今天胸痛了",
    ],
    "chest_tightness": [
        "我头有点痛，胸口也闷，刚量还是183",
        "心口闷",
        "胸口发紧",
        "胸口不舒服",
        "胸口难受",
        "心脏难受",
    ],
    "breathing": ["出不来气", "气短", "有点气短", "呼吸费力", "气喘", "接不上气"],
    "stroke_signs": [
        "脸歪了",
        "嘴角有点歪",
        "突然不会说话",
        "话都说不清了",
        "半边身子麻",
        "左手左脚突然没劲",
        "左半边身子发麻",
        "右手抬不起来",
    ],
    "vision": ["突然看不清", "眼睛看不清了", "突然看东西模糊，眼睛痛，恶心呕吐", "看东西有重影"],
    "eye_pain": ["突然看东西模糊，眼睛痛，恶心呕吐", "眼睛很疼"],
    "nausea_vomiting": ["突然看东西模糊，眼睛痛，恶心呕吐", "呕吐不止", "吐了三次"],
    "severe_headache": ["头痛死了", "头疼得要炸了", "头快要裂开了", "头也很痛"],
    "bleeding": ["是不是吐血了", "鼻血止不住"],
    "nosebleed": ["早上流鼻血", "鼻子出血"],
    "fainting": ["我现在是不是要晕倒了", "眼前又一阵发黑"],
    "calling_for_help": ["我不行了", "我不行了吧这血压", "救命", "我快死了", "我感觉快不行了"],
    "overdose": [
        "今天是不是药吃多了",
        "我一共吃了20片安眠药",
        "刚才总共吃了50片安眠药",
        "今天一天吃了30片降压药",
        "把一盒药都吃了",
        "一瓶药吃了",
        "安眠药全吃了",
        "整瓶药吃完了",
        "喝了农药",
        "喝了一口百草枯",
        "把一天的药一次吃了",
        "吃了几十片",
        "三天吃了100片",
        "一共吃了二十多片",
    ],
    "bp_emergency": [
        "血压有点高182",
        "血压有点高，182",
        "刚量还是183",
        "刚刚量出来185",
        "SBP190 DBP115",
        "sbp 190",
        "190:115",
        "190：115",
    ],
    "bp_low": ["血压70/40", "血压85/50", "高压只有80", "低压35"],
    "self_harm": ["活着没意思", "我没想自杀"],
}

HARMLESS = [
    "没有胸痛",
    "以前胸痛过现在好了",
    "以前胸痛过，现在已经不痛了",
    "胸口不疼了",
    "胸口没有不舒服",
    "没有恶心、呕吐",
    "不恶心",
    "眼睛不痛",
    "眼花",
    "耳鸣",
    "手麻",
    "头有点痛",
    "没有气短",
    "一天吃三次药",
    "一天吃十片药",
    "昨天一共吃了3片降压药",
    "十天吃了十片药",
    "一周吃了21片",
    "一次一片，一共吃了十片",
    "一盒药吃完了，要再开吗",
    "药吃完了怎么办",
    "药都吃了",
    "今天的药都吃了",
    "降压药全吃了",
    "一盒牛奶喝完了",
    "没把一盒药都吃了",
    "血压120/80",
    "血压90/60",
    "血压 118/58",
    "高压不到90",
    "医生说不会是心梗",
    "医生说不是心绞痛",
    "照片看不清",
    "报告单看不清楚",
    "救命药放在口袋里",
    "今天不行了，改天再来",
    "体检身高量了182",
    "量了体重，185斤",
    "20:15 吃的药",
    "我想吐槽一下",
    "谢谢",
]


@pytest.mark.parametrize(
    "words, kind", [(words, kind) for kind, sentences in DANGERS.items() for words in sentences]
)
def test_a_sentence_of_danger_is_heard_as_what_it_is(words: str, kind: str) -> None:
    assert kind in [flag.code for flag in red_flags(words)]


@pytest.mark.parametrize("words", HARMLESS)
def test_its_harmless_neighbour_stays_silent(words: str) -> None:
    assert [flag.code for flag in red_flags(words)] == []


def _conditions(when: Any) -> Iterator[dict[str, Any]]:
    if isinstance(when, list):
        for each in when:
            yield from _conditions(each)
    elif "question" in when:
        yield when
    else:
        for each in when.values():
            yield from _conditions(each)


def _items(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield item
    for each in item.get("item", []):
        yield from _items(each)


def _names_of_dangers() -> Iterator[str]:
    """Every name and alias of every option that a flag of a seeded form asks about."""
    for path in FORMS:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        asked = {
            (each["question"], each["answer"]) for flag in form["flags"] for each in _conditions(flag["when"])
        }
        for item in _items(form):
            for option in item.get("answerOption", []):
                if (item["linkId"], option["code"]) in asked:
                    yield from (option["display"], *option.get("aliases", []))


@pytest.mark.parametrize("words", list(_names_of_dangers()))
def test_every_name_of_a_dangerous_option_of_a_form_is_a_danger_word(words: str) -> None:
    assert red_flags(words)
    assert not red_flags(f"没有{words}") or "、" in words or "或" in words
