"""One person in two WeChat accounts is one patient, whichever door they came through first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.trail import Actor
from app.core.db import read_only, transaction
from app.core.errors import Forbidden
from app.core.events import SESSION_KEY
from app.patients import cards, identities
from app.patients.events import CardScanned, Followed
from app.patients.tables import WechatIdentity
from app.wechat.client import Login
from app.wiring import Outside
from tests.conftest import MP, OA
from tests.factories.patients import a_person, make_card, make_identity, make_patient

OA_APP, MP_APP = OA["app_id"], MP["app_id"]
UNION = "union-of-wang"
CONSENTED = {"health_data": "2026-03"}


def follow(session: Session, now: datetime, unionid: str | None = UNION, scene: str | None = None):
    return identities.note_follow(session, OA_APP, "oa-wang", unionid, scene, now)


def log_in(session: Session, now: datetime, unionid: str | None = UNION):
    return identities.note_login(session, MP_APP, "mp", Login("mp-wang", unionid), now)


@pytest.mark.parametrize("order", list(permutations(["follow", "log in", "activate on oa"], 3)))
def test_follower_and_mini_program_user_are_one_patient_in_every_order(
    outside: Outside, now: datetime, order: tuple[str, ...]
) -> None:
    for step in order:
        with transaction(outside.sessions) as session:
            if step == "follow":
                follow(session, now)
            elif step == "log in":
                log_in(session, now)
            else:
                seen = identities.note_login(session, OA_APP, "oa", Login("oa-wang", UNION), now)
                cards.activate(
                    session,
                    seen.id,
                    make_card(session),
                    a_person(),
                    CONSENTED,
                    Actor("patient", seen.id),
                    now,
                )
    with read_only(outside.readers) as session:
        rows = session.scalars(select(WechatIdentity)).all()
        assert {row.app_kind for row in rows} == {"oa", "mp"}
        assert len({row.patient_id for row in rows}) == 1
        assert rows[0].patient_id is not None
        assert len(rows) == 2


def test_a_known_unionid_survives_an_answer_without_one(outside: Outside, now: datetime) -> None:
    for unionid in (UNION, None):
        with transaction(outside.sessions) as session:
            log_in(session, now, unionid)
    with read_only(outside.readers) as session:
        assert session.scalars(select(WechatIdentity.unionid)).one() == UNION


def test_a_unionid_learnt_later_joins_what_was_apart(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        patient_id = make_patient(session).id
        make_identity(session, patient_id, openid="oa-wang", unionid=UNION)
        assert log_in(session, now, None).patient_id is None
    with transaction(outside.sessions) as session:
        assert log_in(session, now).patient_id == patient_id


def test_two_records_under_one_unionid_are_left_for_staff(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        first, second = make_patient(session), make_patient(session)
        make_identity(session, first.id, openid="oa-wang", unionid=UNION)
        make_identity(session, second.id, app_kind="mp", openid="mp-wang")
    with transaction(outside.sessions) as session:
        assert log_in(session, now).patient_id == second.id
    with read_only(outside.readers) as session:
        of_first = select(WechatIdentity).where(WechatIdentity.patient_id == first.id)
        assert len(session.scalars(of_first).all()) == 1


def test_a_snapshot_user_is_refused_and_not_kept(outside: Outside, now: datetime) -> None:
    with pytest.raises(Forbidden) as refused, transaction(outside.sessions) as session:
        identities.note_login(session, OA_APP, "oa", Login("virtual", "virtual", snapshot=True), now)
    assert refused.value.code == "snapshot_user"
    with read_only(outside.readers) as session:
        assert session.scalar(select(func.count()).select_from(WechatIdentity)) == 0


def test_sixteen_first_logins_at_once_make_one_identity(outside: Outside, now: datetime) -> None:
    def first_login(_: int) -> str:
        with transaction(outside.sessions) as session:
            return log_in(session, now).id

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(first_login, range(16)))) == 1


class Heard:
    """What a session of its own announces."""

    def __init__(self, outside: Outside) -> None:
        self.events: list = []
        hear = {kind: [lambda session, event: self.events.append(event)] for kind in (Followed, CardScanned)}
        self.sessions = type(outside.sessions)(
            bind=outside.engine, expire_on_commit=False, info={SESSION_KEY: hear, "bells": outside.bells}
        )


def test_following_by_a_cards_code_names_the_card(outside: Outside, now: datetime) -> None:
    heard = Heard(outside)
    with transaction(heard.sessions) as session:
        card = make_card(session)
        seen = follow(session, now, scene=card.scene)
        assert seen.pending_card_id == card.id
    assert heard.events == [Followed(seen.id, card.id, now)]


def test_a_follower_who_scans_is_no_new_follower(outside: Outside, now: datetime) -> None:
    heard = Heard(outside)
    with transaction(heard.sessions) as session:
        card = make_card(session)
        follow(session, now)
        seen = follow(session, now, scene=card.scene)
    assert heard.events[1:] == [CardScanned(seen.id, card.id, now)]


def test_the_card_scanned_in_the_service_account_waits_in_the_mini_program(
    outside: Outside, now: datetime
) -> None:
    with transaction(outside.sessions) as session:
        card = make_card(session)
        follow(session, now, scene=card.scene)
        assert log_in(session, now).pending_card_id == card.id
        later = make_card(session)
        follow(session, now, scene=later.scene)
        assert log_in(session, now).pending_card_id == later.id


def test_a_used_card_does_not_wait(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        card = make_card(session, make_patient(session).id)
        assert follow(session, now, scene=card.scene).pending_card_id is None


@pytest.mark.parametrize("scene", [None, "", "card.unknown", "poster.7", "card"])
def test_a_scene_that_names_no_card_is_just_a_follower(
    outside: Outside, now: datetime, scene: str | None
) -> None:
    heard = Heard(outside)
    with transaction(heard.sessions) as session:
        seen = follow(session, now, scene=scene)
    assert heard.events == [Followed(seen.id, None, now)]


def test_who_left_and_comes_back_is_announced_like_anybody_who_follows(
    outside: Outside, now: datetime
) -> None:
    heard = Heard(outside)
    with transaction(heard.sessions) as session:
        follow(session, now)
        identities.note_unfollow(session, OA_APP, "oa-wang", now + timedelta(days=1))
        assert identities.by_openid(session, OA_APP, "oa-wang").following is False
        follow(session, now + timedelta(days=2))
    assert [event.at for event in heard.events] == [now, now + timedelta(days=2)]


def test_an_old_scan_takes_no_newer_card_away(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        older, newer = (make_card(session) for _ in range(2))
        follow(session, now, scene=newer.scene)
        identities.note_follow(
            session, OA_APP, "oa-wang", None, older.scene, now, at=now - timedelta(hours=1)
        )
        seen = identities.by_openid(session, OA_APP, "oa-wang")
        assert seen is not None and seen.pending_card_id == newer.id


def test_an_unknown_person_who_leaves_is_no_error(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        identities.note_unfollow(session, OA_APP, "never-met", now)
