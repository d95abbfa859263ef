"""Wrong tries are counted and forgotten; a lost counter turns nobody away."""

from redis import Redis

from app.http.patience import Patience
from app.launcher.embedded_redis import free_port
from app.wiring import Outside


def test_the_last_try_allowed_is_followed_by_a_wait(outside: Outside) -> None:
    patience = Patience(outside.redis, "code", "somebody", tries=3)
    for _ in range(3):
        assert patience.minutes_to_wait() == 0
        patience.note_wrong()
    assert patience.minutes_to_wait() == 10


def test_the_wait_does_not_grow_with_further_tries(outside: Outside) -> None:
    patience = Patience(outside.redis, "code", "somebody", tries=1)
    patience.note_wrong()
    outside.redis.expire("suihu:tries:code:somebody", 61)
    patience.note_wrong()
    assert patience.minutes_to_wait() == 2
    outside.redis.delete("suihu:tries:code:somebody")
    assert patience.minutes_to_wait() == 0


def test_one_persons_tries_do_not_count_for_another(outside: Outside) -> None:
    Patience(outside.redis, "code", "somebody", tries=1).note_wrong()
    assert Patience(outside.redis, "code", "another", tries=1).minutes_to_wait() == 0


def test_without_redis_nobody_is_turned_away() -> None:
    with Redis(port=free_port(), socket_connect_timeout=1) as away:
        patience = Patience(away, "code", "somebody", tries=1)
        patience.note_wrong()
        assert patience.minutes_to_wait() == 0
