"""The patient's medicines: today's doses as large cards, the past week, and how to be reminded."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core import clock
from app.core.db import contend, read_only
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.typed import day_typed
from app.core.wording import days_away, spoken_day, spoken_hour
from app.http.doors import body_as, outside
from app.http.patient_auth import patient_id, patient_page
from app.http.polling import unless_unchanged
from app.http.request_ids import RequestId
from app.medication import intake, reads
from app.medication.reminded import reminded_of
from app.medication.rules.answering import REASONS
from app.messaging import grants
from app.patients import consents

pages = Blueprint("medication_h5", __name__, url_prefix="/h5/medication")

ASKED_FOR = ("dose", "followup_due")
"""Purposes of which this page asks to be allowed to remind."""

SHOWN_AROUND = timedelta(days=366)
"""How far from today a day's page reaches."""

AFTER_SKIP = {
    "side_effect": "已经告诉护士，她会联系您。要是越来越不舒服，请马上去医院或拨打 120。",
    "told_to_stop": "已经记下，护士会和您核对，再改提醒。",
    "ran_out": "已经记下。需要开药可以在“问护士”里说一声。",
}


class Answered(BaseModel):
    """Doses, as one form sends them: ids after one another, parted by commas."""

    dose_ids: str = Field(min_length=1, max_length=1000)
    request_id: RequestId
    reason: str = Field("", max_length=32)

    def doses(self) -> Sequence[str]:
        """The dose ids."""
        return [part for part in self.dose_ids.split(",") if part]


@pages.get("")
@patient_page
def show_medication() -> str:
    """Today, the past week, and what is being taken."""
    return _page(clock.day_of(clock.now()))


@pages.get("/<on>")
@patient_page
def show_day(on: str) -> str:
    """The day a reminder was about, whenever it is tapped."""
    try:
        day = day_typed(on)
    except ValueError:
        raise NotFound("没有这一天。") from None
    if abs(day - clock.day_of(clock.now())) > SHOWN_AROUND:
        raise NotFound("只能看最近一年的用药。")
    return _page(day)


def _page(day: date) -> str:
    now = clock.now()
    today = clock.day_of(now)
    with read_only(outside().readers) as session:
        doses = reads.doses_of_day(session, patient_id(), day, now)
        return render_template(
            "h5/medication.html",
            day=day,
            day_words=spoken_day(day, today),
            away=days_away(day, today),
            today=today,
            moments=[
                (spoken_hour(clock.local(at)), list(of))
                for at, of in groupby(doses, key=lambda dose: dose.due_at)
            ],
            collecting=consents.collecting(session, patient_id()),
            week=reads.week_of(session, patient_id(), today),
            regimens=[
                regimen
                for regimen in reads.regimens_of(session, patient_id(), now)
                if regimen.in_force_on(today)
            ],
            reasons=REASONS,
            new_id=new_id,
            now=now,
            asked=request.args.get("asked"),
            **_reminding(session),
        )


@pages.get("/reminding")
@patient_page
def poll_reminding() -> Response:
    """The part about reminders alone: WeChat's word comes a moment after the patient's."""
    with read_only(outside().readers) as session:
        return unless_unchanged("h5/medication_reminding.html", clock.now(), **_reminding(session))


@pages.post("/take")
@patient_page
def post_take() -> Response:
    """Taken; a second tap says the same."""
    answered = body_as(Answered)
    try:
        due_at = contend(outside().sessions, lambda session: _take(session, answered))
    except Conflict as refused:
        return _back(refused.message, "warn")
    return _back(f"记好了：{_that_time(due_at)}，吃了。", "good", clock.day_of(due_at))


@pages.get("/skip")
@patient_page
def ask_why() -> str | Response:
    """One question: why not."""
    dose_ids = request.args.get("dose_ids", "")
    if not dose_ids or len(dose_ids) > 1000:
        return redirect("/h5/medication")
    return _why(dose_ids)


@pages.post("/skip")
@patient_page
def post_skip() -> Response | tuple[str, int]:
    """Left out, and why; some reasons are told to a nurse."""
    answered = body_as(Answered)
    try:
        due_at = contend(outside().sessions, lambda session: _skip(session, answered))
    except Conflict as refused:
        return _back(refused.message, "warn")
    except Invalid as refused:
        return _why(answered.dose_ids, refused.message), 422
    return _back(AFTER_SKIP.get(answered.reason, "记好了。下次按时吃就好。"), "good", clock.day_of(due_at))


def _take(session: Session, answered: Answered) -> datetime:
    said = intake.take(session, patient_id(), answered.doses(), answered.request_id, clock.now())
    return said[0].due_at


def _skip(session: Session, answered: Answered) -> datetime:
    doses, why = answered.doses(), answered.reason
    return intake.skip(session, patient_id(), doses, why, answered.request_id, clock.now())[0].due_at


@pages.post("/subscribed")
@patient_page
def post_subscribed() -> Response:
    """Back from WeChat's question. What was allowed is counted from WeChat's own event, not from here."""
    if '"accept"' not in request.form.get("answers", ""):
        return _back("没有打开提醒。想打开的时候，再点“打开吃药提醒”。", "info")
    return redirect("/h5/medication?asked=yes#reminding", 303)


def _reminding(session: Session) -> dict[str, Any]:
    return {
        "templates": grants.askable(session, ASKED_FOR),
        "subscribed": grants.allows(session, patient_id(), "dose"),
        "reminded": reminded_of(session, patient_id(), clock.day_of(clock.now())),
    }


def _that_time(due_at: datetime) -> str:
    """Which taking was answered for, in words: a card of last week must not look like today's."""
    at, today = clock.local(due_at), clock.day_of(clock.now())
    day = "今天" if at.date() == today else f"{at.month}月{at.day}日"
    return f"{day}{spoken_hour(at)} 那次"


def _back(words: str, tone: str, day: date | None = None) -> Response:
    """To the day that was answered for; today's is the room's own page."""
    flash(words, tone)
    earlier = day is not None and day != clock.day_of(clock.now())
    return redirect(f"/h5/medication/{day}" if earlier else "/h5/medication", 303)


def _why(dose_ids: str, problem: str = "") -> str:
    return render_template(
        "h5/medication_skip.html", dose_ids=dose_ids, reasons=REASONS, problem=problem, request_id=new_id()
    )
