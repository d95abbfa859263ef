"""The administrator's pages of WeChat templates: which one says what, filled with which of our fields."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Invalid
from app.http.doors import outside
from app.http.staff_auth import staff_actor, staff_only
from app.messaging import templates
from app.messaging.purposes import PURPOSES
from app.messaging.reads import LANES
from app.messaging.rules.template_keys import keys_in
from app.messaging.tables import Template

console = Blueprint("templates_console", __name__, url_prefix="/console/templates")


@console.get("")
@staff_only("staff.manage")
def overview() -> str:
    """Every template the house can use, those without an id first."""
    with read_only(outside().readers) as session:
        rows = [
            {"id": row.id, "title": _title(row), "lane": LANES[row.lane], "wechat_id": row.wechat_template_id}
            | {"active": row.active, "long_term": row.long_term}
            for row in templates.listed(session)
        ]
    return render_template("messaging/templates.html", rows=rows)


@console.get("/<template_id>")
@staff_only("staff.manage")
def show(template_id: str) -> str:
    """The form."""
    with read_only(outside().readers) as session:
        row = templates.find(session, template_id)
        form = {"wechat_template_id": row.wechat_template_id, "content": row.content}
        return _form(row, form | {f"key.{key}": name for key, name in row.keys.items()})


@console.post("/<template_id>")
@staff_only("staff.manage")
def edit(template_id: str) -> Response | tuple[str, int]:
    """Keep it, or show what is wrong with nothing lost."""
    form = request.form.to_dict()
    keys = {name.removeprefix("key."): value for name, value in form.items() if name.startswith("key.")}
    try:
        wechat_id, content = form.get("wechat_template_id", ""), form.get("content", "")
        row = contend(
            outside().sessions,
            lambda session: templates.edit(
                session, staff_actor(), template_id, wechat_id, content, keys, clock.now()
            ),
        )
    except Invalid as wrong:
        with read_only(outside().readers) as session:
            found = templates.find(session, template_id)
            field = wrong.field or "content"
            name = field if field in ("wechat_template_id", "content") else f"key.{field}"
            return _form(found, form, {name: wrong.message}), 422
    flash("已保存，从现在起使用。" if row.active else "已保存；没有填编号，这个模板不会使用。", "good")
    return redirect(url_for("templates_console.overview"))


def _form(row: Template, form: dict[str, str], errors: dict[str, str] | None = None) -> str:
    fields = [(name, templates.FIELDS[name]) for name in templates.fields_of(row.purpose)]
    return render_template(
        "messaging/template.html",
        template_id=row.id,
        title=_title(row),
        lane=LANES[row.lane],
        long_term=row.long_term,
        fields=fields,
        keys=keys_in(form.get("content", "")),
        preview=_preview(form),
        form=form,
        errors=errors or {},
    )


def _preview(form: dict[str, str]) -> list[dict[str, Any]]:
    """The card's lines with a sample in each place, as the phone shows them."""
    lines = []
    for line in form.get("content", "").splitlines():
        found = keys_in(line)
        if found:
            label = line.partition("{{")[0].rstrip("：: ")
            lines.append({"label": label, "value": SAMPLES.get(form.get(f"key.{found[0]}", ""), "未选择")})
    return lines


SAMPLES = {
    "what": "高血压随访：量血压、答几个问题"[:20],
    "when": "2026年3月2日 10:00",
    "who": "李芳护士",
    "where": "健康管理中心三楼",
    "note": "今晚8点后不吃东西，带身份证",
    "until": "10分钟内",
}
"""What the preview fills in; at most 20 characters, as WeChat shows them."""


def _title(row: Template) -> str:
    purpose = PURPOSES.get(row.purpose)
    return purpose.title if purpose else row.title
