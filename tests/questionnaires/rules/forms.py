"""Questionnaire documents for the tests, and hypothesis strategies for random ones."""

from __future__ import annotations

from hypothesis import strategies as st


def form(*items: dict, **more: object) -> dict:
    """A small document around `items`."""
    return {"code": "form", "version": 1, "title": "测试问卷", "item": list(items), **more}


def question(link_id: str, kind: str, **more: object) -> dict:
    return {"linkId": link_id, "type": kind, "text": f"题目 {link_id}", **more}


def option(code: str, display: str, **more: object) -> dict:
    return {"code": code, "display": display, **more}


SYMPTOMS = question(
    "symptoms",
    "choice",
    repeats=True,
    required=True,
    answerOption=[
        option("none", "没有不舒服", exclusive=True, weight=0),
        option("dizzy", "头痛头晕", aliases=["头晕", "头痛", "头昏"], weight=1),
        option("severe", "头痛头晕得厉害", aliases=["剧烈头痛", "头晕得厉害"], weight=3),
        option("chest", "胸口痛", aliases=["胸痛", "胸口疼"], weight=3),
        option("nausea", "恶心呕吐", aliases=["恶心", "想吐"], weight=2),
    ],
)
TAKING = question(
    "taking",
    "choice",
    required=True,
    answerOption=[
        option("regular", "规律", aliases=["按时吃"], weight=2),
        option("sometimes", "间断", aliases=["不规律", "有时忘"], weight=1),
        option("never", "不服药", aliases=["没吃药"], weight=0),
    ],
)
WHY = question(
    "why",
    "open-choice",
    enableWhen=[{"question": "taking", "operator": "!=", "answer": "regular"}],
    answerOption=[option("forgot", "忘记了"), option("cost", "药太贵")],
)
WEIGHT = question(
    "weight",
    "quantity",
    unit="kg",
    unitFactors={"公斤": 1, "斤": 0.5},
    min=20,
    max=300,
    aliases=["体重"],
)
PRESSURE = question("bp", "blood-pressure", required=True)
PULSE = question("pulse", "integer", min=20, max=250, unit="次/分", aliases=["脉搏", "心率"])

BLOOD_PRESSURE_FORM = form(
    PRESSURE,
    SYMPTOMS,
    TAKING,
    WHY,
    question("life", "group", item=[WEIGHT, PULSE, question("smokes", "boolean")]),
    question("note", "text"),
    scoring=[
        {
            "key": "burden",
            "method": "sum",
            "items": ["symptoms"],
            "bands": [
                {"from": 0, "code": "low", "display": "轻"},
                {"from": 3, "code": "high", "display": "重"},
            ],
        }
    ],
    flags=[
        {
            "code": "crisis",
            "urgency": "critical",
            "adviceKey": "bp_emergency",
            "reason": "血压达到 180/110",
            "when": {
                "any": [
                    {"question": "bp.systolic", "operator": ">=", "answer": 180},
                    {"question": "bp.diastolic", "operator": ">=", "answer": 110},
                ]
            },
        },
        {
            "code": "danger",
            "urgency": "critical",
            "adviceKey": "danger",
            "reason": "胸口痛",
            "when": {"question": "symptoms", "operator": "=", "answer": "chest"},
        },
    ],
)

KINDS = ("boolean", "integer", "decimal", "quantity", "string", "text", "date", "choice", "open-choice")


@st.composite
def documents(draw: st.DrawFn) -> dict:
    """A random sound document: up to eight questions, some grouped, some shown by conditions."""
    kinds = draw(st.lists(st.sampled_from((*KINDS, "blood-pressure")), min_size=1, max_size=8))
    items: list[dict] = []
    for place, kind in enumerate(kinds):
        item = _random_question(draw, f"q{place}", kind)
        earlier = [each for each in items if each["type"] != "group"]
        if earlier and draw(st.booleans()):
            item["enableWhen"] = draw(st.lists(_condition_on(earlier), min_size=1, max_size=3))
            item["enableBehavior"] = draw(st.sampled_from(["all", "any"]))
        items.append(item)
    cut = draw(st.integers(0, len(items)))
    grouped = [question("group", "group", item=items[cut:])] if items[cut:] else []
    scored = [item["linkId"] for item in items if item["type"] in ("integer", "boolean", "choice")]
    scoring = (
        [{"key": "total", "method": draw(st.sampled_from(["sum", "mean"])), "items": scored}]
        if scored
        else []
    )
    return form(*items[:cut], *grouped, scoring=scoring)


def _random_question(draw: st.DrawFn, link_id: str, kind: str) -> dict:
    item = question(link_id, kind, required=draw(st.booleans()))
    if kind in ("choice", "open-choice"):
        count = draw(st.integers(1, 5))
        item["answerOption"] = [
            option(f"c{n}", f"选项{'甲乙丙丁戊'[n]}", weight=n, exclusive=(n == 0 and draw(st.booleans())))
            for n in range(count)
        ]
        item["repeats"] = draw(st.booleans())
    if kind in ("integer", "decimal", "quantity"):
        item |= {"min": 0, "max": 500}
    if kind == "quantity":
        item["unit"] = "kg"
    return item


@st.composite
def _condition_on(draw: st.DrawFn, earlier: list[dict]) -> dict:
    item = draw(st.sampled_from(earlier))
    name, kind = item["linkId"], item["type"]
    if draw(st.booleans()):
        return {"question": name, "operator": "exists", "answer": draw(st.booleans())}
    if kind == "blood-pressure":
        part = draw(st.sampled_from(["systolic", "diastolic"]))
        return {"question": f"{name}.{part}", "operator": draw(_ORDER), "answer": draw(st.integers(40, 200))}
    if kind in ("integer", "decimal", "quantity"):
        return {"question": name, "operator": draw(_ORDER), "answer": draw(st.integers(0, 500))}
    sign = draw(st.sampled_from(["=", "!="]))
    if kind in ("choice", "open-choice"):
        code = draw(st.sampled_from([each["code"] for each in item["answerOption"]]))
        return {"question": name, "operator": sign, "answer": code}
    answer = {"boolean": True, "date": "2026-03-01"}.get(kind, "甲")
    return {"question": name, "operator": sign, "answer": answer}


_ORDER = st.sampled_from([">", "<", ">=", "<=", "=", "!="])

_WORDS = st.text(st.sampled_from("痛晕腰腿走路慢abc123，。"), min_size=1, max_size=12)


def raw_answers(item: dict) -> st.SearchStrategy:
    """A strategy of sound raw answers to one question of a random document."""
    kind = item["type"]
    if kind == "blood-pressure":
        return st.tuples(st.integers(90, 300), st.integers(20, 89)).map(
            lambda pair: {"systolic": pair[0], "diastolic": pair[1]}
        )
    if kind in ("choice", "open-choice"):
        codes = st.sampled_from([each["code"] for each in item["answerOption"]])
        return st.lists(codes, min_size=1, max_size=3) if item.get("repeats") else codes
    simple: dict[str, st.SearchStrategy] = {
        "boolean": st.booleans(),
        "integer": st.integers(0, 500),
        "decimal": st.decimals(0, 500, places=2).map(float),
        "quantity": st.decimals(0, 500, places=1).map(float),
        "date": st.dates().map(lambda day: day.isoformat()),
    }
    return simple.get(kind, _WORDS)


def questions_of(document: dict) -> dict[str, dict]:
    """{linkId: question} of a document, groups opened."""
    found: dict[str, dict] = {}
    for item in document["item"]:
        inner = item.get("item", [])
        found |= questions_of({"item": inner}) if inner else {item["linkId"]: item}
    return found
