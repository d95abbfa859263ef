"""以前胸痛过，现在好了: a danger of long ago that is over by the writer's own word.

Both must be said. 昨天胸痛，现在好了 is no such thing: somebody has to look at a pain that was there
yesterday. Source: docs/clinical-decisions.md#danger-words (needs review)
"""

from __future__ import annotations

import re

_LONG_AGO = re.compile(
    "(?:以前|从前|原来|早些?年|年轻时|年轻的时候|前些?年|[去前]年|年前|那年|曾经)[^。;!?\n]*$"
)
_OVER = re.compile(
    "过?(?:[一二两三几]?[次回])?[,，。; ]*(?:但是?|不过)?(?:我)?"
    "(?:现在|如今|后来|目前|早|已经|这几年)+(?:已经|早|都|就)*"
    "(?:[全完]*好了|没事了?|没有了|没了|不(?:再)?(?:痛|疼|闷|晕|吐|喘|慌|犯|发作)了?|没(?:有)?再?(?:犯|发作|痛|疼)过?)"
)


def long_over(said: str, told: re.Match[str]) -> bool:
    """Whether the danger found in plain `said` was long ago and is over."""
    return _LONG_AGO.search(said[: told.start()]) is not None and _OVER.match(said[told.end() :]) is not None
