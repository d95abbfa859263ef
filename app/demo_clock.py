"""Demo and test only: where the hospital's time is asked to go. The scheduler takes it there."""

from datetime import datetime

from redis import Redis

TARGET_KEY = "suihu:demo:target"


def ask_for(redis: Redis, target: datetime) -> None:
    """Ask the scheduler to move the hospital's time to `target`."""
    redis.set(TARGET_KEY, target.isoformat())


def target_moment(redis: Redis) -> datetime | None:
    """Where the time is being moved to, while it is."""
    raw = redis.get(TARGET_KEY)
    return datetime.fromisoformat(raw.decode()) if isinstance(raw, bytes) else None


def clear_target(redis: Redis, reached: datetime) -> None:
    """The target was reached; a later one asked for meanwhile stays."""
    if target_moment(redis) == reached:
        redis.delete(TARGET_KEY)
