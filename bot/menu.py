"""The service account's menu: three buttons, read by a sixty-year-old."""

from collections.abc import Mapping, Sequence
from typing import Any


def buttons(public_url: str) -> Sequence[Mapping[str, Any]]:
    """The menu as WeChat takes it (menu/create)."""

    def page(name: str, path: str) -> dict[str, str]:
        return {"type": "view", "name": name, "url": f"{public_url}{path}"}

    return [
        {
            "name": "我的随访",
            "sub_button": [
                page("随访计划", "/h5/plan"),
                page("用药打卡", "/h5/medication"),
                page("我的档案", "/h5/me"),
                page("我的首页", "/h5"),
            ],
        },
        page("预约体检", "/h5/booking"),
        {
            "name": "找护士",
            "sub_button": [
                {"type": "click", "name": "给护士留言", "key": "contact"},
                {"type": "click", "name": "怎么用", "key": "help"},
            ],
        },
    ]
