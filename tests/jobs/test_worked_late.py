"""A worker that was away for hours: what counts is when the patient did it, by WeChat's clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conversations.tables import Conversation, Line
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.messaging import windows
from app.messaging.tables import Message, ReplyWindow
from app.patients.tables import WechatIdentity
from app.records.tables import Reading
from app.wechat import inbox
from app.wechat.tables import Callback
from tests.conftest import OA
from tests.factories.joined import join
from tests.factories.staff import sign_in_as
from tests.factories.ward import Ward
from tests.hospital import Hospital, Phone

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def phone(hospital: Hospital) -> Phone:
    return hospital.phone("wang")


@pytest.fixture
def ward(hospital: Hospital, phone: Phone) -> Ward:
    return join(hospital, phone)


@pytest.fixture
def began(ward: Ward) -> Iterator[datetime]:
    """A whole second from which on the workers are away."""
    yield clock.now().replace(microsecond=0) + SECOND


def pushed(
    hospital: Hospital,
    phone: Phone,
    inside: str,
    made: datetime | int | None,
    came: datetime,
    kind: str = "text",
) -> None:
    """WeChat pushed it at `came`; `made` is its CreateTime."""
    second = int(made.timestamp()) if isinstance(made, datetime) else made
    when = "" if second is None else f"<CreateTime>{second}</CreateTime>"
    body = f"<xml><FromUserName>{phone.openid()}</FromUserName>{when}<MsgType>{kind}</MsgType>{inside}</xml>"
    with transaction(hospital.outside.sessions) as session:
        inbox.keep(session, OA["app_id"], new_id(), kind, body, came)


def wrote(hospital: Hospital, phone: Phone, words: str, made: datetime | int | None, came: datetime) -> None:
    pushed(hospital, phone, f"<Content>{words}</Content><MsgId>{new_id()}</MsgId>", made, came)


def happened(hospital: Hospital, phone: Phone, event: str, made: datetime, came: datetime) -> None:
    pushed(hospital, phone, f"<Event>{event}</Event>", made, came, "event")


def window(hospital: Hospital, ward: Ward) -> ReplyWindow:
    with read_only(hospital.outside.readers) as session:
        return session.get_one(ReplyWindow, ward.chat.id)


def identity(hospital: Hospital, ward: Ward) -> WechatIdentity:
    with read_only(hospital.outside.readers) as session:
        return session.get_one(WechatIdentity, ward.chat.id)


def test_the_window_is_open_from_the_patients_act_on(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime, client: FlaskClient
) -> None:
    wrote(hospital, phone, "药要空腹吃吗？", began, began + SECOND)
    clock.move_to(began + 49.5 * HOUR)
    hospital.work()
    assert window(hospital, ward).until_at == began + 48 * HOUR
    with transaction(hospital.outside.sessions) as session:
        assert windows.reply_state(session, ward.chat.id, clock.now()) == (0, None)
        talk = session.scalars(select(Conversation)).one()
        line = session.scalars(select(Line).where(Line.author_kind == "patient")).one()
        assert began <= line.at <= began + SECOND
        assert talk.waiting_since == line.at
        sign_in_as(client, session, ward.nurse)
    assert "已等 49 小时" in client.get("/console/inbox").text
    sent = client.post(f"/console/inbox/{talk.id}/lines", data={"text": "饭后", "request_id": "request-0001"})
    assert sent.status_code == 409


@pytest.mark.parametrize(
    ("made", "from_came"),
    [
        (None, timedelta(0)),
        (0, timedelta(0)),
        (-5, timedelta(0)),
        (10**14, timedelta(0)),
        (4102444800, timedelta(0)),
    ],
    ids=["says no time", "zero", "negative", "beyond every calendar", "the year 2100"],
)
def test_a_time_that_cannot_be_is_replaced_by_when_it_came(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime, made: int | None, from_came: timedelta
) -> None:
    wrote(hospital, phone, "药要空腹吃吗？", made, began)
    clock.move_to(began + 3 * HOUR)
    hospital.work()
    assert window(hospital, ward).until_at == began + from_came + 48 * HOUR
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Line.at).where(Line.author_kind == "patient")).one() == began


def test_an_act_that_was_worked_late_does_not_take_a_newer_window_away(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime
) -> None:
    wrote(hospital, phone, "在吗？", began + HOUR, began + HOUR)
    happened(hospital, phone, "CLICK", began, began + HOUR)
    clock.move_to(began + 2 * HOUR)
    hospital.work()
    assert window(hospital, ward).until_at == began + 49 * HOUR


def test_what_was_sent_since_the_act_counts_against_its_window(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime
) -> None:
    """WeChat opened the window at the act; what we sent meanwhile was spent of it."""
    with transaction(hospital.outside.sessions) as session:
        for hours in (-1, 1, 2):
            session.add(
                Message(
                    dedupe_key=new_id(),
                    patient_id=ward.patient.id,
                    identity_id=ward.chat.id,
                    purpose="bot",
                    fields={},
                    state="delivered",
                    lane="oa_custom",
                    due_at=began,
                    expires_at=began + 9 * HOUR,
                    created_at=began,
                    sent_at=began + hours * HOUR,
                )
            )
        windows.note_user_act(session, ward.chat.id, "message", began, began + 3 * HOUR)
        assert windows.reply_state(session, ward.chat.id, began + 3 * HOUR)[0] == 3


def test_whoever_follows_again_is_not_gone_because_her_leaving_was_heard_late(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime
) -> None:
    clock.move_to(began + HOUR)
    happened(hospital, phone, "unsubscribe", began, began)
    clock.move_to(began + 2 * HOUR)
    hospital.work()
    gone = identity(hospital, ward)
    assert not gone.following and gone.unfollowed_at == began
    happened(hospital, phone, "subscribe", began + 2 * HOUR, began + 2 * HOUR)
    happened(hospital, phone, "unsubscribe", began + HOUR, began + 2 * HOUR)
    hospital.work()
    assert identity(hospital, ward).following
    assert window(hospital, ward).opened_at == began + 2 * HOUR


@pytest.mark.parametrize("since", ["subscribe", "text"])
def test_an_old_leaving_takes_nobody_away_who_was_heard_of_since(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime, since: str
) -> None:
    """That they had left and come back was never heard, or only the coming back."""
    clock.move_to(began + 2 * HOUR)
    if since == "text":
        wrote(hospital, phone, "在吗", began + 2 * HOUR, began + 2 * HOUR)
    else:
        happened(hospital, phone, "subscribe", began + 2 * HOUR, began + 2 * HOUR)
    hospital.work()
    happened(hospital, phone, "unsubscribe", began + HOUR, began + 2 * HOUR)
    hospital.work()
    assert identity(hospital, ward).following
    assert window(hospital, ward).until_at > began + 2 * HOUR


def test_an_old_following_brings_nobody_back_who_has_left_since(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime
) -> None:
    clock.move_to(began + 2 * HOUR)
    happened(hospital, phone, "unsubscribe", began + 2 * HOUR, began + 2 * HOUR)
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        welcomes = session.scalars(select(Message.id).where(Message.purpose == "welcome")).all()
    happened(hospital, phone, "subscribe", began + HOUR, began + 2 * HOUR)
    hospital.work()
    gone = identity(hospital, ward)
    assert not gone.following and gone.unfollowed_at == began + 2 * HOUR
    with read_only(hospital.outside.readers) as session:
        assert session.scalars(select(Message.id).where(Message.purpose == "welcome")).all() == welcomes


def test_a_pressure_confirmed_in_the_chat_stands_on_the_chart_at_the_time_it_was_told(
    hospital: Hospital, phone: Phone, ward: Ward, began: datetime
) -> None:
    phone.text("138/86")
    hospital.work()
    told = clock.now().replace(microsecond=0) + 2 * SECOND
    clock.move_to(told)
    wrote(hospital, phone, "对", told, told)
    clock.move_to(told + 2 * HOUR)
    hospital.work()
    with read_only(hospital.outside.readers) as session:
        taken = session.scalars(select(Reading.measured_at)).all()
    assert [each - told < SECOND for each in taken] == [True, True]
    with read_only(hospital.outside.readers) as session:
        assert set(session.scalars(select(Callback.state))) == {"done"}
