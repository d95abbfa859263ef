"""The one place where a message leaves the building: one call by the chosen lane, no transaction open."""

from dataclasses import dataclass

import structlog

from app.core.log import where
from app.messaging.claiming import Ready
from app.messaging.rules.channel import MP_SUBSCRIBE, OA_TEMPLATE
from app.wechat.client import WeChat, WeChatError
from app.wechat.errcodes import UNKNOWN

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of one call: `msgid` where WeChat gives one, or the error; not `called` when too late."""

    ready: Ready
    msgid: str | None = None
    error: WeChatError | None = None
    called: bool = True


def send(wechat: WeChat, ready: Ready) -> Outcome:
    """Hand one message to WeChat; whatever comes of it is an outcome, so that the others' are written too."""
    try:
        return Outcome(ready, msgid=_call(wechat, ready))
    except WeChatError as error:
        return Outcome(ready, error=error)
    except Exception as error:
        # Nobody foresaw this one, so nobody can say whether WeChat has the message.
        log.error(
            "outbox.call_broke", message=ready.message_id, error=type(error).__name__, where=where(error)
        )
        return Outcome(ready, error=WeChatError(UNKNOWN, None, ready.lane, about=type(error).__name__))


def _call(wechat: WeChat, ready: Ready) -> str | None:
    if ready.lane == OA_TEMPLATE:
        return wechat.send_template(
            ready.openid, ready.template_id, ready.data, ready.url, client_msg_id=ready.message_id
        )
    if ready.lane == MP_SUBSCRIBE:
        return wechat.send_subscribe(ready.openid, ready.template_id, ready.data, ready.page)
    wechat.send_text(ready.openid, ready.text)
    return None
