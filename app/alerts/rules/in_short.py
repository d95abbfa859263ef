"""An alert's detail as a list has room for it: what the patient answered, without the sources. Pure."""

from __future__ import annotations

import re

_ANSWERED = re.compile(r"已经回答：([^\n]+?)。?(?=\n|$)")
_SOURCE = re.compile(r"（依据：[^（）]*(?:（[^（）]*）[^（）]*)*）")


def in_short(detail: str) -> str:
    """患者回答：136/84；胸口痛 of a form's alert; of another every line, without 依据.

    >>> in_short("填写问卷时触发：胸口痛。已经回答：136/84；胸口痛。")
    '患者回答：136/84；胸口痛'
    >>> in_short("血压 182/112 达到 180/110（依据：国家基本公共卫生服务规范（第三版））。")
    '血压 182/112 达到 180/110'
    """
    answered = dict.fromkeys(_ANSWERED.findall(detail))
    if answered:
        return f"患者回答：{'；又答：'.join(answered)}"
    lines = [_SOURCE.sub("", line).strip("。 ") for line in detail.splitlines()]
    return "；".join(dict.fromkeys(filter(None, lines)))
