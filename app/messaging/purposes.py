"""Why the house writes to anybody: one entry a purpose, with its lanes and its manners.

Order of lanes: WeChat punishes frequent template messages of one nature with a ban of the account
(rule 3.9.4), so a daily reminder asks first for the subscription the patient gave, then for an open
chat, and last for one card a day — docs/sources.md#wechat-lanes
"""

from dataclasses import dataclass
from datetime import timedelta

from app.messaging.rules.channel import MP_SUBSCRIBE, OA_CUSTOM, OA_TEMPLATE


@dataclass(frozen=True)
class Purpose:
    """The manners of one kind of message."""

    title: str
    """What staff read on the list of messages."""
    lanes: tuple[str, ...]
    """The ways it may go, first choice first."""
    useful_for: timedelta
    """Later than this after its due time it helps nobody and expires."""
    automation: bool = True
    """False for what a person wrote: it may use all of the window."""
    prompt: bool = False
    """Goes in the urgent queue: somebody is waiting for it now."""
    quiet_hours: bool = False
    """Held through the hospital's quiet hours."""
    needs_consent: bool = False
    """Only to patients who agreed to reminders."""
    needs_active_file: bool = False
    """Only while the file is active: not in hospital, not paused. What a booking became is told anyhow."""
    one_card_a_day: bool = False
    """The template lane is open once a day only: everything of the day is on that card's page."""
    courtesy: bool = False
    """Left unsent it is no failure that somebody has to be told of."""
    may_double: bool = False
    """Of unknown fate, it is sent once more: twice is better than never."""
    template: str | None = None
    """The purpose whose template fills the card, when not its own."""


_MINUTES, _HOURS, _DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PURPOSES: dict[str, Purpose] = {
    "welcome": Purpose("欢迎语", (OA_CUSTOM,), 1 * _MINUTES, prompt=True, courtesy=True),
    "bot": Purpose("自动回复", (OA_CUSTOM,), 10 * _MINUTES, prompt=True, courtesy=True),
    "advice": Purpose(
        "健康提示", (OA_CUSTOM, OA_TEMPLATE), 1 * _DAYS, automation=False, prompt=True, may_double=True
    ),
    "followup_due": Purpose(
        "随访提醒",
        (MP_SUBSCRIBE, OA_TEMPLATE, OA_CUSTOM),
        2 * _DAYS,
        quiet_hours=True,
        needs_consent=True,
        needs_active_file=True,
    ),
    # The hour of a dose is the patient's own: quiet hours do not move it. A later reminder does harm, the
    # next dose may be near: docs/clinical-decisions.md#dose-answers
    "dose": Purpose(
        "用药提醒",
        (MP_SUBSCRIBE, OA_CUSTOM, OA_TEMPLATE),
        90 * _MINUTES,
        needs_consent=True,
        needs_active_file=True,
        one_card_a_day=True,
    ),
    "booking_confirmed": Purpose("预约成功", (OA_TEMPLATE, OA_CUSTOM), 1 * _DAYS),
    "booking_reminder": Purpose(
        "体检前提醒",
        (MP_SUBSCRIBE, OA_TEMPLATE, OA_CUSTOM),
        12 * _HOURS,
        quiet_hours=True,
        needs_active_file=True,
    ),
    "booking_cancelled": Purpose("预约取消", (OA_TEMPLATE, OA_CUSTOM), 1 * _DAYS),
    "nurse_message": Purpose("医护留言", (OA_CUSTOM,), 2 * _DAYS, automation=False, prompt=True),
    "nurse_knock": Purpose(
        "留言提醒", (OA_TEMPLATE,), 2 * _DAYS, automation=False, prompt=True, template="nurse_message"
    ),
    "alert_staff": Purpose(
        "预警通知", (OA_TEMPLATE, OA_CUSTOM), 2 * _HOURS, automation=False, prompt=True, may_double=True
    ),
    "broadcast_test": Purpose(
        "科普试发", (OA_CUSTOM, OA_TEMPLATE), 1 * _HOURS, automation=False, prompt=True, template="advice"
    ),
}
"""{purpose: its manners}; a message names one of these."""


def template_of(purpose: str) -> str:
    """The purpose whose template fills this purpose's card."""
    return PURPOSES[purpose].template or purpose
