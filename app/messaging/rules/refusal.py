"""How long a refusal of one template is believed. WeChat tells nobody when a person allows it again.

Somebody who leaves the service account and follows it again begins anew; and after a while the next
message asks WeChat once more. A refusal that still stands costs that one call and the message takes
its next lane: the patient sees nothing of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

BELIEVED_FOR = timedelta(days=30)
"""Ours, not WeChat's: at most one call in vain a month, at most a month of silence too many."""


def still_stands(refused_at: datetime | None, followed_at: datetime | None, now: datetime) -> bool:
    """Whether a template refused at `refused_at` is still closed at `now`.

    `followed_at` is the last time the person began to follow; None where nothing is followed, as in
    the mini-program. All aware.
    """
    if refused_at is None or now >= refused_at + BELIEVED_FOR:
        return False
    return followed_at is None or followed_at <= refused_at
