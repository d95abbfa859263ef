"""What is counted, for whom, and that counting goes on without Redis."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from limits import RateLimitItemPerMinute
from redis import Redis

from app.factory import create_app
from app.http.limits import Counters, Guesses
from app.launcher.embedded_redis import free_port
from app.wiring import Outside

THREE = RateLimitItemPerMinute(3, 10, namespace="test")


@pytest.fixture(autouse=True)
def _in_the_program(_app: Flask, outside: Outside) -> Iterator[None]:
    with _app.app_context():
        yield


def test_the_last_guess_allowed_is_followed_by_a_wait() -> None:
    guesses = Guesses(THREE, "somebody")
    for _ in range(3):
        assert guesses.seconds_to_wait() == 0
        guesses.note_wrong()
    assert 590 <= guesses.seconds_to_wait() <= 600


def test_a_guess_taken_beforehand_counts_the_same() -> None:
    guesses = Guesses(THREE, "somebody")
    assert [guesses.take() > 0 for _ in range(5)] == [False, False, False, True, True]
    guesses.forget()
    assert guesses.take() == 0


def test_the_wait_does_not_grow_with_further_guesses(outside: Outside) -> None:
    guesses = Guesses(THREE, "somebody")
    for _ in range(4):
        guesses.note_wrong()
    for key in outside.redis.scan_iter("suihu:limit*"):
        outside.redis.expire(key, 61)
    guesses.note_wrong()
    assert 55 <= guesses.seconds_to_wait() <= 62


def test_one_persons_guesses_do_not_count_for_another() -> None:
    for _ in range(4):
        Guesses(THREE, "somebody").note_wrong()
    assert Guesses(THREE, "another").seconds_to_wait() == 0


def test_without_redis_a_program_counts_on_its_own(outside: Outside) -> None:
    with Redis.from_url(f"redis://127.0.0.1:{free_port()}") as away:
        alone = Counters(replace(outside, redis=away))
        assert [alone.count(THREE, "somebody") > 0 for _ in range(4)] == [False, False, False, True]
        assert alone.wait(THREE, "somebody") > 0
        alone.forget(THREE, "somebody")
        assert alone.wait(THREE, "somebody") == 0


def test_every_program_has_its_counters_once(outside: Outside) -> None:
    app = create_app(outside)
    with app.app_context():
        Guesses(THREE, "somebody").note_wrong()
        first = app.extensions["suihu_limits"]
        Guesses(THREE, "somebody").note_wrong()
        assert app.extensions["suihu_limits"] is first
