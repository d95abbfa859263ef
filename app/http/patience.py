"""How often somebody may guess: wrong tries are counted in Redis and forgotten after a while."""

import structlog
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

TRIES = 10
PERIOD_SECONDS = 600


class Patience:
    """The patience with one guesser: `who` is an id or an address, `what` the thing guessed at."""

    def __init__(self, redis: Redis, what: str, who: str, tries: int = TRIES) -> None:
        self._redis = redis
        self._key = f"suihu:tries:{what}:{who}"
        self._tries = tries

    def minutes_to_wait(self) -> int:
        """Whole minutes until the next try is taken; 0 when one may be made now."""
        try:
            made = self._redis.get(self._key)
            left = self._redis.ttl(self._key)
        except RedisError as error:
            # A code carries 59 bits: without Redis patients are let through rather than turned away.
            log.warning("patience.unknown", error=type(error).__name__)
            return 0
        used_up = isinstance(made, bytes) and int(made) >= self._tries
        return max(1, -(-int(left) // 60)) if used_up and isinstance(left, int) else 0

    def note_wrong(self) -> None:
        """Count one wrong try; the period begins with the first."""
        try:
            with self._redis.pipeline() as pipe:
                pipe.incr(self._key)
                pipe.expire(self._key, PERIOD_SECONDS, nx=True)
                pipe.execute()
        except RedisError as error:
            log.warning("patience.not_counted", error=type(error).__name__)
