"""Times as WeChat's cards show them."""

from datetime import datetime

from app.core import clock


def card_time(moment: datetime) -> str:
    """A moment on the hospital's clock: 2026年3月2日 08:00, which WeChat takes as a time and as a date."""
    local = clock.local(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
