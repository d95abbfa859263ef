"""When a dose may be answered: a little before it is due, and for some days after.

Source: docs/clinical-decisions.md#dose-answers (needs review)
"""

from datetime import datetime, timedelta

from app.core.errors import Conflict

EARLY = timedelta(hours=4)
"""Somebody who takes the evening tablet at tea time has taken it."""
LATE = timedelta(days=7)
"""Later than this nobody remembers."""

REASONS = {
    "forgot": "忘了",
    "side_effect": "吃了不舒服",
    "cost": "药太贵",
    "ran_out": "药吃完了",
    "told_to_stop": "医生让停",
    "other": "其他原因",
}
"""Why a dose was left out, as the patient says it."""


def is_answerable(due_at: datetime, now: datetime) -> bool:
    """Whether it is neither too early nor too late to answer."""
    return due_at - EARLY <= now <= due_at + LATE


def ensure_answerable(state: str, due_at: datetime, now: datetime) -> None:
    """Raises Conflict: dose_cancelled, dose_too_early, dose_too_late."""
    if state == "cancelled":
        raise Conflict("这个药已经停了，不用再登记。", code="dose_cancelled")
    if due_at - now > EARLY:
        raise Conflict("还没到吃药时间，到时候再登记。", code="dose_too_early")
    if now - due_at > LATE:
        raise Conflict("这次过去一个多星期了，不用再登记。今天的药照常登记就好。", code="dose_too_late")
