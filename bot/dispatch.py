"""Each kind of message of WeChat's and what it sets going: a table, and a few lines for each.

Runs inside the transaction of one callback; what needed the network was fetched before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.conversations import inbox as conversations
from app.conversations.rules.red_flags import RedFlag, gravest
from app.education import finishing
from app.messaging import delivery, grants, outbox, windows
from app.messaging.outbox import Promise
from app.patients import identities
from app.patients.tables import WechatIdentity
from app.questionnaires import chat
from app.questionnaires.chat import ChatReply
from app.staff import binding
from app.wechat.client import Login
from app.wechat.inbound import (
    Follow,
    Inbound,
    MassResult,
    MenuClick,
    PatientLocation,
    PatientMedia,
    PatientOther,
    PatientText,
    Scan,
    SubscribeChange,
    TemplateResult,
    Unfollow,
)
from bot.answers import ANSWERS, MENU_ANSWERS, STAFF_BOUND, STAFF_NOT_BOUND, Answer
from bot.commands import intention
from bot.fetching import Fetched


@dataclass(frozen=True)
class Arrived:
    """One callback: which account got it, its dedupe key, the message, and what was fetched for it."""

    app_id: str
    app_kind: str
    key: str
    message: Any
    """One of app.wechat.inbound's dataclasses: each handler gets its own kind."""
    fetched: Fetched
    secret: str
    """Signs the QR codes by which staff bind their WeChat."""


def dispatch(session: Session, arrived: Arrived, now: datetime) -> bool:
    """Work one message off; False for a kind that nothing here acts on."""
    handler = HANDLERS.get(type(arrived.message))
    if handler is None:
        return False
    handler(session, arrived, now)
    return True


def on_follow(session: Session, arrived: Arrived, now: datetime) -> None:
    message: Follow = arrived.message
    identity = identities.note_follow(
        session, arrived.app_id, message.openid, arrived.fetched.unionid, message.scene, now
    )
    windows.note_user_act(session, identity.id, "follow", now)
    _bind_staff(session, arrived, identity, message.scene, now)


def on_scan(session: Session, arrived: Arrived, now: datetime) -> None:
    message: Scan = arrived.message
    identity = _known(session, arrived, now)
    if not message.scene.startswith(binding.PREFIX):
        identities.note_follow(
            session, arrived.app_id, message.openid, arrived.fetched.unionid, message.scene, now
        )
    windows.note_user_act(session, identity.id, "scan", now)
    _bind_staff(session, arrived, identity, message.scene, now)


def on_unfollow(session: Session, arrived: Arrived, now: datetime) -> None:
    """The right to write ends; the medical record stays, under its own legal basis."""
    identities.note_unfollow(session, arrived.app_id, arrived.message.openid, now)
    identity = identities.by_openid(session, arrived.app_id, arrived.message.openid)
    if identity is not None:
        windows.close(session, identity.id, now)


def on_menu_click(session: Session, arrived: Arrived, now: datetime) -> None:
    identity = _known(session, arrived, now)
    windows.note_user_act(session, identity.id, "menu", now)
    answer = MENU_ANSWERS.get(arrived.message.key)
    if answer is not None:
        _say(session, arrived, identity, answer, now)


def on_text(session: Session, arrived: Arrived, now: datetime) -> None:
    """A form's answer, a command, or words for a nurse: asked in this order.

    Words of danger go to the inbox whatever else they are: there they alert and are answered.
    """
    message: PatientText = arrived.message
    identity = _wrote(session, arrived, now)
    danger, heard_as = gravest(message.text), ""
    if identity.patient_id is not None:
        reply = chat.take(session, identity.patient_id, message.text, now)
        if reply is not None:
            _say(session, arrived, identity, Answer(reply.in_one(), reply.link), now)
            heard_as = reply.half
            danger = danger or gravest(heard_as)
            if not reply.for_nurse and (danger is None or _judged_by_form(danger, reply)):
                return
    wanted = intention(message.text)
    if danger is None and wanted is not None and identity.app_kind == "oa":
        _say(session, arrived, identity, ANSWERS[wanted], now)
        return
    _receive(session, arrived, identity, "text", message.text, now, heard_as=heard_as)


def on_media(session: Session, arrived: Arrived, now: datetime) -> None:
    message: PatientMedia = arrived.message
    identity = _wrote(session, arrived, now)
    kind, words = _MEDIA.get(message.kind, ("other", "[视频]"))
    if arrived.fetched.media_path is None:
        words = f"{words}（没有取到，请患者再发一次）"
    _receive(session, arrived, identity, kind, words, now, message.media_id, arrived.fetched.media_path)


def on_location(session: Session, arrived: Arrived, now: datetime) -> None:
    message: PatientLocation = arrived.message
    identity = _wrote(session, arrived, now)
    words = f"{message.label}（{message.latitude:.5f}, {message.longitude:.5f}）"
    _receive(session, arrived, identity, "location", words, now)


def on_other(session: Session, arrived: Arrived, now: datetime) -> None:
    message: PatientOther = arrived.message
    identity = _wrote(session, arrived, now)
    _receive(session, arrived, identity, "other", message.title or "[链接]", now)


def on_template_result(session: Session, arrived: Arrived, now: datetime) -> None:
    message: TemplateResult = arrived.message
    for msgid, status in message.results:
        delivery.record(session, arrived.app_id, msgid, status, now)


def on_mass_result(session: Session, arrived: Arrived, now: datetime) -> None:
    message: MassResult = arrived.message
    finishing.record_finish(session, message.msg_id, {"status": message.status, **message.counts}, now)


def on_subscribe_change(session: Session, arrived: Arrived, now: datetime) -> None:
    message: SubscribeChange = arrived.message
    identity = _known(session, arrived, now)
    note = grants.note_popup if message.from_popup else grants.note_change
    note(session, identity.id, message.answers, now)


HANDLERS: dict[type[Inbound], Callable[[Session, Arrived, datetime], None]] = {
    Follow: on_follow,
    Unfollow: on_unfollow,
    Scan: on_scan,
    MenuClick: on_menu_click,
    PatientText: on_text,
    PatientMedia: on_media,
    PatientLocation: on_location,
    PatientOther: on_other,
    TemplateResult: on_template_result,
    MassResult: on_mass_result,
    SubscribeChange: on_subscribe_change,
}
"""What is not in here is kept raw and marked unknown."""

_MEDIA = {"image": ("image", "[图片]"), "voice": ("voice", "[语音]")}


def _judged_by_form(danger: RedFlag, reply: ChatReply) -> bool:
    """A high blood pressure that the form took is told by the form's own flag: one alert is enough."""
    return danger.code == "bp_emergency" and reply.measured


def _known(session: Session, arrived: Arrived, now: datetime) -> WechatIdentity:
    """The sender, met now for the first time where need be: who writes to the service account follows it."""
    openid, unionid = arrived.message.openid, arrived.fetched.unionid
    if arrived.app_kind == "mp":
        return identities.note_login(session, arrived.app_id, "mp", Login(openid, unionid), now)
    found = identities.by_openid(session, arrived.app_id, openid)
    if found is not None and found.following:
        return found
    return identities.note_checked(session, arrived.app_id, openid, unionid, True, now)


def _wrote(session: Session, arrived: Arrived, now: datetime) -> WechatIdentity:
    """The sender, whose message opens the long window."""
    identity = _known(session, arrived, now)
    windows.note_user_act(session, identity.id, "message", now)
    return identity


def _receive(
    session: Session,
    arrived: Arrived,
    identity: WechatIdentity,
    kind: str,
    body: str,
    now: datetime,
    media_id: str | None = None,
    media_path: str | None = None,
    heard_as: str = "",
) -> None:
    conversations.receive(
        session,
        identity.id,
        identity.patient_id,
        kind,
        body,
        media_id,
        arrived.key,
        now,
        media_path=media_path,
        heard_as=heard_as,
    )


def _say(session: Session, arrived: Arrived, identity: WechatIdentity, answer: Answer, now: datetime) -> None:
    """Answer in the chat, as a promise like any other; two sends of the window stay a nurse's."""
    promise = Promise(
        purpose="bot",
        dedupe=f"bot:{arrived.key}",
        identity_id=identity.id,
        patient_id=identity.patient_id,
        text=answer.text,
        link=answer.link,
    )
    outbox.promise(session, promise, now)


def _bind_staff(
    session: Session, arrived: Arrived, identity: WechatIdentity, scene: str | None, now: datetime
) -> None:
    if scene is None or not scene.startswith(binding.PREFIX):
        return
    bound = binding.bind(session, scene, identity.openid, arrived.secret, now)
    _say(session, arrived, identity, STAFF_BOUND if bound else STAFF_NOT_BOUND, now)
