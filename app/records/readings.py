"""Readings: recorded once, corrected by a superseding row, read as bounded series."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.events import publish
from app.core.ids import new_id, token_hash
from app.core.once import keep_once
from app.patients import profiles
from app.patients.consents import ensure_collecting
from app.records.events import ReadingsNotKept, ReadingsRecorded
from app.records.indicators import dictionary
from app.records.refused import is_first
from app.records.rules.dangers import LIMITS, dangers_of
from app.records.rules.moments import by_our_clock, check_measured_on, moment_told
from app.records.rules.plausibility import check_plausible
from app.records.tables import Reading

WATCHED = tuple(dict.fromkeys(code for limit in LIMITS for code, _, _ in limit.reaches))
"""Indicators that have a limit of danger."""
MOST_POINTS = 2000
"""No screen draws more readings of one indicator than this at one time."""


def record(
    session: Session,
    patient_id: str,
    values: Mapping[str, float],
    measured_at: datetime,
    source: str,
    source_id: str | None,
    entered_by: str,
    request_id: str | None,
    now: datetime,
) -> list[Reading]:
    """Record {indicator: value in its canonical unit}; the same request gives the same rows again.

    `source` is questionnaire, chat, api or staff (a form, by its way in), page or api (her own entering),
    or told (said in the chat and confirmed); `entered_by` patient:<id> or staff:<id>.
    Raises Invalid (unknown_indicator, implausible, unit_suspect, measured_in_future, measured_before_birth,
    measured_too_long_ago), Conflict (request_id_taken) for other values under a request that is kept already,
    Heeded (health_data_withdrawn) for what a patient enters, whichever way, who no longer agrees to it.
    A danger in plausible values that are refused is heard all the same, once, and the refusal is heeded.
    """
    _ensure_known(values)
    try:
        # Of values under a used request none is kept, the first of them neither.
        with session.begin_nested():
            _ensure_may_stand(session, patient_id, measured_at, entered_by, now)
            at = by_our_clock(measured_at, now)
            kept = _keep(session, patient_id, values, at, source, source_id, entered_by, request_id, now)
    except DomainError as refusal:
        if source_id is None:
            _heed(session, patient_id, values, measured_at, request_id, refusal, now)
        raise
    _announce(session, patient_id, [row for row, is_new in kept if is_new], now)
    return [row for row, _ in kept]


def correct(
    session: Session,
    patient_id: str,
    reading_id: str,
    value: float,
    entered_by: str,
    request_id: str,
    now: datetime,
) -> Reading:
    """Put a right value beside a wrong one: the old row stays and points to the new.

    Raises NotFound for somebody else's reading, Conflict (already_corrected) for one corrected before,
    and as `record` does for a patient who no longer agrees.
    """
    if entered_by == f"patient:{patient_id}":
        ensure_collecting(session, patient_id)
    old = _locked(session, patient_id, reading_id)
    check_plausible(old.indicator, value)
    copy = Reading(
        patient_id=patient_id,
        indicator=old.indicator,
        unit=old.unit,
        measured_at=old.measured_at,
        source=old.source,
        source_id=old.source_id,
        request_id=_key(f"{old.id}:{request_id}", "fix"),
    )
    fresh, is_new = keep_once(session, _reading(copy, value, entered_by, now), Reading.request_id)
    if not is_new:
        return fresh
    if old.superseded_by is not None:
        raise Conflict("这条读数已经更正过，请更正最新的一条。", code="already_corrected")
    old.superseded_by = fresh.id
    _announce(session, patient_id, [fresh], now)
    return fresh


def series(
    session: Session, patient_id: str, indicators: Sequence[str], since: datetime
) -> dict[str, list[Reading]]:
    """{indicator: its standing readings since then, oldest first}: one query for any span."""
    rows = session.scalars(
        select(Reading)
        .where(
            Reading.patient_id == patient_id,
            Reading.indicator.in_(indicators),
            Reading.measured_at >= since,
            Reading.superseded_by.is_(None),
        )
        .order_by(Reading.measured_at.desc(), Reading.id.desc())
        .limit(MOST_POINTS * len(indicators))
    ).all()
    found: dict[str, list[Reading]] = {indicator: [] for indicator in indicators}
    for row in reversed(rows):
        found[row.indicator].append(row)
    return found


@dataclass(frozen=True)
class Mean:
    """The mean of one indicator over one month; drawn like a reading of the month's middle."""

    measured_at: datetime
    value: float


def monthly(
    session: Session, patient_id: str, indicators: Sequence[str], since: datetime
) -> dict[str, list[Mean]]:
    """{indicator: its means by the hospital's month since then, oldest first}: one query for ten years.

    The month is told here and not by the database, which keeps UTC and knows no zone: what was measured
    at seven on the first of the month belongs to that month.
    """
    rows = session.execute(
        select(Reading.indicator, Reading.measured_at, Reading.value)
        .where(
            Reading.patient_id == patient_id,
            Reading.indicator.in_(indicators),
            Reading.measured_at >= since,
            Reading.superseded_by.is_(None),
        )
        .order_by(Reading.measured_at)
    )
    months: dict[tuple[str, int, int], list[float]] = {}
    for indicator, measured_at, value in rows:
        day = clock.day_of(measured_at)
        months.setdefault((indicator, day.year, day.month), []).append(value)
    found: dict[str, list[Mean]] = {indicator: [] for indicator in indicators}
    for (indicator, year, month), values in months.items():
        found[indicator].append(Mean(clock.start_of(date(year, month, 15)), round(fmean(values), 1)))
    return found


def newest_first(
    session: Session, patient_id: str, indicator: str | None, behind: tuple[datetime, str] | None, size: int
) -> Sequence[Reading]:
    """Up to `size` standing readings of one indicator, or of all, behind a (measured_at, id)."""
    found = select(Reading).where(Reading.patient_id == patient_id, Reading.superseded_by.is_(None))
    if indicator is not None:
        found = found.where(Reading.indicator == indicator)
    if behind is not None:
        found = found.where(tuple_(Reading.measured_at, Reading.id) < tuple_(*behind))
    return session.scalars(found.order_by(Reading.measured_at.desc(), Reading.id.desc()).limit(size)).all()


def latest(session: Session, patient_id: str, indicators: Sequence[str]) -> dict[str, Reading]:
    """{indicator: its newest standing reading}; an indicator never measured is absent."""
    found: dict[str, Reading] = {}
    for indicator in indicators:
        row = session.scalars(
            select(Reading)
            .where(
                Reading.patient_id == patient_id,
                Reading.indicator == indicator,
                Reading.superseded_by.is_(None),
            )
            .order_by(Reading.measured_at.desc(), Reading.id.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            found[indicator] = row
    return found


@dataclass(frozen=True)
class LatestDanger:
    """What a patient's newest values say of a danger: its code, and {indicator: value} it was told with."""

    code: str
    values: Mapping[str, float]
    measured_at: datetime
    entered_at: datetime


def latest_danger(session: Session, patient_id: str) -> LatestDanger | None:
    """The newest danger among the newest value of each indicator that has a limit; None for none."""
    newest = latest(session, patient_id, WATCHED)
    moments: dict[datetime, list[Reading]] = {}
    for row in newest.values():
        moments.setdefault(row.measured_at, []).append(row)
    for at in sorted(moments, reverse=True):
        values = {row.indicator: row.value for row in moments[at]}
        for danger in dangers_of(values):
            return LatestDanger(danger.code, values, at, max(row.entered_at for row in moments[at]))
    return None


def _ensure_known(values: Mapping[str, float]) -> None:
    for indicator, value in values.items():
        if indicator not in dictionary():
            raise Invalid(f"不认识的指标 {indicator}。", code="unknown_indicator", field=indicator)
        check_plausible(indicator, value)


def _ensure_may_stand(
    session: Session, patient_id: str, measured_at: datetime, entered_by: str, now: datetime
) -> None:
    if entered_by == f"patient:{patient_id}":
        ensure_collecting(session, patient_id)
    born = profiles.find(session, patient_id).birth_on
    check_measured_on(clock.day_of(min(measured_at, now)), born, clock.day_of(now))


def _keep(
    session: Session,
    patient_id: str,
    values: Mapping[str, float],
    measured_at: datetime,
    source: str,
    source_id: str | None,
    entered_by: str,
    request_id: str | None,
    now: datetime,
) -> list[tuple[Reading, bool]]:
    """The row of each value, and whether it is new. Raises Conflict (request_id_taken)."""
    kept = [
        keep_once(
            session,
            _reading(
                Reading(
                    patient_id=patient_id,
                    indicator=indicator,
                    unit=dictionary()[indicator].unit,
                    measured_at=measured_at,
                    source=source,
                    source_id=source_id,
                    request_id=_key(f"{patient_id}:{request_id}", indicator) if request_id else None,
                ),
                value,
                entered_by,
                now,
            ),
            Reading.request_id,
        )
        for indicator, value in values.items()
    ]
    if any(row.value != float(values[row.indicator]) for row, _ in kept):
        # Answering with the old rows would say "kept" of a value that is not.
        raise Conflict(
            "这一次已经记过别的数了。要记新的数，请再按一下。", code="request_id_taken", field="request_id"
        )
    return kept


def _heed(
    session: Session,
    patient_id: str,
    values: Mapping[str, float],
    measured_at: datetime,
    request_id: str | None,
    refusal: DomainError,
    now: datetime,
) -> None:
    if not dangers_of(values):
        return
    refusal.heeded = True
    if request_id and _stands(session, patient_id, values, request_id):
        return  # Kept, and heard, when it came first.
    says = json.dumps({indicator: float(value) for indicator, value in sorted(values.items())})
    if is_first(session, f"{patient_id}:{request_id or clock.day_of(now)}:{says}", now):
        at = moment_told(refusal.code, measured_at, now)
        publish(session, ReadingsNotKept(patient_id, dict(values), at, now))


def _stands(session: Session, patient_id: str, values: Mapping[str, float], request_id: str) -> bool:
    keys = [_key(f"{patient_id}:{request_id}", indicator) for indicator in values]
    rows = session.scalars(select(Reading).where(Reading.request_id.in_(keys)))
    return {row.indicator: row.value for row in rows} == dict(values)


def _locked(session: Session, patient_id: str, reading_id: str) -> Reading:
    found = session.scalars(
        select(Reading).where(Reading.id == reading_id, Reading.patient_id == patient_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("没有找到这条读数。")
    return found


def _reading(row: Reading, value: float, entered_by: str, now: datetime) -> Reading:
    row.id, row.value, row.entered_by, row.entered_at = new_id(), float(value), entered_by, now
    return row


def _announce(session: Session, patient_id: str, rows: Sequence[Reading], now: datetime) -> None:
    if not rows:
        return
    one, values = rows[0], {row.indicator: row.value for row in rows}
    publish(session, ReadingsRecorded(patient_id, values, one.measured_at, one.source, one.source_id, now))


def _key(whose: str, what: str) -> str:
    """Bound to whose it is, so that one person's request id never answers with another's readings."""
    return f"{token_hash(whose)}:{what}"
