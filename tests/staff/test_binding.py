"""A member of staff binds the own WeChat by scanning; nobody else's scan, and no old code, does it."""

from datetime import datetime, timedelta

import pytest

from app.core.db import transaction
from app.staff.binding import bind, openid_of, scene_of
from app.wiring import Outside
from tests.factories.staff import make_account

SECRET = "a-secret-of-this-hospital"


def test_scanning_ones_own_code_binds(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        account = make_account(session)
        scene = scene_of(account.id, SECRET, now)
        assert len(scene) <= 64
        bind(session, scene, "openid-1", SECRET, now + timedelta(hours=5))
        assert openid_of(session, account.id) == "openid-1"


@pytest.mark.parametrize("days, bound", [(0, True), (1, True), (2, False), (-1, False)])
def test_a_code_is_good_on_its_day_and_the_next(
    outside: Outside, now: datetime, days: int, bound: bool
) -> None:
    with transaction(outside.sessions) as session:
        account = make_account(session)
        scene = scene_of(account.id, SECRET, now)
        found = bind(session, scene, "openid-1", SECRET, now + timedelta(days=days))
        assert (found is not None) is bound


def test_a_forged_code_binds_nobody(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        mine, hers = make_account(session), make_account(session)
        scene = scene_of(mine.id, SECRET, now).replace(mine.id, hers.id)
        assert bind(session, scene, "openid-1", SECRET, now) is None
        assert bind(session, "staff.nonsense", "openid-1", SECRET, now) is None
        assert openid_of(session, hers.id) is None


def test_one_wechat_belongs_to_one_account(outside: Outside, now: datetime) -> None:
    with transaction(outside.sessions) as session:
        first, second = make_account(session), make_account(session)
        for account in (first, second):
            bind(session, scene_of(account.id, SECRET, now), "openid-1", SECRET, now)
        assert openid_of(session, first.id) is None
        assert openid_of(session, second.id) == "openid-1"
