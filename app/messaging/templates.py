"""The hospital's WeChat templates: which one says what, and which of our fields fill it.

The seeds tell what each template is to say; its id belongs to the hospital's own account and is
entered on the console. A template without an id is not used.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.trail import Actor, record_change
from app.core.documents import read_yaml
from app.core.errors import Invalid, NotFound
from app.messaging.rules.template_keys import keys_in
from app.messaging.tables import Template

FILE = "message_templates.yaml"
ID_LENGTH = 64


def load_seeds(session: Session, folder: Path, now: datetime) -> str:
    """Add the templates that are missing, without ids; what an administrator entered stays."""
    there = {(row.lane, row.purpose) for row in session.scalars(select(Template))}
    fresh = [seed for seed in _seeds(folder) if (seed["lane"], seed["purpose"]) not in there]
    session.add_all(
        Template(
            lane=seed["lane"],
            purpose=seed["purpose"],
            wechat_template_id="",
            title=seed["title"],
            content=seed["content"],
            keys=seed["keys"],
            long_term=seed.get("long_term", False),
            active=False,
        )
        for seed in fresh
    )
    return f"message templates: {len(fresh)} added, {len(there)} kept"


def use_demo_ids(session: Session, folder: Path) -> None:
    """Demo and test only: give the templates the ids that the emulated WeChat knows."""
    demo_ids = {(seed["lane"], seed["purpose"]): seed["demo_id"] for seed in _seeds(folder)}
    for row in session.scalars(select(Template).where(Template.wechat_template_id == "")):
        row.wechat_template_id = demo_ids.get((row.lane, row.purpose), "")
        row.active = bool(row.wechat_template_id)


def listed(session: Session) -> list[Template]:
    """All of them: those that still need an id first."""
    return list(session.scalars(select(Template).order_by(Template.active, Template.lane, Template.purpose)))


def find(session: Session, template_id: str) -> Template:
    """One template. Raises NotFound."""
    row = session.get(Template, template_id)
    if row is None:
        raise NotFound("没有找到这个模板。", code="template_unknown")
    return row


def edit(
    session: Session,
    actor: Actor,
    template_id: str,
    wechat_template_id: str,
    content: str,
    keys: Mapping[str, str],
    now: datetime,
) -> Template:
    """Enter the account's own template: its id, its content as WeChat shows it, our field for each key.

    Without an id it is switched off. Raises Invalid naming the field: template_id, content, or the key
    that has no field of ours.
    """
    row = find(session, template_id)
    wechat_template_id = wechat_template_id.strip()
    if len(wechat_template_id) > ID_LENGTH or not wechat_template_id.isascii():
        raise Invalid("模板编号不对，请从微信后台复制。", code="template_id", field="wechat_template_id")
    wanted = keys_in(content)
    if not wanted:
        raise Invalid("内容里没有 {{…DATA}} 字段，请从微信后台复制。", code="content", field="content")
    fields = fields_of(row.purpose)
    for key in wanted:
        if keys.get(key) not in fields:
            raise Invalid(f"请为 {key} 选择要填的内容。", code="key_without_field", field=key)
    row.wechat_template_id, row.active = wechat_template_id, bool(wechat_template_id)
    row.content, row.keys = content, {key: keys[key] for key in wanted}
    record_change(session, actor, "template", row.id, "edited", now, active=row.active, purpose=row.purpose)
    return row


FIELDS = {
    "what": "内容",
    "when": "时间",
    "who": "联系人",
    "where": "地点",
    "note": "备注",
    "until": "处理时限",
}
"""Our fields, as an administrator reads them."""

_CARRIED = {
    "booking_confirmed": ("what", "when", "where"),
    "booking_reminder": ("what", "when", "note"),
    "booking_cancelled": ("what", "when", "note"),
    "alert_staff": ("what", "when", "until"),
}


def fields_of(purpose: str) -> tuple[str, ...]:
    """The fields that messages of this purpose always carry."""
    return _CARRIED.get(purpose, ("what", "when", "who"))


def _seeds(folder: Path) -> list[dict[str, Any]]:
    return list(read_yaml(folder / FILE)["templates"])
