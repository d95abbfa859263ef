"""One bad row keeps nobody else waiting: it is undone alone, told of, and looked at again later."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

SET_ASIDE = timedelta(minutes=10)
"""How long a row that could not be worked off rests before it is tried again."""


def fenced(session: Session, what: str, row_id: str, work: Callable[[], object]) -> bool:
    """Run `work` on one row in a savepoint; False when it failed, which undoes this row's part only.

    `what` names the work in the log. The caller pushes the row's due time back by SET_ASIDE, or ends it.
    Raises OperationalError: a deadlock or a lost connection takes the whole transaction with it.
    """
    try:
        with session.begin_nested():
            work()
    except OperationalError:
        raise
    except Exception as error:
        log.error("row.set_aside", what=what, row=row_id, error=type(error).__name__, exc_info=True)
        return False
    return True
