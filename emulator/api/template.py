"""Template messages of the service account. Source: developers.weixin.qq.com, sendTemplateMessage."""

from typing import Any

from emulator.api.finish import announce, take_fault
from emulator.api.wire import Body, Call, Refusal, endpoint, ok
from emulator.config import Template
from emulator.rules.cards import card_lines
from emulator.rules.values import keys_of, wrong_key

REMEMBERED_SECONDS = 600
"""How long an (openid, client_msg_id) pair is known: a repeat within it is not sent again."""
_FINISH_STATUS = {"user_block": "failed:user block", "system_failed": "failed: system failed"}


class Value(Body):
    value: str
    color: str | None = None


class MiniProgramLink(Body):
    appid: str
    pagepath: str = ""


class TemplateMessage(Body):
    touser: str
    template_id: str
    url: str | None = None
    miniprogram: MiniProgramLink | None = None
    client_msg_id: str | None = None
    data: dict[str, Value]
    topcolor: str | None = None


class TemplateId(Body):
    template_id: str


@endpoint("POST", "/cgi-bin/message/template/send", caller="oa", body=TemplateMessage)
def send_template(call: Call) -> dict[str, Any]:
    message: TemplateMessage = call.body
    person = call.person(message.touser)
    template = _checked_template(call)
    remembered = _remembered(call)
    if remembered is not None:
        return ok(msgid=remembered)
    if not call.platform.people.follows(person.id):
        raise Refusal(43004, "require subscribe")
    if call.platform.credits.blocked(person.id, template.template_id):
        raise Refusal(43101, "user refuse to accept the msg")
    msgid = call.platform.store.next_id(3_400_000_000_000_000)
    _remember(call, msgid)
    fault = take_fault(call)
    if fault not in _FINISH_STATUS:
        _show(call, person.id, template, msgid)
    status = _FINISH_STATUS.get(fault or "", "success")
    event = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": status}
    announce(call, message.touser, event, fault)
    return ok(msgid=msgid)


@endpoint("GET", "/cgi-bin/template/get_all_private_template", caller="oa")
def list_templates(call: Call) -> dict[str, Any]:
    return {"template_list": [template.model_dump() for template in call.platform.config.templates]}


def _checked_template(call: Call) -> Template:
    message: TemplateMessage = call.body
    template = call.platform.config.template(message.template_id)
    if template is None:
        raise Refusal(40037, "invalid template_id")
    if message.url and len(message.url.encode()) > 2048:
        raise Refusal(40039, "invalid url size")
    if message.miniprogram and message.miniprogram.appid != call.platform.config.mp.appid:
        raise Refusal(40013, "invalid appid: the mini-program is not linked to this account")
    if message.client_msg_id and len(message.client_msg_id.encode()) > 32:
        raise Refusal(47003, "argument invalid! client_msg_id is too long")
    check_data(template.content, {key: value.value for key, value in message.data.items()})
    return template


def check_data(content: str, data: dict[str, str], enums: dict[str, list[str]] | None = None) -> None:
    """Refuse with 47003 naming the first wrong key."""
    key = wrong_key(keys_of(content), data, enums)
    if key is not None:
        raise Refusal(47003, f"argument invalid! data.{key}.value invalid")


def _remembered(call: Call) -> int | None:
    message: TemplateMessage = call.body
    row = call.platform.store.section("client_msg_ids").get(f"{message.touser}/{message.client_msg_id}")
    if not message.client_msg_id or row is None:
        return None
    return row["msgid"] if call.platform.clock.now() - row["at"] < REMEMBERED_SECONDS else None


def _remember(call: Call, msgid: int) -> None:
    message: TemplateMessage = call.body
    if not message.client_msg_id:
        return
    rows = call.platform.store.section("client_msg_ids")
    now = call.platform.clock.now()
    # Oldest first by insertion: only the expired head is looked at, however many there are.
    while rows and now - rows[oldest := next(iter(rows))]["at"] >= REMEMBERED_SECONDS:
        del rows[oldest]
    key = f"{message.touser}/{message.client_msg_id}"
    rows.pop(key, None)
    rows[key] = {"msgid": msgid, "at": now}


def _show(call: Call, person_id: str, template: Template, msgid: int) -> None:
    message: TemplateMessage = call.body
    call.platform.chats.add(
        person_id,
        "account",
        "template",
        title=template.title,
        lines=card_lines(template.content, {key: value.value for key, value in message.data.items()}),
        link={
            "url": message.url or None,
            "miniprogram": message.miniprogram.model_dump() if message.miniprogram else None,
        },
        template_id=template.template_id,
        msgid=str(msgid),
        source=call.account.name,
    )
