"""What an automatic answer says when nobody is there.

Source of the danger signs: docs/clinical-decisions.md#danger-words (needs review)
"""

EMERGENCY = "如果胸口痛、喘不上气、说不清话或一侧手脚没劲，请立刻拨打 120，不要等我们回复。"


def sentence(expected: str) -> str:
    """`expected` is when somebody will answer, as people say it: 明天 08:00."""
    return f"您的话已经收到。现在是休息时间，护士会在{expected}上班后回复您。\n{EMERGENCY}"
