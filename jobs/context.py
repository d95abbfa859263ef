"""What every job needs: the outside world, made once per worker process, and its bell answered first."""

from collections.abc import Callable
from functools import wraps

import structlog

from app.core.config import from_env
from app.core.log import wordless
from app.wiring import Outside, connect

log = structlog.get_logger(__name__)


class JobFailed(Exception):
    """A job that failed: what broke and where, and none of the error's words, which may be a patient's."""


class _Process:
    outside: Outside | None = None


def use(outside: Outside) -> None:
    """Give this process's jobs their outside world."""
    _Process.outside = outside


def outside() -> Outside:
    """The process's outside world; from the environment when nobody gave one."""
    if _Process.outside is None:
        _Process.outside = connect(from_env())
    return _Process.outside


def drains(name: str) -> Callable[[Callable[[Outside], None]], Callable[[], None]]:
    """A job that works off whatever is due under this name of app.core.queue.JOBS."""

    def wrap(drain: Callable[[Outside], None]) -> Callable[[], None]:
        @wraps(drain)
        def run() -> None:
            out = outside()
            structlog.contextvars.bind_contextvars(job=name)
            # Answer the bell before looking: a row written from now on rings again.
            out.bells.answered(name)
            try:
                drain(out)
            except Exception as error:
                # RQ keeps in Redis what a job failed with.
                raise JobFailed(wordless(error)) from None
            finally:
                structlog.contextvars.unbind_contextvars("job")

        return run

    return wrap
