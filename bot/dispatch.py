"""Each kind of message of WeChat's and what it sets going: a table, and a few lines for each.

Runs inside the transaction of one callback; what needed the network was fetched before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.conversations import inbox as conversations
from app.conversations.answers import note_said, put_before_advice
from app.conversations.danger import alarm_for_known
from app.conversations.tables import Line
from app.education import finishing
from app.messaging import delivery, grants, outbox, windows
from app.messaging.outbox import Promise
from app.patients import identities
from app.patients.tables import WechatIdentity
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
from bot.answers import MENU_ANSWERS, STAFF_BOUND, STAFF_NOT_BOUND, Answer
from bot.fetching import Fetched
from bot.hearing import Heard, hear, keep_told

A_SECOND = timedelta(microseconds=999_999)


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
    received_at: datetime
    """When our door took it in: seconds after the act, however late it is worked off."""

    @property
    def at(self) -> datetime:
        """When the person did it, by WeChat's clock: from then on WeChat counts its windows.

        Never later than it came to us; a time it does not name is the time it came.
        """
        made: datetime | None = self.message.at
        return min(made or self.received_at, self.received_at)

    @property
    def said_at(self) -> datetime:
        """Where it stands among other lines: WeChat cuts its seconds off, and what was said before a
        person answered must not stand behind the answer."""
        return min(self.at + A_SECOND, self.received_at)


def dispatch(session: Session, arrived: Arrived, now: datetime) -> bool:
    """Work one message off; False for a kind that nothing here acts on."""
    handler = HANDLERS.get(type(arrived.message))
    if handler is None:
        return False
    handler(session, arrived, now)
    return True


def on_follow(session: Session, arrived: Arrived, now: datetime) -> None:
    message: Follow = arrived.message
    identity = _follows(session, arrived, message.scene, now)
    if not identity.following:
        return  # Heard of late: they have left since.
    identities.note_begun(identity, arrived.said_at)
    alarm_for_known(session, identity.id, identity.patient_id, now)
    _acted(session, arrived, identity, "follow", now)
    _bind_staff(session, arrived, identity, message.scene, now)


def on_scan(session: Session, arrived: Arrived, now: datetime) -> None:
    message: Scan = arrived.message
    identity = _known(session, arrived, now)
    if not message.scene.startswith(binding.PREFIX):
        _follows(session, arrived, message.scene, now)
    _acted(session, arrived, identity, "scan", now)
    _bind_staff(session, arrived, identity, message.scene, now)


def on_unfollow(session: Session, arrived: Arrived, now: datetime) -> None:
    """The right to write ends; the medical record stays, under its own legal basis.

    Heard of after they have written, pressed the menu or scanned, it changes nothing: they are back.
    """
    identity = identities.by_openid(session, arrived.app_id, arrived.message.openid)
    if identity is not None and windows.acted_since(session, identity.id, arrived.at):
        return
    identities.note_unfollow(session, arrived.app_id, arrived.message.openid, arrived.said_at)
    if identity is not None and not identity.following:
        windows.close(session, identity.id, arrived.at)


def on_menu_click(session: Session, arrived: Arrived, now: datetime) -> None:
    identity = _known(session, arrived, now)
    _acted(session, arrived, identity, "menu", now)
    answer = MENU_ANSWERS.get(arrived.message.key)
    if answer is not None:
        _say(session, arrived, identity, answer, now)


def on_text(session: Session, arrived: Arrived, now: datetime) -> None:
    """Kept in the talk whatever it is; for the house to answer, for a nurse, or for both."""
    message: PatientText = arrived.message
    identity = _wrote(session, arrived, now)
    if identity.patient_id is not None:
        # What the form says to the answer is shown in the talk, so that the talk is there first.
        conversations.open_talk(session, identity.patient_id, now)
    heard = hear(session, identity, message.text, arrived.key, arrived.said_at, now)
    line = _keep_words(session, arrived, identity, message.text, heard, now)
    if heard.told is not None and line is not None and identity.patient_id is not None:
        keep_told(session, identity.patient_id, heard.told, line.id, arrived.said_at, now)
    if heard.receipt is not None and put_before_advice(session, identity.patient_id, heard.receipt, now):
        return
    if heard.answer is not None:
        _say(session, arrived, identity, heard.answer, now)


def on_media(session: Session, arrived: Arrived, now: datetime) -> None:
    message: PatientMedia = arrived.message
    identity = _wrote(session, arrived, now)
    kind, words = _media_line(message, arrived.fetched)
    _receive(session, arrived, identity, kind, words, now, message.media_id, arrived.fetched.media_path)


def on_sent(session: Session, arrived: Arrived, now: datetime) -> None:
    """A place, a link: for a nurse as it is."""
    keep_as_it_is(session, arrived, now)


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
    note(session, identity.id, message.answers, arrived.said_at)


HANDLERS: dict[type[Inbound], Callable[[Session, Arrived, datetime], None]] = {
    Follow: on_follow,
    Unfollow: on_unfollow,
    Scan: on_scan,
    MenuClick: on_menu_click,
    PatientText: on_text,
    PatientMedia: on_media,
    PatientLocation: on_sent,
    PatientOther: on_sent,
    TemplateResult: on_template_result,
    MassResult: on_mass_result,
    SubscribeChange: on_subscribe_change,
}
"""What is not in here is kept raw and marked unknown."""

_MEDIA = {"image": ("image", "[图片]"), "voice": ("voice", "[语音]")}


def keep_as_it_is(session: Session, arrived: Arrived, now: datetime) -> bool:
    """What a person wrote or sent, for a nurse to read, with nothing else made of it; False for an event."""
    written = _as_line(arrived)
    if written is None:
        return False
    _receive(session, arrived, _wrote(session, arrived, now), *written, now)
    return True


def keep_unread(session: Session, arrived: Arrived, now: datetime) -> bool:
    """The same when even that fails: a line that waits, of whose danger nobody is told."""
    written = _as_line(arrived)
    if written is None:
        return False
    identity = _wrote(session, arrived, now)
    conversations.keep_unread(
        session, identity.id, identity.patient_id, *written, arrived.key, now, at=arrived.said_at
    )
    return True


def _as_line(arrived: Arrived) -> tuple[str, str] | None:
    """(kind of line, its words); None for what nobody wrote."""
    match arrived.message:
        case PatientText(text=text):
            return "text", text
        case PatientMedia() as media:
            return _media_line(media, arrived.fetched)
        case PatientLocation() as place:
            return "location", f"{place.label}（{place.latitude:.5f}, {place.longitude:.5f}）"
        case PatientOther(title=title):
            return "other", title or "[链接]"
    return None


def _media_line(message: PatientMedia, fetched: Fetched) -> tuple[str, str]:
    kind, words = _MEDIA.get(message.kind, ("other", "[视频]"))
    return kind, words if fetched.media_path else f"{words}（没有取到，请患者再发一次）"


def _known(session: Session, arrived: Arrived, now: datetime) -> WechatIdentity:
    """The sender, met now for the first time where need be: who writes to the service account follows it."""
    openid, unionid = arrived.message.openid, arrived.fetched.unionid
    if arrived.app_kind == "mp":
        return identities.note_login(session, arrived.app_id, "mp", Login(openid, unionid), now)
    found = identities.by_openid(session, arrived.app_id, openid)
    if found is not None and found.following:
        return found
    return identities.note_heard(session, arrived.app_id, openid, unionid, now, at=arrived.said_at)


def _follows(session: Session, arrived: Arrived, scene: str | None, now: datetime) -> WechatIdentity:
    openid, unionid = arrived.message.openid, arrived.fetched.unionid
    return identities.note_follow(session, arrived.app_id, openid, unionid, scene, now, at=arrived.said_at)


def _wrote(session: Session, arrived: Arrived, now: datetime) -> WechatIdentity:
    """The sender, whose message opens the long window."""
    identity = _known(session, arrived, now)
    _acted(session, arrived, identity, "message", now)
    return identity


def _acted(session: Session, arrived: Arrived, identity: WechatIdentity, act: str, now: datetime) -> None:
    windows.note_user_act(session, identity.id, act, arrived.at, now)


def _keep_words(
    session: Session, arrived: Arrived, identity: WechatIdentity, text: str, heard: Heard, now: datetime
) -> Line | None:
    """None for a command of somebody who is no patient yet: there is no talk to keep it in."""
    if heard.for_nurse:
        return conversations.receive(
            session,
            identity.id,
            identity.patient_id,
            "text",
            text,
            None,
            arrived.key,
            now,
            at=arrived.said_at,
            heard_as=heard.heard_as,
            alarmed=heard.alarmed,
            answered=heard.answer is not None,
        )
    if identity.patient_id is None:
        return None
    return conversations.keep_answer(
        session, identity.id, identity.patient_id, text, arrived.key, now, at=arrived.said_at
    )


def _receive(
    session: Session,
    arrived: Arrived,
    identity: WechatIdentity,
    kind: str,
    body: str,
    now: datetime,
    media_id: str | None = None,
    media_path: str | None = None,
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
        at=arrived.said_at,
        media_path=media_path,
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
    note_said(session, outbox.promise(session, promise, now), now)


def _bind_staff(
    session: Session, arrived: Arrived, identity: WechatIdentity, scene: str | None, now: datetime
) -> None:
    if scene is None or not scene.startswith(binding.PREFIX):
        return
    bound = binding.bind(session, scene, identity.openid, arrived.secret, now)
    _say(session, arrived, identity, STAFF_BOUND if bound else STAFF_NOT_BOUND, now)
