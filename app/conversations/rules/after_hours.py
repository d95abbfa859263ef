"""What an automatic answer says when nobody is there."""

from app.records.rules.emergency import EMERGENCY


def sentence(expected: str) -> str:
    """`expected` is when somebody will answer, as people say it: 明天 08:00."""
    return f"您的话已经收到。现在是休息时间，护士会在{expected}上班后回复您。\n{EMERGENCY}"
