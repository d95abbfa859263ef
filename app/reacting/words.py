"""Words that several reactions say."""

from datetime import datetime

from app.core import clock


def wall_time(moment: datetime) -> str:
    """2026年3月2日 08:00: what WeChat takes as a time."""
    local = clock.local(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
