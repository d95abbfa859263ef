"""Subscription messages, mini-program and service account.

Source: developers.weixin.qq.com, subscribe-message sendMessage and bizsend, read 2026.
"""

from typing import Any

from emulator.api.finish import announce, take_fault
from emulator.api.template import MiniProgramLink, check_data
from emulator.api.wire import Body, Call, Refusal, endpoint, ok
from emulator.config import Person, SubscribeTemplate
from emulator.push.subscriptions import subscription_fields
from emulator.rules.cards import card_lines
from emulator.rules.values import keys_of

_FAILURES = {"user_block": "failed:user block", "system_failed": "failed: system failed"}


class Value(Body):
    value: str


class MiniProgramMessage(Body):
    touser: str
    template_id: str
    page: str = ""
    data: dict[str, Value]
    miniprogram_state: str = "formal"
    lang: str = "zh_CN"


class ServiceMessage(MiniProgramMessage):
    miniprogram: MiniProgramLink | None = None


@endpoint("POST", "/cgi-bin/message/subscribe/send", caller="mp", body=MiniProgramMessage)
def send_subscribe(call: Call) -> dict[str, Any]:
    message: MiniProgramMessage = call.body
    if message.page.startswith("/"):
        raise Refusal(41030, "invalid page")
    if message.miniprogram_state not in ("developer", "trial", "formal"):
        raise Refusal(47003, "argument invalid! miniprogram_state invalid")
    page = {"appid": call.account.appid, "pagepath": message.page} if message.page else None
    return _send(call, {"url": None, "miniprogram": page}, call.account.name)


@endpoint("POST", "/cgi-bin/message/subscribe/bizsend", caller="oa", body=ServiceMessage)
def send_business(call: Call) -> dict[str, Any]:
    message: ServiceMessage = call.body
    if message.miniprogram and message.miniprogram.appid != call.platform.config.mp.appid:
        raise Refusal(40013, "invalid appid: the mini-program is not linked to this account")
    page = message.miniprogram.model_dump() if message.miniprogram else None
    return _send(call, {"url": message.page or None, "miniprogram": page}, call.account.name)


@endpoint("GET", "/wxaapi/newtmpl/gettemplate", caller="any")
def list_subscribe_templates(call: Call) -> dict[str, Any]:
    mine = [item for item in call.platform.config.subscribe_templates if item.app == call.kind]
    return ok(data=[_listed(item) for item in mine])


def _listed(template: SubscribeTemplate) -> dict[str, Any]:
    values = [{"keywordCode": key, "enumValueList": allowed} for key, allowed in template.enums.items()]
    shown = template.model_dump(include={"priTmplId", "title", "content", "example", "type"})
    return shown | {"keywordEnumValueList": values}


def _send(call: Call, link: dict[str, Any], source: str) -> dict[str, Any]:
    message: MiniProgramMessage = call.body
    person = call.person(message.touser)
    template = call.platform.config.subscribe_template(message.template_id)
    if template is None or template.app != call.kind:
        raise Refusal(40037, "invalid template_id")
    data = {key: value.value for key, value in message.data.items()}
    check_data(template.content, data, template.enums)
    if not call.platform.credits.spend(person.id, template):
        raise Refusal(43101, "user refuse to accept the msg")
    msgid = str(call.platform.store.next_id(1_864_000_000_000_000_000))
    fault = take_fault(call)
    if fault not in _FAILURES:
        _show(call, person, template, link, source, msgid)
    _announce(call, template, msgid, fault)
    return ok(msgid=msgid)


def _announce(call: Call, template: SubscribeTemplate, msgid: str, fault: str | None) -> None:
    failure = _FAILURES.get(fault or "")
    item = {
        "TemplateId": template.priTmplId,
        "MsgID": msgid,
        "ErrorCode": "-1" if failure else "0",
        "ErrorStatus": failure or "success",
    }
    fields = subscription_fields(call.platform, call.kind, "subscribe_msg_sent_event", [item])
    announce(call, call.body.touser, fields, fault)


def _show(
    call: Call, person: Person, template: SubscribeTemplate, link: dict[str, Any], source: str, msgid: str
) -> None:
    data = {key: value.value for key, value in call.body.data.items() if key in keys_of(template.content)}
    call.platform.chats.add(
        person.id,
        "account",
        "subscribe",
        title=template.title,
        lines=card_lines(template.content, data),
        link=link,
        template_id=template.priTmplId,
        msgid=msgid,
        source=source,
    )
