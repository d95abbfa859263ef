"""Log lines: one JSON object each, with the request or job they belong to; never a patient's data."""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

HOUSE = Path(__file__).parents[2]
_SECRET_KEYS = frozenset(
    {"name", "phone", "id_number", "address", "openid", "text", "answers", "token", "secret"}
)
_ACCESS_TOKEN = re.compile(r"((?:access_token|secret|code|token)=)[^&\s\"']+")
_ID_OR_LONG_NUMBER = re.compile(
    r"(?P<id>(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z]))|(?<!\d)\d{11,18}[\dXx]?", re.ASCII
)


def configure(level: str = "INFO") -> None:
    """Send every log line of the process to stderr as JSON, those of the libraries too."""
    structlog.configure(
        processors=[*_ABOUT, without_words, scrub, _AS_JSON],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *args: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*_ABOUT, structlog.stdlib.add_logger_name],
            processors=[
                ProcessorFormatter.remove_processors_meta,
                without_words,
                scrub,
                _AS_JSON,
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler])
    for noisy in ("rq.worker", "rq.queue", "urllib3", "werkzeug", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


_ABOUT: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_AS_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def where(error: BaseException, frames: int = 6) -> str:
    """Where it broke, innermost last: file:line function, …; without the words of the error, which may be
    a patient's."""
    found = traceback.extract_tb(error.__traceback__)[-frames:]
    return ", ".join(f"{_in_house(frame.filename)}:{frame.lineno} {frame.name}" for frame in found)


def wordless(error: BaseException) -> str:
    """What broke and where, with what led to it: type and place each, and none of their words."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = f"{type(error).__name__} at {where(error)}"
    return f"{told}; because of {wordless(cause)}" if cause is not None else told


def without_words(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell of the error that came with a line as `exception`: what and where, not its words."""
    given = line.pop("exc_info", None)
    found = given[1] if isinstance(given, tuple) else given
    error = found if isinstance(found, BaseException) else sys.exc_info()[1] if found else None
    if error is not None:
        line["exception"] = wordless(error)
    return line


def _in_house(filename: str) -> str:
    return filename.removeprefix(f"{HOUSE}/")


def scrub(logger: Any, method: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    """Drop private keys by name; blank tokens and long numbers (phones, ID numbers) inside texts."""
    return _scrubbed(line)


def _scrubbed(line: Mapping[str, Any]) -> dict[str, Any]:
    return {key: "***" if key in _SECRET_KEYS else _blank(value) for key, value in line.items()}


def _blank(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _scrubbed(value)
    if isinstance(value, list | tuple | set):
        return [_blank(one) for one in value]
    if not isinstance(value, str):
        return value
    return _ID_OR_LONG_NUMBER.sub(lambda found: found["id"] or "***", _ACCESS_TOKEN.sub(r"\1***", value))
