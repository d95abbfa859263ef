"""This process ends with the process that started it, whatever kills that one."""

import ctypes
import os
import signal
import sys
from types import FrameType

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.5


def end_with_parent() -> None:
    """Exit (by SIGTERM to ourselves) as soon as the current parent is gone.

    The kernel's death signal also comes when only the parent's *thread* that started us ends, so it
    is not SIGTERM itself but a look at who our parent is now. The timer looks again every half
    second, for systems without the death signal.
    """
    parent = os.getppid()

    def look(signum: int, frame: FrameType | None) -> None:
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _POLL_SECONDS, _POLL_SECONDS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGALRM, 0, 0, 0)
    look(0, None)


def leaving() -> None:
    """Stop looking: the interpreter takes its handlers down at exit, and the timer would kill it."""
    signal.setitimer(signal.ITIMER_REAL, 0)
