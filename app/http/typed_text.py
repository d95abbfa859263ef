"""Every form's text is looked through before a door reads it: the law is in app/core/typed.py."""

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict

from app.core.errors import Invalid
from app.core.typed import seen_only, unseen_in

NAMES = {
    "drug": "药名", "dose": "每次的量", "note": "备注", "reason": "原因", "text": "内容", "name": "名称",
    "why": "为什么", "outcome": "结果", "title": "标题", "digest": "摘要", "body": "正文", "source": "依据",
    "tag": "标签", "address": "地址",
}  # fmt: skip
"""{field: as the page calls it}; another one is called 这一栏."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def register(app: Flask) -> None:
    """Refuse unseen signs on staff's pages by the field, take them out of what patients wrote."""

    @app.before_request
    def look_through() -> None:
        if request.mimetype not in FORMS or unseen_in(request.form.to_dict(flat=False)) is None:
            return
        if not request.path.startswith("/h5"):
            raise refusal((unseen_in(request.form.to_dict(flat=False)) or "").partition(".")[0])
        request.form = ImmutableMultiDict(
            [(name, seen_only(each)) for name, values in request.form.lists() for each in values]
        )


def refusal(field: str) -> Invalid:
    """Names the field, never what stood in it."""
    name = NAMES.get(field.rpartition(".")[2], "这一栏")
    return Invalid(
        f"“{name}”里有看不见的控制字符（多半是复制时带来的），没有保存。请返回，把这一栏删掉重新打一遍。",
        code="unseen_signs",
        field=field,
    )
