"""Who loses a race looks again; what is no race is told at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.db import contend, read_only, transaction
from app.core.ids import new_id
from app.patients.tables import Patient, WechatIdentity
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.patients import make_identity, make_patient


def test_two_that_lock_each_other_out_are_both_done(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        people = [make_patient(session).id for _ in range(2)]
    crossing = Barrier(2)
    rounds = 5

    def rename(order: list[str]) -> None:
        for _ in range(rounds):
            crossing.wait()
            contend(outside.sessions, lambda session: _touch(session, order))

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(rename, people), pool.submit(rename, people[::-1])]:
            done.result()
    with read_only(outside.readers) as session:
        assert [session.get_one(Patient, one).name for one in people] == ["王秀兰" + "改" * 2 * rounds] * 2


def _touch(session: Session, order: list[str]) -> None:
    for patient_id in order:
        session.execute(update(Patient).where(Patient.id == patient_id).values(name=Patient.name + "改"))


def test_the_loser_of_a_key_finds_the_winners_row(outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        taken = make_identity(session).openid
    looks: list[bool] = []

    def meet(session: Session) -> bool:
        # The first look is a moment too early: the row is not seen yet.
        looks.append(True)
        if len(looks) == 1:
            make_identity(session, openid=taken)
        return session.query(WechatIdentity).filter_by(openid=taken).count() == 1

    assert contend(outside.sessions, meet)
    assert len(looks) == 2


def test_a_mistake_is_no_race_and_is_told_at_once(outside: Outside) -> None:
    looks: list[bool] = []

    def write_nonsense(session: Session) -> None:
        looks.append(True)
        session.add(
            WechatIdentity(app_id="a", app_kind="oa", openid="o", patient_id=new_id(), created_at=NOW)
        )

    with pytest.raises(IntegrityError):
        contend(outside.sessions, write_nonsense)
    assert len(looks) == 1
