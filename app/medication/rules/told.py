"""吃了: nothing but the word that the medicine has been taken.

Source: docs/clinical-decisions.md#dose-answers
"""

import re

_TAKEN = re.compile(
    "(?:我|今天|今早|早上|早晨|中午|晚上|刚才|刚刚|刚|已经|已|都|按时|降压药|药|的|都)*"
    "(?:吃|服)(?:过|完|好)?(?:药|降压药)?(?:了|过)(?:药|降压药)?[了。.!！~ 啊呢哦,，]*"
)


def says_taken(text: str) -> bool:
    """Whether plain `text` is nothing but that; a question or an amount is not."""
    return _TAKEN.fullmatch(text.strip()) is not None
