"""The event that tells how an accepted send ended: later, first, twice, never, or badly."""

from typing import Any

from emulator.api.wire import Call
from emulator.push import inbox
from emulator.state.faults import FINISH_KINDS


def take_fault(call: Call) -> str | None:
    """The finish fault set for this call, counted down."""
    row = call.platform.faults.take(call.path, FINISH_KINDS)
    if row is None:
        return None
    call.faults.append(row["kind"])
    return row["kind"]


def announce(call: Call, openid: str, fields: dict[str, Any], fault: str | None) -> None:
    """Push the finish event as the fault wants it."""
    if fault == "no_finish":
        return
    platform = call.platform
    if fault == "finish_first":
        pushed = inbox.push_from(platform, call.kind, openid, fields)
        if pushed is not None:
            call.before_answer.append(pushed)
        return
    delay = platform.options.finish_delay_ms / 1000
    for _ in range(2 if fault == "finish_twice" else 1):
        inbox.push_from(platform, call.kind, openid, fields, delay)
