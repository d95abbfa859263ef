"""A health tip on its way over real HTTP: own phone, second person, WeChat, numbers; and every crash."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.audit.trail import Actor
from app.core import clock
from app.core.db import read_only, transaction
from app.core.ids import new_id
from app.education import broadcasts
from app.education.tables import Broadcast, Recipient
from app.patients.tables import Consent, WechatIdentity
from app.staff.tables import Account
from jobs import context
from jobs.education import send_broadcasts
from tests.factories.education import TAG, TIP, make_article, make_follower
from tests.factories.staff import make_account, sign_in_as
from tests.hospital import Hospital, Phone

SEND = "/cgi-bin/message/mass/sendall"
TAGGING = "/cgi-bin/tags/members/batchtagging"


class Campaign:
    """李芳 writes and tests, 周敏 approves; 王桂芳 and 李建国 follow and carry the tag."""

    def __init__(self, hospital: Hospital, client: FlaskClient) -> None:
        self.hospital, self.client = hospital, client
        self.outside = hospital.outside
        self.phones = {name: hospital.phone(name) for name in ("wang", "li")}
        self.own = hospital.phone("zhang")
        for phone in (*self.phones.values(), self.own):
            phone.follow()
        hospital.work()
        with transaction(self.outside.sessions) as session:
            self.author = make_account(session, role="nurse", name="李芳")
            self.approver = make_account(session, role="administrator", name="周敏")
            self.author.oa_openid = self.own.openid()
            for name, phone in self.phones.items():
                self._becomes_patient(session, name, phone)
            self.article_id = make_article(session, Actor("staff", self.author.id)).id

    def _becomes_patient(self, session: Any, name: str, phone: Phone) -> None:
        patient, made = make_follower(session, name=name)
        met = session.scalars(select(WechatIdentity).where(WechatIdentity.openid == phone.openid())).one()
        session.delete(made)
        met.patient_id = patient.id

    def by(self, account: Account) -> FlaskClient:
        with transaction(self.outside.sessions) as session:
            sign_in_as(self.client, session, account)
        return self.client

    def post(self, account: Account, path: str, **form: Any) -> Any:
        return self.by(account).post(f"/console/education{path}", data=form)

    def drafted(self) -> str:
        answer = self.post(
            self.author, "/broadcasts", article_id=self.article_id, tag=TAG, request_id=new_id()
        )
        return str(answer.location).rsplit("/", 1)[1]

    def approved(self) -> str:
        broadcast_id = self.drafted()
        assert self.post(self.author, f"/broadcasts/{broadcast_id}/test").status_code == 302
        answer = self.post(self.approver, f"/broadcasts/{broadcast_id}/approve", version=1)
        assert answer.status_code == 302, answer.text
        return broadcast_id

    def row(self, broadcast_id: str) -> Broadcast:
        with read_only(self.outside.readers) as session:
            return session.get_one(Broadcast, broadcast_id)

    def finished(self, broadcast_id: str) -> bool:
        row = self.row(broadcast_id)
        return row.state in ("finished", "failed", "unknown") and row.wechat_tag_id is None

    def articles_on(self, name: str) -> Sequence[Any]:
        return [line["articles"][0]["title"] for line in self.phones[name].received("article")]

    def sent_times(self) -> int:
        return sum(call["errcode"] == 0 for call in self.hospital.calls(SEND))


@pytest.fixture
def campaign(hospital: Hospital, client: FlaskClient) -> Iterator[Campaign]:
    yield Campaign(hospital, client)
    hospital.settle()


def test_a_tip_goes_out_as_it_was_seen_and_its_numbers_come_back(campaign: Campaign) -> None:
    broadcast_id = campaign.drafted()
    page = f"/broadcasts/{broadcast_id}"
    early = campaign.post(campaign.approver, f"{page}/approve", version=1)
    assert early.status_code == 409
    assert "发给自己看一遍" in early.text
    campaign.post(campaign.author, f"{page}/test")
    [seen] = campaign.own.received("article")
    assert seen["articles"][0]["title"] == TIP.title
    own = campaign.post(campaign.author, f"{page}/approve", version=1)
    assert own.status_code == 403
    campaign.post(campaign.approver, f"{page}/approve", version=1)
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.articles_on("wang") == campaign.articles_on("li") == [TIP.title]
    assert len(campaign.own.received("article")) == 1
    row = campaign.row(broadcast_id)
    assert row.state == "finished"
    assert (row.counts["reached"], row.counts["total"], row.counts["sent"]) == (2, 2, 2)
    shown = campaign.by(campaign.author).get(f"/console/education{page}").text
    assert "已发完" in shown
    assert "送达" in shown
    assert campaign.hospital.calls("/cgi-bin/tags/delete")
    [call] = campaign.hospital.calls(SEND)
    assert call["body"]["clientmsgid"] == broadcast_id
    assert len(campaign.hospital.calls("/cgi-bin/draft/add")) == 1


def test_the_article_is_readable_on_the_patient_pages_afterwards(campaign: Campaign) -> None:
    path = f"/h5/articles/{campaign.article_id}"
    stranger = campaign.client
    stranger.delete_cookie("suihu_staff")
    assert stranger.get(path).status_code == 404
    assert "还没有文章" in stranger.get("/h5/articles").text
    campaign.approved()
    stranger.delete_cookie("suihu_staff")
    assert "一人一天不超过 5 克" in stranger.get(path).text
    assert TIP.title in stranger.get("/h5/articles").text


def test_a_member_of_staff_binds_the_phone_by_scanning(campaign: Campaign) -> None:
    client = campaign.by(campaign.approver)
    page = client.post("/console/me/wechat-code").text
    assert "一天内有效" in page
    [code] = [row for row in campaign.hospital.emulator.get("/operator/api/qrcodes")["qrcodes"]]
    chen = campaign.hospital.phone("chen")
    chen.scan(code["url"])
    campaign.hospital.work(until=lambda: any("已绑定" in text for text in chen.texts()))
    with read_only(campaign.outside.readers) as session:
        assert session.get_one(Account, campaign.approver.id).oa_openid == chen.openid()
    assert "已绑定" in client.get("/console/me").text


def test_without_a_bound_phone_the_test_says_where_to_bind(campaign: Campaign) -> None:
    broadcast_id = campaign.drafted()
    answer = campaign.post(campaign.approver, f"/broadcasts/{broadcast_id}/test")
    assert answer.status_code == 409
    assert "去绑定我的微信" in answer.text


def test_an_edited_article_is_tested_again(campaign: Campaign) -> None:
    broadcast_id = campaign.drafted()
    campaign.post(campaign.author, f"/broadcasts/{broadcast_id}/test")
    shorter = {"title": "少盐", "digest": "少一点", "body": "少放盐。", "source": "指南"}
    campaign.post(campaign.author, f"/articles/{campaign.article_id}", version="1", **shorter)
    refused = campaign.post(campaign.approver, f"/broadcasts/{broadcast_id}/approve", version=2)
    assert refused.status_code == 409
    page = campaign.by(campaign.author).get(f"/console/education/broadcasts/{broadcast_id}").text
    assert "文章改过了，请重新试发" in page
    campaign.post(campaign.author, f"/broadcasts/{broadcast_id}/test")
    assert campaign.own.received("article")[-1]["articles"][0]["title"] == "少盐"
    campaign.post(campaign.approver, f"/broadcasts/{broadcast_id}/approve", version=2)
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.articles_on("wang") == ["少盐"]


def test_who_withdraws_after_the_approval_does_not_get_it(campaign: Campaign) -> None:
    broadcast_id = campaign.approved()
    with transaction(campaign.outside.sessions) as session:
        openid = campaign.phones["li"].openid()
        identity = session.scalars(select(WechatIdentity).where(WechatIdentity.openid == openid)).one()
        session.execute(
            update(Consent)
            .where(Consent.patient_id == identity.patient_id, Consent.purpose == "health_education")
            .values(withdrawn_at=clock.now())
        )
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.articles_on("wang") == [TIP.title]
    assert campaign.articles_on("li") == []
    assert campaign.row(broadcast_id).counts["left_out"] == {"no_consent": 1}
    page = campaign.by(campaign.author).get(f"/console/education/broadcasts/{broadcast_id}").text
    assert "发送前去掉" in page
    assert "没有同意接收健康科普" in page


def test_who_left_the_account_unheard_is_named_by_wechat_and_passed_over(campaign: Campaign) -> None:
    campaign.phones["li"].unfollow()
    campaign.hospital.work()
    with transaction(campaign.outside.sessions) as session:
        session.execute(update(WechatIdentity).values(following=True))
    broadcast_id = campaign.approved()
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.articles_on("wang") == [TIP.title]
    row = campaign.row(broadcast_id)
    assert (row.state, row.counts["left_out"]) == ("finished", {"refused": 1})


def test_one_wrong_openid_does_not_keep_the_tip_from_the_others(campaign: Campaign) -> None:
    broadcast_id = campaign.approved()
    with transaction(campaign.outside.sessions) as session:
        patient, wrong = make_follower(session, openid="oNobodyAtWeChat", name="赵秀兰")
        session.add(Recipient(broadcast_id=broadcast_id, identity_id=wrong.id, patient_id=patient.id))
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.articles_on("wang") == campaign.articles_on("li") == [TIP.title]
    assert campaign.row(broadcast_id).counts["left_out"] == {"refused": 1}


def test_when_nobody_is_left_nothing_is_sent_and_staff_read_why(campaign: Campaign) -> None:
    broadcast_id = campaign.approved()
    with transaction(campaign.outside.sessions) as session:
        session.execute(update(Consent).values(withdrawn_at=clock.now()))
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.row(broadcast_id).state == "failed"
    assert "都不能再收了" in (campaign.row(broadcast_id).reason or "")
    assert not campaign.hospital.calls(SEND)


def test_a_withdrawn_article_does_not_go_out(campaign: Campaign) -> None:
    broadcast_id = campaign.approved()
    campaign.post(campaign.author, f"/articles/{campaign.article_id}/withdraw")
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.row(broadcast_id).reason == "文章已经撤回，没有发出"
    assert not campaign.hospital.calls(SEND)


@pytest.mark.parametrize("path", [TAGGING, "/cgi-bin/draft/add"])
def test_an_article_withdrawn_while_the_followers_are_being_tagged_does_not_go_out(
    campaign: Campaign, path: str
) -> None:
    broadcast_id = campaign.approved()
    with transaction(campaign.outside.sessions) as session:
        session.execute(update(Broadcast).values(wechat_media_id=None))
    campaign.hospital.fault(path, "slow", ms=2000)
    context.use(campaign.outside)
    worker = threading.Thread(target=send_broadcasts)
    worker.start()
    _wait_until(lambda: not campaign.hospital.emulator.get("/operator/api/faults")["faults"])
    assert campaign.post(campaign.author, f"/articles/{campaign.article_id}/withdraw").status_code == 302
    worker.join(timeout=60)
    assert not worker.is_alive()
    assert not campaign.hospital.calls(SEND)
    row = campaign.row(broadcast_id)
    assert (row.state, row.reason) == ("failed", "文章已经撤回，没有发出")
    assert campaign.articles_on("wang") == []


def test_an_article_withdrawn_after_an_answer_was_lost_is_asked_for_no_more_and_staff_look(
    campaign: Campaign,
) -> None:
    """Whether it went out with the first asking nobody knows: to say that it did not would be a guess."""
    campaign.hospital.fault(SEND, "reset_after_accept")
    broadcast_id = campaign.approved()
    campaign.hospital.work_once()
    campaign.post(campaign.author, f"/articles/{campaign.article_id}/withdraw")
    asked = len(campaign.hospital.calls(SEND))
    _go_on_at_once(campaign, broadcast_id)
    row = campaign.row(broadcast_id)
    assert row.state == "unknown"
    assert "文章已经撤回" in (row.reason or "") and "核对" in (row.reason or "")
    assert len(campaign.hospital.calls(SEND)) == asked


@pytest.mark.parametrize("fault", ["finish_first", "finish_twice"])
def test_numbers_that_come_early_or_twice_are_counted_once(campaign: Campaign, fault: str) -> None:
    campaign.hospital.fault(SEND, fault)
    broadcast_id = campaign.approved()
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.row(broadcast_id).counts["sent"] == 2


def test_what_wechat_could_not_send_is_failed_in_words(campaign: Campaign) -> None:
    campaign.hospital.fault(SEND, "system_failed")
    broadcast_id = campaign.approved()
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    page = campaign.by(campaign.author).get(f"/console/education/broadcasts/{broadcast_id}").text
    assert "发送失败" in page
    assert "微信没有发出" in page


@pytest.mark.parametrize(
    "errcode, words", [("45028", "次数用完了"), ("48001", "没有群发权限"), ("40008", "40008")]
)
def test_a_refusal_is_told_in_words(campaign: Campaign, errcode: str, words: str) -> None:
    campaign.hospital.fault(SEND, errcode)
    broadcast_id = campaign.approved()
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert words in (campaign.row(broadcast_id).reason or "")
    assert campaign.row(broadcast_id).state == "failed"


def test_an_emptied_draft_box_costs_nobody_the_tip(campaign: Campaign) -> None:
    campaign.hospital.fault(SEND, "40007")
    broadcast_id = campaign.approved()
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.articles_on("wang") == [TIP.title]
    assert len(campaign.hospital.calls("/cgi-bin/draft/add")) == 2


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/cgi-bin/tags/create", "reset_after_accept"),
        (TAGGING, "reset_after_accept"),
        (SEND, "busy"),
        (SEND, "reset_after_accept"),
        ("/cgi-bin/tags/delete", "busy"),
    ],
)
def test_a_busy_wechat_and_a_lost_answer_send_once(campaign: Campaign, path: str, kind: str) -> None:
    campaign.hospital.fault(path, kind)
    broadcast_id = campaign.approved()
    _go_on_at_once(campaign, broadcast_id)
    assert campaign.row(broadcast_id).state == "finished"
    assert campaign.articles_on("wang") == campaign.articles_on("li") == [TIP.title]
    assert campaign.row(broadcast_id).counts["sent"] == 2


def _go_on_at_once(campaign: Campaign, broadcast_id: str) -> None:
    """Work it off as if the pause after a busy WeChat, or a dead worker's lease, were over."""
    deadline = time.monotonic() + 60
    while not campaign.finished(broadcast_id):
        assert time.monotonic() < deadline, campaign.row(broadcast_id).state
        _lease_ends(campaign)
        campaign.hospital.work_once()


@pytest.mark.parametrize("path", [TAGGING, SEND])
def test_a_worker_killed_while_wechat_answers_sends_once(
    campaign: Campaign, environ: dict[str, str], path: str
) -> None:
    broadcast_id = campaign.approved()
    campaign.hospital.fault(path, "slow", ms=3000)
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until(lambda: not campaign.hospital.emulator.get("/operator/api/faults")["faults"])
    finally:
        # WeChat has the request and will do what it says; nobody will hear the answer.
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    _wait_until(lambda: campaign.hospital.calls(path))
    assert campaign.row(broadcast_id).state == "sending"
    _go_on_at_once(campaign, broadcast_id)
    assert campaign.articles_on("wang") == campaign.articles_on("li") == [TIP.title]
    assert campaign.row(broadcast_id).counts["sent"] == 2
    assert campaign.sent_times() == 1


@pytest.mark.parametrize("path", [TAGGING, SEND])
def test_a_slow_worker_and_the_one_that_took_over_send_once(campaign: Campaign, path: str) -> None:
    """The first wakes up when the second has finished: it asks for nothing more and spoils nothing."""
    broadcast_id = campaign.approved()
    campaign.hospital.fault(path, "slow", ms=4000)
    context.use(campaign.outside)
    slow = threading.Thread(target=send_broadcasts)
    slow.start()
    _wait_until(lambda: not campaign.hospital.emulator.get("/operator/api/faults")["faults"])
    _lease_ends(campaign)
    send_broadcasts()
    slow.join(timeout=60)
    assert not slow.is_alive()
    _go_on_at_once(campaign, broadcast_id)
    assert campaign.row(broadcast_id).state == "finished"
    assert campaign.articles_on("wang") == campaign.articles_on("li") == [TIP.title]
    assert campaign.sent_times() == 1
    assert len(campaign.hospital.calls(SEND)) == {TAGGING: 1, SEND: 2}[path]
    assert campaign.row(broadcast_id).counts["sent"] == 2


def test_the_lease_is_lengthened_before_every_call(campaign: Campaign) -> None:
    broadcast_id = campaign.approved()
    campaign.hospital.fault(TAGGING, "slow", ms=500)
    campaign.hospital.fault(SEND, "slow", ms=500)
    context.use(campaign.outside)
    worker = threading.Thread(target=send_broadcasts)
    worker.start()
    leases = set()
    while worker.is_alive():
        leases.add(campaign.row(broadcast_id).lease_until)
        time.sleep(0.01)
    # The claim's own may be too short to be seen; while tagging and while asking it is another one each.
    assert len(leases - {None}) >= 2


def _lease_ends(campaign: Campaign) -> None:
    with transaction(campaign.outside.sessions) as session:
        passed = clock.machine() - timedelta(seconds=1)
        session.execute(
            update(Broadcast).where(Broadcast.lease_until.is_not(None)).values(lease_until=passed)
        )


def _wait_until(happened: Any) -> None:
    # Generous: a worker's process has to start first, on however busy a machine.
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline, "the worker never asked WeChat"
        time.sleep(0.02)


def test_after_a_day_nobody_asks_again_and_staff_are_told_to_look(campaign: Campaign) -> None:
    broadcast_id = campaign.approved()
    with transaction(campaign.outside.sessions) as session:
        long_ago = clock.now() - timedelta(days=1)
        session.execute(update(Broadcast).values(state="sending", asked_at=long_ago))
    campaign.hospital.work(until=lambda: campaign.finished(broadcast_id))
    assert campaign.row(broadcast_id).state == "unknown"
    assert not campaign.hospital.calls(SEND)
    page = campaign.by(campaign.author).get(f"/console/education/broadcasts/{broadcast_id}").text
    assert "是否发出未知" in page
    assert "不会自动重发" in page


def test_two_approved_at_once_respect_the_fourth_message_of_the_month(campaign: Campaign) -> None:
    with transaction(campaign.outside.sessions) as session:
        for identity in session.scalars(select(WechatIdentity).where(WechatIdentity.patient_id.is_not(None))):
            for _ in range(3):
                _received(session, campaign, identity)
    first, second = campaign.approved(), campaign.approved()
    campaign.hospital.work(until=lambda: campaign.finished(first) and campaign.finished(second))
    assert campaign.row(first).state == "finished"
    assert "都不能再收了" in (campaign.row(second).reason or "")
    assert len(campaign.articles_on("wang")) == 1


def _received(session: Any, campaign: Campaign, identity: WechatIdentity) -> None:
    actor, now = Actor("staff", campaign.author.id), clock.now()
    earlier = broadcasts.draft(session, actor, campaign.article_id, TAG, new_id(), now)
    earlier.state, earlier.approved_at, earlier.sent_at = "finished", now, now
    session.add(
        Recipient(
            broadcast_id=earlier.id,
            identity_id=identity.id,
            patient_id=identity.patient_id,
            tagged_at=now,
        )
    )
    session.flush()
