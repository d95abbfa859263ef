"""The regular look at all followers: nobody is written off because somebody else answered for WeChat."""

import pytest

from app.core.db import read_only, transaction
from app.patients import identities
from jobs.wechat import sweep_followers
from tests.conftest import OA
from tests.factories.patients import make_identity
from tests.hospital import Hospital

FOLLOWERS = "/cgi-bin/user/get"


def following(hospital: Hospital, person: str) -> bool:
    with read_only(hospital.outside.readers) as session:
        found = identities.by_openid(session, OA["app_id"], hospital.phone(person).openid())
    assert found is not None
    return found.following


@pytest.mark.parametrize("fault", ["gateway_200", "gateway_429", "gateway_page_403", "short_list"])
def test_a_list_that_is_not_whole_writes_nobody_off(hospital: Hospital, fault: str) -> None:
    for person in ("wang", "li"):
        hospital.phone(person).follow()
    hospital.work()
    hospital.fault(FOLLOWERS, fault, times=None)
    sweep_followers()
    assert following(hospital, "wang") and following(hospital, "li")


def test_whoever_left_unheard_is_found_by_the_next_whole_list(hospital: Hospital) -> None:
    with transaction(hospital.outside.sessions) as session:
        make_identity(session, openid=hospital.phone("wang").openid())
    hospital.fault(FOLLOWERS, "gateway_200")
    sweep_followers()
    assert following(hospital, "wang")
    sweep_followers()
    assert not following(hospital, "wang")
