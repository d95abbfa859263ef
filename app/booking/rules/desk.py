"""May somebody still book, cancel, be reminded or check in? Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.errors import Conflict

BOOK_UNTIL_BEFORE = timedelta(hours=1)
CANCEL_UNTIL_BEFORE = timedelta(hours=2)
REMIND_AT = time(20, 0)
"""The evening before, on the hospital's clock: fasting begins about then."""

CANCEL_REASONS = {
    "time": "时间不合适",
    "unwell": "身体不舒服",
    "elsewhere": "在别处做了",
    "other": "其他原因",
}
"""{reason: words}, for patients and at the desk alike."""
DAY_OFF = {"day_off": "那天放假，不做体检"}
"""The desk's own reason, on a day that was declared off after people had booked."""


def ensure_bookable(starts_at: datetime, now: datetime) -> None:
    """Raises Conflict when the band is too near or over."""
    if now > starts_at - BOOK_UNTIL_BEFORE:
        raise Conflict("这个时段马上开始或已经过去了，请选晚一些的时间。", code="slot_past")


def ensure_fits(made_for: str | None, sex: str) -> None:
    """Raises Conflict when the package is made for the other sex; made for None fits everybody."""
    if made_for not in (None, sex):
        raise Conflict("这个体检套餐不适合您的性别，请返回重新选择。", code="package_unfit")


def ensure_cancellable(starts_at: datetime, now: datetime) -> None:
    """Raises Conflict when it is too late to cancel by oneself."""
    if now > starts_at - CANCEL_UNTIL_BEFORE:
        raise Conflict("离体检开始不到 2 小时了，请直接打电话告诉我们。", code="cancel_too_late")


def ensure_not_over(on_day: date, today: date) -> None:
    """Raises Conflict when the day is past: who did not come is not turned into who cancelled."""
    if on_day < today:
        raise Conflict("体检那天已经过去了，不能再取消。", code="day_over")


def remind_at(starts_at: datetime, booked_at: datetime, zone: ZoneInfo) -> datetime | None:
    """The evening before at 20:00; nothing when booked after that: the confirmation has just said it all."""
    evening = datetime.combine(starts_at.astimezone(zone).date() - timedelta(days=1), REMIND_AT, tzinfo=zone)
    return evening if evening > booked_at else None


def ensure_right_day(on_day: date, today: date) -> None:
    """Raises Conflict when the QR is shown on another day, saying which day it is for."""
    if on_day != today:
        raise Conflict(
            f"这个预约是 {on_day.month} 月 {on_day.day} 日的，不是今天。要改约，请先取消，再请患者重新预约。",
            code="wrong_day",
        )


def shown_state(state: str, on_day: date, today: date) -> str:
    """What a page calls it: a booking whose day went by without an arrival was missed."""
    return "missed" if state == "booked" and on_day < today else state
