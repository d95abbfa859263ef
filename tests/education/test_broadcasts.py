"""Who is chosen, who is left out, who may approve, and how WeChat's numbers find their broadcast."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.audit.tables import Change
from app.audit.trail import Actor
from app.core.db import contend, read_only, transaction
from app.core.errors import Conflict, DomainError, Invalid
from app.education import articles, broadcasts, reads, sending
from app.education.audience import audience_of
from app.education.finishing import close_reported, record_finish
from app.education.tables import Broadcast, MassReport, Recipient
from app.patients.consent_texts import HEALTH_DATA, HEALTH_EDUCATION
from app.patients.tables import Consent, Patient, WechatIdentity
from app.wiring import Outside
from tests.factories.education import (
    TAG,
    TIP,
    make_approver,
    make_article,
    make_author,
    make_draft,
    make_follower,
)
from tests.factories.patients import make_identity, make_patient
from tests.factories.risk import make_tag

GOOD = {"status": "send success", "total": 1, "filtered": 1, "sent": 1, "failed": 0}


def approved(session: Session, now: datetime) -> Broadcast:
    broadcast = make_draft(session)
    return broadcasts.approve(session, make_approver(session), broadcast.id, 1, now)


def test_everybody_with_the_tag_is_reached_or_counted_with_a_reason(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        make_follower(session, consents=("health_data",))
        make_follower(session, status="in_hospital")
        unfollowed = make_patient(session)
        make_identity(session, unfollowed.id, following=False)
        make_tag(session, unfollowed.id, tag=TAG)
        make_tag(session, make_patient(session).id, tag=TAG)
        ended = make_follower(session)[0]
        make_tag(session, ended.id, tag="糖尿病", until_at=now - timedelta(days=1))
    with read_only(outside.readers) as session:
        audience = audience_of(session, TAG, now)
        assert len(audience.reached) == 2
        assert audience.excluded == {"not_active": 1, "no_consent": 1, "not_following": 2}
        assert audience_of(session, "糖尿病", now).total == 0


def test_who_has_two_wechats_is_reached_once_on_the_one_that_follows(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient = make_patient(session)
        make_tag(session, patient.id, tag=TAG)
        make_identity(session, patient.id, following=False)
        following = make_identity(session, patient.id).id
        make_tag(session, patient.id, tag=TAG, rule="twice")
    with read_only(outside.readers) as session:
        [one] = audience_of(session, TAG, now).reached
        assert one.identity_id == following


def test_the_fifth_mass_message_of_a_month_is_not_sent(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient, identity = make_follower(session)
        for number in range(4):
            _received(session, patient, identity, now - timedelta(hours=number))
    with read_only(outside.readers) as session:
        assert audience_of(session, TAG, now).excluded == {"month_full": 1}
        next_month = now + timedelta(days=31)
        assert len(audience_of(session, TAG, next_month).reached) == 1


def test_the_month_is_beijings(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient, identity = make_follower(session)
        for _ in range(4):
            _received(session, patient, identity, now.replace(month=2, day=28, hour=15, minute=59))
        assert len(audience_of(session, TAG, now).reached) == 1
        session.execute(update(Broadcast).values(sent_at=now.replace(month=2, day=28, hour=16, minute=0)))
        assert audience_of(session, TAG, now).excluded == {"month_full": 1}


def _received(session: Session, patient: Patient, identity: WechatIdentity, at: datetime) -> None:
    broadcast = make_draft(session)
    broadcast.state, broadcast.approved_at, broadcast.sent_at = "finished", at, at
    session.add(
        Recipient(broadcast_id=broadcast.id, identity_id=identity.id, patient_id=patient.id, tagged_at=at)
    )
    session.flush()


@pytest.mark.parametrize(
    "who, code",
    [
        ("drafter", "own_work"),
        ("writer", "own_work"),
        ("untested", "not_tested"),
        ("edited", "edited_meanwhile"),
        ("edited and seen", "not_tested"),
        ("nobody", "nobody_reached"),
        ("cancelled", "broadcast_state"),
        ("withdrawn", "article_withdrawn"),
    ],
)
def test_what_is_not_ready_is_not_approved(outside: Outside, now: datetime, who: str, code: str) -> None:
    with transaction(outside.sessions) as session:
        author, approver = make_author(session), make_approver(session)
        if who != "nobody":
            make_follower(session)
        article = make_article(session, approver if who == "writer" else author)
        broadcast = make_draft(session, author=author, article=article, tested=who != "untested")
        version = 1
        if who.startswith("edited"):
            articles.edit(session, author, article.id, TIP, 1, now)
            version = 2 if who == "edited and seen" else 1
        if who == "cancelled":
            broadcasts.cancel(session, author, broadcast.id, now)
        if who == "withdrawn":
            articles.withdraw(session, author, article.id, now)
    by = author if who == "drafter" else approver
    with pytest.raises(DomainError) as refusal, transaction(outside.sessions) as session:
        broadcasts.approve(session, by, broadcast.id, version, now)
    assert refusal.value.code == code
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Recipient)) == 0


def test_approving_twice_at_once_approves_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        broadcast, approvers = make_draft(session), [make_approver(session) for _ in range(4)]

    def approve(by: Actor) -> str:
        try:
            contend(
                outside.sessions, lambda session: broadcasts.approve(session, by, broadcast.id, 1, now).state
            )
        except Conflict as refusal:
            return refusal.code
        return "approved"

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(approve, approvers))
    assert results == ["approved"] + ["broadcast_state"] * 3
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(Recipient)) == 1


def test_an_edit_after_the_approval_does_not_change_what_goes_out(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        broadcast = approved(session, now)
        articles.edit(session, make_author(session), broadcast.article_id, _other(), 1, now)
        step = sending.claim(session, now, now)
        assert step is not None
        assert step.article.title == TIP.title
        assert articles.for_reader(session, broadcast.article_id).title == TIP.title


def _other() -> articles.Draft:
    return articles.Draft("另一篇", "另一句", "另外的正文。", "另外的依据")


def test_the_same_request_drafts_once(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        author, article = make_author(session), make_article(session)

    def draft(_: int) -> str:
        return contend(
            outside.sessions,
            lambda session: broadcasts.draft(session, author, article.id, TAG, "same-request", now).id,
        )

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(draft, range(4)))) == 1


@pytest.mark.parametrize("other", ["article", "tag"])
def test_another_broadcast_under_the_same_request_is_refused(
    outside: Outside, now: datetime, other: str
) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        author, article = make_author(session), make_article(session)
        broadcasts.draft(session, author, article.id, TAG, "same-request", now)
        article_id = make_article(session).id if other == "article" else article.id
        tag = "糖尿病" if other == "tag" else TAG
        with pytest.raises(Conflict) as refused:
            broadcasts.draft(session, author, article_id, tag, "same-request", now)
    assert refused.value.code == "request_id_taken"


def test_recipients_are_tagged_fifty_at_a_time_and_none_is_lost(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        for _ in range(120):
            make_follower(session)
        broadcast = approved(session, now)
    sizes, seen = [], set()
    for _ in range(4):
        with transaction(outside.sessions) as session:
            batch = sending.to_tag(session, broadcast.id, now)
            sending.note_tagged(session, broadcast.id, list(batch.openids), now)
        sizes.append(len(batch.openids))
        seen |= set(batch.openids.values())
    assert (sizes, len(seen)) == ([50, 50, 20, 0], 120)


CHANGES: dict[str, Callable[[Session, Patient, WechatIdentity], object]] = {
    "no_consent": lambda session, patient, identity: session.execute(
        update(Consent)
        .where(Consent.patient_id == patient.id, Consent.purpose == HEALTH_EDUCATION)
        .values(withdrawn_at=patient.created_at)
    ),
    "withdrawn": lambda session, patient, identity: session.execute(
        update(Consent)
        .where(Consent.patient_id == patient.id, Consent.purpose == HEALTH_DATA)
        .values(withdrawn_at=patient.created_at)
    ),
    "not_active": lambda session, patient, identity: session.execute(
        update(Patient).where(Patient.id == patient.id).values(status="deceased")
    ),
    "not_following": lambda session, patient, identity: session.execute(
        update(WechatIdentity).where(WechatIdentity.id == identity.id).values(following=False)
    ),
    "month_full": lambda session, patient, identity: [
        _received(session, patient, identity, patient.created_at) for _ in range(4)
    ],
}


@pytest.mark.parametrize("reason", CHANGES)
@pytest.mark.parametrize("tagged_already", [False, True])
def test_who_may_no_longer_get_it_is_passed_over_and_counted(
    outside: Outside, now: datetime, reason: str, tagged_already: bool
) -> None:
    with transaction(outside.sessions) as session:
        patient, identity = make_follower(session, openid="oChanged")
        make_follower(session)
        broadcast = approved(session, now)
        sending.claim(session, now, now)
        if tagged_already:
            batch = sending.to_tag(session, broadcast.id, now)
            sending.note_tagged(session, broadcast.id, list(batch.openids), now)
        CHANGES[reason](session, patient, identity)
    with transaction(outside.sessions) as session:
        look = sending.to_untag if tagged_already else sending.to_tag
        batch = look(session, broadcast.id, now)
        assert ("oChanged" in batch.openids.values()) is tagged_already
        assert batch.left_out == {identity.id: reason}
        sending.note_left_out(session, broadcast.id, batch.left_out)
        assert not sending.to_untag(session, broadcast.id, now).left_out
        sending.note_sent(session, broadcast.id, "1001", now)
        assert session.get_one(Broadcast, broadcast.id).counts["left_out"] == {reason: 1}


def sent(session: Session, now: datetime, msg_id: str = "1001") -> Broadcast:
    make_follower(session)
    broadcast = approved(session, now)
    sending.claim(session, now, now)
    sending.note_sent(session, broadcast.id, msg_id, now)
    return broadcast


@pytest.mark.parametrize("order", ["sent first", "numbers first", "told twice", "crossing"])
def test_numbers_and_record_find_each_other_in_any_order(outside: Outside, now: datetime, order: str) -> None:
    with transaction(outside.sessions) as session:
        if order == "numbers first":
            record_finish(session, "1001", GOOD, now)
        if order == "crossing":
            session.add(MassReport(wechat_msg_id="1001", counts=GOOD, at=now))
        broadcast = sent(session, now)
        if order in ("sent first", "told twice"):
            record_finish(session, "1001", GOOD, now)
        if order == "told twice":
            record_finish(session, "1001", {**GOOD, "sent": 0}, now)
        close_reported(session, now)
    with read_only(outside.readers) as session:
        row = session.get_one(Broadcast, broadcast.id)
        finished = select(func.count()).where(Change.subject == "broadcast", Change.action == "finished")
        assert (row.state, row.counts["sent"], row.counts["reached"]) == ("finished", 1, 1)
        assert session.scalar(finished) == 1


def test_numbers_of_somebody_elses_mass_message_change_nothing(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        broadcast = sent(session, now)
        record_finish(session, "9999", GOOD, now)
        session.refresh(broadcast)
        assert broadcast.state == "sent"


def test_what_wechats_reviewers_stopped_is_failed_with_the_reason(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        broadcast = sent(session, now)
        record_finish(session, "1001", {**GOOD, "status": "err(10001)"}, now)
        session.refresh(broadcast)
        assert (broadcast.state, broadcast.reason) == ("failed", "微信审核没有通过：涉嫌广告")


def test_two_workers_do_not_take_one_broadcast(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        approved(session, now)

    def claim(_: int) -> bool:
        return contend(outside.sessions, lambda session: sending.claim(session, now, now) is not None)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(claim, range(4))) == [False, False, False, True]
    with transaction(outside.sessions) as session:
        assert sending.claim(session, now, now + sending.LEASE) is None
        assert sending.claim(session, now, now + sending.LEASE + timedelta(seconds=1)) is not None


STEPS: dict[str, Callable[[Session, str, datetime, datetime], object]] = {
    "hold": lambda session, id_, lease, now: sending.hold(session, id_, lease, now),
    "tag": lambda session, id_, lease, now: sending.note_tag(session, id_, lease, 7),
    "draft": lambda session, id_, lease, now: sending.note_draft(session, id_, lease, "media-2"),
    "asking": lambda session, id_, lease, now: sending.note_asking(session, id_, lease, now),
    "later": lambda session, id_, lease, now: sending.note_later(session, id_, lease, now, "忙"),
    "over": lambda session, id_, lease, now: sending.note_over(session, id_, lease, "failed", "错", now),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("since", ["another worker took it", "it went out"])
def test_a_worker_whose_lease_is_over_writes_nothing(
    outside: Outside, now: datetime, step: str, since: str
) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        broadcast_id = approved(session, now).id
        slow = sending.claim(session, now, now)
        assert slow is not None
        if since == "it went out":
            sending.note_sent(session, broadcast_id, "1001", now)
        else:
            later = now + sending.LEASE + timedelta(seconds=1)
            assert sending.claim(session, now, later) is not None
    before = _columns(outside, broadcast_id)
    with pytest.raises(sending.LeaseLost), transaction(outside.sessions) as session:
        STEPS[step](session, broadcast_id, slow.lease_until, now)
    assert _columns(outside, broadcast_id) == before


def _columns(outside: Outside, broadcast_id: str) -> dict[str, object]:
    with read_only(outside.readers) as session:
        row = session.get_one(Broadcast, broadcast_id)
        return {column.key: getattr(row, column.key) for column in Broadcast.__table__.columns}


def test_a_worker_that_holds_on_keeps_it(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        broadcast_id = approved(session, now).id
        step = sending.claim(session, now, now)
        assert step is not None
        almost = step.lease_until - timedelta(seconds=1)
        lease = sending.hold(session, broadcast_id, step.lease_until, almost)
        assert sending.claim(session, now, step.lease_until + timedelta(seconds=1)) is None
        sending.note_asking(session, broadcast_id, lease, now)
        sending.note_asking(session, broadcast_id, lease, now + timedelta(hours=1))
        assert session.get_one(Broadcast, broadcast_id).asked_at == now


def test_a_tag_that_nobody_carries_is_not_drafted_for(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_tag(session, make_patient(session).id, tag="曾经", until_at=now - timedelta(seconds=1))
        author, article = make_author(session), make_article(session)
        for tag in ("没有这个标签", "曾经"):
            with pytest.raises(Invalid) as refused:
                broadcasts.draft(session, author, article.id, tag, f"request-{tag}", now)
            assert (refused.value.code, refused.value.field) == ("tag_unknown", "tag")


def test_what_is_approved_at_night_goes_out_in_the_morning(outside: Outside, now: datetime) -> None:
    night = now.replace(hour=14)  # 22:00 in Shanghai
    morning = now.replace(day=3, hour=0)
    with transaction(outside.sessions) as session:
        make_follower(session)
        assert approved(session, night).send_at == morning
        assert reads.next_due(session, night) == morning
        assert not reads.in_hand(session, night)
        assert sending.claim(session, morning - timedelta(seconds=1), night) is None
        assert sending.claim(session, morning, night) is not None


def test_a_broadcast_is_cancelled_until_it_is_taken(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        make_follower(session)
        broadcast = approved(session, now)
        broadcasts.cancel(session, make_author(session), broadcast.id, now)
        assert sending.claim(session, now, now) is None
    with transaction(outside.sessions) as session:
        make_follower(session)
        taken = approved(session, now)
        sending.claim(session, now, now)
        with pytest.raises(Conflict):
            broadcasts.cancel(session, make_author(session), taken.id, now)
