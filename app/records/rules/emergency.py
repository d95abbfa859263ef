"""The one sentence that holds in every danger, for where no approved text can be had.

Source of the danger signs: docs/clinical-decisions.md#danger-words (needs review)
"""

EMERGENCY = "如果胸口痛、喘不上气、说不清话或一侧手脚没劲，请立刻拨打 120，不要等我们回复。"
