"""Broadcasts' job: tag the recipients, send WeChat's draft to the tag, tidy up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.core import clock
from app.core.db import read_only, transaction
from app.education import sending
from app.education.finishing import close_reported
from app.education.placing import DRAFT_GONE, place_draft
from app.education.rules.approval import may_ask_again
from app.education.sending import TAG_BATCH, LeaseLost, Step
from app.wechat.client import WeChatError
from app.wiring import Outside
from jobs.context import drains

log = structlog.get_logger(__name__)

LATER = timedelta(seconds=30)
WAITS_FOR = frozenset({"transient", "unknown", "token", "gateway"})
"""Refusals after which the same step is tried again; its clientmsgid protects an uncertain send."""
ALL_TAGS_USED = 45056

WORDS = {
    "quota": "微信的群发次数用完了，请下个月再发",
    "content": "微信认为内容不合适，请修改后重新起草",
    "template": "服务号没有群发权限，请联系管理员",
}


@dataclass
class Held:
    """A broadcast in this worker's hands, with the lease that says so; lengthened before every wait."""

    outside: Outside
    step: Step
    lease: datetime

    def longer(self) -> None:
        """Hold on to it for another while. Raises LeaseLost."""
        with transaction(self.outside.sessions) as session:
            lease = sending.hold(session, self.step.id, self.lease, clock.machine())
        self.lease = lease


@drains("education.send_broadcasts")
def send_broadcasts(outside: Outside) -> None:
    """Bring every approved broadcast to WeChat, and take away the tags of those that have ended."""
    while True:
        with transaction(outside.sessions) as session:
            step = sending.claim(session, clock.now(), clock.machine())
        if step is None:
            break
        try:
            _bring(Held(outside, step, step.lease_until))
        except LeaseLost:
            log.warning("broadcast.lease_lost", broadcast=step.id)
    with transaction(outside.sessions) as session:
        close_reported(session, clock.now())
    _tidy(outside)


class NotToBeSent(Exception):
    """It must not go any more. The text tells staff why."""


def _bring(held: Held) -> None:
    if held.step.withdrawn:
        _stop(held, sending.WITHDRAWN)
    elif not may_ask_again(held.step.asked_at, clock.now()):
        _end(held, "unknown", "发送中断超过一天，是否已发出请到微信公众平台核对；不会自动重发")
    else:
        _send_or_note_why(held)


def _send_or_note_why(held: Held) -> None:
    step, sessions = held.step, held.outside.sessions
    try:
        msg_id = _send(held)
    except NotToBeSent as stopped:
        _stop(held, str(stopped))
        return
    except WeChatError as refusal:
        log.warning("broadcast.refused", broadcast=step.id, kind=refusal.kind, errcode=refusal.errcode)
        if refusal.kind in WAITS_FOR:
            until = clock.machine() + LATER
            with transaction(sessions) as session:
                sending.note_later(session, step.id, held.lease, until, "微信繁忙，稍后自动继续")
        else:
            _end(held, "failed", _words(refusal))
        return
    with transaction(sessions) as session:
        sending.note_sent(session, step.id, msg_id, clock.now())


def _send(held: Held) -> str:
    """WeChat's id of the mass message. Raises NotToBeSent, WeChatError, LeaseLost."""
    tag_id = held.step.wechat_tag_id or _make_tag(held)
    _tag_everybody(held, tag_id)
    _untag_who_withdrew(held, tag_id)
    try:
        return _ask(held, tag_id, held.step.wechat_media_id or _leave_draft(held))
    except WeChatError as refusal:
        if refusal.errcode != DRAFT_GONE:
            raise
    # Somebody emptied the account's drafts, or it went out with the first asking: the same clientmsgid
    # answers the first id then, and sends nothing twice.
    return _ask(held, tag_id, _leave_draft(held))


def _ask(held: Held, tag_id: int, media_id: str) -> str:
    """Nothing slow stands between the last look and the asking."""
    held.longer()
    with transaction(held.outside.sessions) as session:
        why_not = sending.note_asking(session, held.step.id, held.lease, clock.now())
    if why_not is not None:
        raise NotToBeSent(why_not)
    return held.outside.wechat.send_mass_by_tag(tag_id, media_id, held.step.id)


def _make_tag(held: Held) -> int:
    tag_id = held.outside.wechat.create_tag(held.step.tag_name)
    with transaction(held.outside.sessions) as session:
        sending.note_tag(session, held.step.id, held.lease, tag_id)
    return tag_id


def _tag_everybody(held: Held, tag_id: int) -> None:
    broadcast_id, outside = held.step.id, held.outside
    while True:
        with read_only(outside.readers) as session:
            batch = sending.to_tag(session, broadcast_id, clock.now())
        if not batch.openids and not batch.left_out:
            return
        refused = _tag(held, tag_id, list(batch.openids.values()))
        unknown = {identity: "refused" for identity, openid in batch.openids.items() if openid in refused}
        taken = [one for one in batch.openids if one not in unknown]
        with transaction(outside.sessions) as session:
            sending.note_tagged(session, broadcast_id, taken, clock.now())
            sending.note_left_out(session, broadcast_id, {**batch.left_out, **unknown})


def _tag(held: Held, tag_id: int, openids: Sequence[str]) -> set[str]:
    """Tag them; the openids that WeChat does not take. One wrong openid makes it refuse the whole list."""
    if not openids:
        return set()
    held.longer()
    try:
        return set(held.outside.wechat.tag_followers(tag_id, openids))
    except WeChatError as refusal:
        if refusal.kind != "recipient_wrong":
            raise
    if len(openids) == 1:
        return set(openids)
    middle = len(openids) // 2
    return _tag(held, tag_id, openids[:middle]) | _tag(held, tag_id, openids[middle:])


def _untag_who_withdrew(held: Held, tag_id: int) -> None:
    with read_only(held.outside.readers) as session:
        batch = sending.to_untag(session, held.step.id, clock.now())
    openids = list(batch.openids.values())
    for start in range(0, len(openids), TAG_BATCH):
        held.longer()
        held.outside.wechat.untag_followers(tag_id, openids[start : start + TAG_BATCH])
    with transaction(held.outside.sessions) as session:
        sending.note_left_out(session, held.step.id, batch.left_out)


def _leave_draft(held: Held) -> str:
    outside = held.outside
    held.longer()
    media_id = place_draft(outside.wechat, held.step.article, outside.settings.public_url)
    held.longer()
    with transaction(outside.sessions) as session:
        sending.note_draft(session, held.step.id, held.lease, media_id)
    return media_id


def _stop(held: Held, why: str) -> None:
    if held.step.asked_at is None:
        _end(held, "failed", f"{why}，没有发出")
    else:
        # An earlier asking lost its answer: that it did not go out would be a guess.
        _end(held, "unknown", f"{why}，不再发送；之前是否已发出，请到微信公众平台核对")


def _end(held: Held, state: str, reason: str) -> None:
    with transaction(held.outside.sessions) as session:
        sending.note_over(session, held.step.id, held.lease, state, reason, clock.now())


def _words(refusal: WeChatError) -> str:
    if refusal.errcode == ALL_TAGS_USED:
        return "服务号的 100 个标签用完了，请到微信公众平台删掉不用的标签，再重新起草"
    return WORDS.get(refusal.kind, f"微信拒绝了这次群发（错误 {refusal.errcode}）")


def _tidy(outside: Outside) -> None:
    with read_only(outside.readers) as session:
        spent = sending.spent_tags(session, clock.now())
    for broadcast_id, tag_id in spent:
        try:
            outside.wechat.delete_tag(tag_id)
        except WeChatError as refusal:
            # Left for the next run: a tag too many harms nobody, and the scheduler comes by soon.
            log.warning(
                "broadcast.tag_kept", broadcast=broadcast_id, kind=refusal.kind, errcode=refusal.errcode
            )
            return
        with transaction(outside.sessions) as session:
            sending.forget_tag(session, broadcast_id)
