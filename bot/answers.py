"""The sentences the service account says by itself, and the pages they lead to."""

import re
from dataclasses import dataclass

from app.conversations.rules.after_hours import EMERGENCY
from app.patients import consents
from bot.commands import Intention


@dataclass(frozen=True)
class Answer:
    """What is said, and the patient page that shows more."""

    text: str
    link: str | None = None


ANSWERS = {
    Intention.BOOK: Answer("在这里可以选套餐和时间，也能看到或取消已经约好的体检。", "/h5/booking"),
    Intention.PLAN: Answer("您的随访计划在这里：下次是哪天、谁会联系您，都写着。", "/h5/plan"),
    Intention.MEDICINE: Answer("今天要吃的药在这里，吃过了点一下就好。", "/h5/medication"),
    Intention.READINGS: Answer("您的血压和健康档案在这里。", "/h5/me"),
    Intention.CARD: Answer("在这里输入服务卡上的号码，就能开卡。", "/h5/activate"),
    Intention.STOP: Answer("不想再收到提醒，在这里关掉就行，随时可以再打开。", "/h5/me"),
    Intention.HELP: Answer(
        "您可以直接在这里写字，护士会看到并回复。也可以发：\n"
        "“计划”看随访安排\n“用药”打卡\n“预约”约体检\n“报告”看健康档案\n"
        "也可以把血压直接发来，比如“138/86”。\n" + EMERGENCY
    ),
}

MENU_ANSWERS = {
    "contact": Answer(f"请直接在下面写出您的问题，护士会尽快回复。\n{EMERGENCY}"),
    "help": ANSWERS[Intention.HELP],
}
"""{key of a menu button: what is said}."""


_ASKED_BACK = re.compile(r"您现在的血压是 (\d{2,3})/(\d{2,3})，对吗？")


def ask_back(words: str) -> Answer:
    """Told in the chat without being asked, 138/86: on the chart it stands when she stands by it."""
    return Answer(f"您现在的血压是 {words}，对吗？回复“对”，我就记到您的血压记录里。不对的话，请重新发一次。")


def asked_back(said: str) -> tuple[int, int] | None:
    """The pressure that `ask_back` asked about; None for any other line."""
    found = _ASKED_BACK.match(said)
    return (int(found[1]), int(found[2])) if found else None


def noted_pressure(words: str) -> Answer:
    """She has confirmed it: 138/86."""
    return Answer(f"血压 {words} 记下了，护士也能看到。您的血压都在这里：", "/h5/readings")


def half_told(words: str) -> Answer:
    """Only one number of a pressure: 高压 150."""
    other = "低压" if words.startswith("高压") else "高压"
    return Answer(f"{words} 听到了，{other}是多少？请再发一下，我就记下来。")


NOT_KEPT = Answer(consents.NOT_KEPT, "/h5/me#consents")
"""To whoever withdrew the consent to health data and tells a pressure all the same."""
STAFF_BOUND = Answer("已绑定：以后的预警和试发消息会发到这个微信。", None)
STAFF_NOT_BOUND = Answer("这个绑定二维码已经失效，请在工作台重新打开一个再扫。", None)
