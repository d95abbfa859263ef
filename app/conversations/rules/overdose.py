"""Too much medicine at once, in a patient's own words.

Source: docs/clinical-decisions.md#overdose (needs review)
"""

from __future__ import annotations

import re

from app.core.wording import denied
from app.records.rules.spoken_numbers import to_digits_everywhere

TABLETS_AT_ONCE = 5
"""From here on somebody looks: one dose of one medicine hardly ever has as many."""
EXTRA_TABLETS = 2
"""More than was ordered by this many."""

_NUMBER = "([0-9]{1,3}|[零一二两三四五六七八九十百]{1,5})"
_TAKEN = re.compile(
    f"(?:吃|喝|吞|服)(?:了|下了?|下去)[^0-9,。;!?零一二两三四五六七八九十百]{{0,6}}?{_NUMBER} ?(?:片|粒|颗)"
)
_EXTRA = re.compile(f"(?:多|重复)(?:吃|喝|服)了{_NUMBER} ?(?:片|粒|颗|次|遍)")
_MUCH = re.compile(
    "(?:吃|喝|吞|服)(?:了|下了?)(?:整整|整|半)?(?:一|两|半|好几|几|整)?(?:大?把|整?瓶|整?盒|整?板)(?:的)?(?:药|安眠|降压)"
    "|药(?:物)?(?:吃|服)(?:的|得)?(?:太多|过量|多了)|(?:吃|服)(?:多了药|药多了|药过量|药太多)|(?:吃|服)过量|药物?过量"
    "|(?:吃|服)错(?:了)?药|误服|误食"
)
_OVER_DAYS = re.compile(
    "每天|天天|一天|每日|一共|总共|[0-9一二两三四五六七八九十几]天|这个?月|这周|一周|一次[一半1]"
)


def takes_too_much(text: str) -> bool:
    """Whether plain `text` says that somebody took too much; what is taken over days is not."""
    for match in _MUCH.finditer(text):
        if not denied(text, match.start()):
            return True
    return _counted(text, _TAKEN, TABLETS_AT_ONCE, over_days=False) or _counted(
        text, _EXTRA, EXTRA_TABLETS, over_days=True
    )


def _counted(text: str, pattern: re.Pattern[str], least: int, *, over_days: bool) -> bool:
    return any(
        int(to_digits_everywhere(match[1])) >= least
        and not denied(text, match.start())
        and (over_days or not _OVER_DAYS.search(text))
        for match in pattern.finditer(text)
        if to_digits_everywhere(match[1]).isdigit()
    )
