"""Patients' jobs: the QR codes of new service cards."""

from collections.abc import Sequence

import structlog

from app.core.db import read_only, transaction
from app.patients import card_qr
from app.wechat.client import WeChatError
from app.wiring import Outside
from jobs.context import drains

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Cards asked for between two commits: what a dying worker may have asked WeChat in vain."""


@drains("patients.draw_card_codes")
def draw_card_codes(outside: Outside) -> None:
    """Ask WeChat for every code that is missing.

    A call that fails ends the run: the schedule looks again in half a minute. Two workers at once ask
    twice for the same scene, which WeChat answers with the same code.
    """
    while True:
        with read_only(outside.readers) as session:
            scenes = card_qr.waiting(session, AT_ONCE)
        drawn, failed = _ask(outside, scenes)
        with transaction(outside.sessions) as session:
            card_qr.keep(session, drawn)
        if failed or not scenes:
            return


def _ask(outside: Outside, scenes: Sequence[str]) -> tuple[dict[str, str], bool]:
    drawn: dict[str, str] = {}
    for scene in scenes:
        try:
            drawn[scene] = outside.wechat.create_qr(scene)
        except WeChatError as error:
            log.warning("card_code.not_drawn", kind=error.kind, errcode=error.errcode, rid=error.rid)
            return drawn, True
    return drawn, False
