"""收到: when a line is answered by the house itself, and what is said until somebody has read it.

Source: docs/clinical-decisions.md#receipts
"""

from datetime import datetime, timedelta

ONCE_IN = timedelta(hours=1)
"""One receipt serves the lines of an hour; as long after a nurse's line, she is in the talk herself."""

CALLED = {"text": "您的话", "image": "您发的图片", "voice": "您的语音", "location": "您发的位置"}
OTHERS = "您发的内容"


def is_due(last_receipt: datetime | None, last_by_staff: datetime | None, now: datetime) -> bool:
    """Whether a line of now gets a receipt."""
    return all(moment is None or now - moment >= ONCE_IN for moment in (last_receipt, last_by_staff))


def urgent_sentence(kind: str) -> str:
    """To somebody in danger of whom an alert tells already, day or night: no time is promised."""
    return (
        f"收到{CALLED.get(kind, OTHERS)}了，已经标成紧急，排在护士要看的最前面。\n"
        "要是加重了，或者一直不好，不要等我们回复，请立刻拨打 120。"
    )


def sentence(kind: str, until: str) -> str:
    """`kind` of the line; `until` is when those on duty go, as people say it: 今天 17:30."""
    return (
        f"收到{CALLED.get(kind, OTHERS)}了，护士会看到，尽量在{until} 前回复您。\n"
        "要是不舒服得厉害，不要等，请直接拨打 120。"
    )
