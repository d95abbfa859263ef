"""What screens show of alerts. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.alerts.causes import rows_of
from app.alerts.rules.history import HANDED, Happening, told, whose_time_ran_out
from app.alerts.rules.in_short import in_short
from app.alerts.rules.urgency import URGENCIES
from app.alerts.tables import Alert, AlertCause, AlertStep
from app.alerts.telling import WITHOUT_CARD
from app.core.errors import NotFound
from app.core.paging import WORK_LIST
from app.patients.tables import Patient
from app.staff.tables import Account

PRESSING_ALERTS = ("critical", "high")
UNRESOLVED = ("open", "acknowledged")
_WRITTEN = or_(
    Alert.reason == "red_flag_words",
    exists().where(AlertCause.alert_id == Alert.id, AlertCause.source_kind == "line"),
)
"""A patient's own words raised it, or told more of what a form's answer had raised."""

_RANK = case({urgency: rank for rank, urgency in enumerate(URGENCIES)}, value=Alert.urgency, else_=99)


_DUE = case((Alert.state == "acknowledged", Alert.settle_by), else_=Alert.answer_by)
PRESSING = (_RANK, Alert.state == "acknowledged", _DUE)
"""The order of every list of unresolved alerts: the gravest, what nobody has, what is due first."""


@dataclass(frozen=True)
class Lapsed:
    """A time that ran out, after which the alert went on: nobody took it, or `had_it` wrote nothing."""

    at: datetime
    had_it: str | None


@dataclass(frozen=True)
class AlertRow:
    """One alert on a list."""

    alert: Alert
    patient_name: str
    owner_name: str | None
    due: datetime
    """By when it must be taken; once it is taken, by when something must be written."""
    overdue: bool
    lapsed: Lapsed | None
    """What was not done in time by whoever had it before; empty while it is with its first owner."""
    said: tuple[str, ...]
    """The patient's own words that raised it, the latest first."""

    @property
    def page(self) -> str:
        """Where the list leads for more: the patient, or the alert of somebody who is none."""
        if self.alert.patient_id is None:
            return f"/console/alerts/{self.alert.id}"
        return f"/console/patients/{self.alert.patient_id}"

    @property
    def short(self) -> str:
        """What the patient answered, or else what is known; nothing of what can wait."""
        return in_short(self.alert.detail) if self.alert.urgency in PRESSING_ALERTS else ""

    @property
    def handed(self) -> str:
        """Who gave it to whoever is to take it, and why; nothing of what came by itself."""
        because = self.alert.owned_because or ""
        return because if self.alert.state == "open" and HANDED in because else ""


def dangers_shown(rows: Sequence[AlertRow]) -> dict[str, datetime]:
    """{patient id: when their newest of these alerts was raised}."""
    shown: dict[str, datetime] = {}
    for row in sorted(rows, key=lambda row: row.alert.raised_at):
        if row.alert.patient_id is not None:
            shown[row.alert.patient_id] = row.alert.raised_at
    return shown


@dataclass(frozen=True)
class Counts:
    """How many alerts need somebody."""

    open: int
    """Nobody has taken them yet."""
    critical: int
    """Of the open ones."""
    ownerless: int
    """Unresolved, and nobody who works here answers for them: must be none."""
    unresolved: int
    """All that stand on the list."""


def open_alerts(session: Session, now: datetime, *, most: int = WORK_LIST, skip: int = 0) -> list[AlertRow]:
    """What is unresolved: the gravest first, among equals what must be answered first."""
    return _rows(session, now, Alert.state.in_(UNRESOLVED), *PRESSING, most=most, skip=skip)


def alerts_of(session: Session, patient_id: str, now: datetime, *, most: int = 20) -> list[AlertRow]:
    """One patient's unresolved alerts, in the order of every list of them."""
    theirs = and_(Alert.patient_id == patient_id, Alert.state.in_(UNRESOLVED))
    return _rows(session, now, theirs, *PRESSING, most=most)


def before(session: Session, alert: Alert, now: datetime, *, most: int = 5) -> list[AlertRow]:
    """The patient's other alerts up to this one, the latest first."""
    same = (
        Alert.patient_id == alert.patient_id
        if alert.patient_id
        else Alert.identity_id == (alert.identity_id or "")
    )
    others = and_(same, Alert.id != alert.id, Alert.raised_at <= alert.raised_at)
    return _rows(session, now, others, Alert.raised_at.desc(), most=most)


def written_dangers(session: Session) -> dict[str, str]:
    """{patient id: what their words speak of, latest first} while a written danger is not resolved."""
    rows = session.execute(
        select(Alert.patient_id, Alert.title)
        .where(_WRITTEN, Alert.state.in_(UNRESOLVED), Alert.patient_id.is_not(None))
        .order_by(Alert.raised_at, Alert.id)
    )
    found: dict[str, list[str]] = {}
    for patient_id, title in rows:
        found.setdefault(patient_id or "", []).append(title)
    return {patient_id: "；".join(dict.fromkeys(reversed(titles))) for patient_id, titles in found.items()}


def has_written_danger(session: Session, patient_id: str) -> bool:
    """Whether a danger that the patient wrote of is not resolved yet."""
    return (
        session.scalar(
            select(Alert.id)
            .where(Alert.patient_id == patient_id, _WRITTEN, Alert.state.in_(UNRESOLVED))
            .limit(1)
        )
        is not None
    )


def has_pressing(session: Session, patient_id: str) -> bool:
    """Whether a critical or high alert of the patient is not resolved yet."""
    pressing = select(Alert.id).where(
        Alert.patient_id == patient_id, Alert.urgency.in_(PRESSING_ALERTS), Alert.state.in_(UNRESOLVED)
    )
    return session.scalar(pressing.limit(1)) is not None


def strangers_danger(session: Session, identity_id: str) -> bool:
    """Whether an alert of somebody without a card, who wrote from this WeChat, is not resolved yet."""
    theirs = select(Alert.id).where(Alert.identity_id == identity_id, Alert.state.in_(UNRESOLVED))
    return session.scalar(theirs.limit(1)) is not None


def stands_for(session: Session, patient_id: str, source_id: str) -> bool:
    """Whether an alert that this row (a response) caused is not resolved yet."""
    return (
        session.scalar(
            select(Alert.id)
            .where(Alert.patient_id == patient_id, _caused_by([source_id]), Alert.state.in_(UNRESOLVED))
            .limit(1)
        )
        is not None
    )


def alert_row(session: Session, alert_id: str, now: datetime) -> AlertRow:
    """One alert. Raises NotFound."""
    found = _rows(session, now, Alert.id == alert_id, most=1)
    if not found:
        raise NotFound("没有找到这条预警。")
    return found[0]


def history_of(session: Session, alert_id: str) -> list[Happening]:
    """Everything that happened to the alert, latest first, repeats in one line."""
    rows = session.execute(
        select(AlertStep, Account.name)
        .join(Account, Account.id == AlertStep.staff_id, isouter=True)
        .where(AlertStep.alert_id == alert_id)
        .order_by(AlertStep.at, AlertStep.id)
    )
    return told(
        [Happening(step.what, step.because, (name,) if name else (), step.at, step.at) for step, name in rows]
    )


def causes(session: Session, alert_id: str) -> list[AlertCause]:
    """What raised the alert and was told after it, the latest first."""
    return list(reversed(rows_of(session, [alert_id])))


def from_sources(
    session: Session, patient_id: str, sources: Collection[str], now: datetime
) -> list[AlertRow]:
    """The patient's alerts that these rows (a response, a task) caused, the latest first."""
    caused = and_(Alert.patient_id == patient_id, _caused_by(sources))
    return _rows(session, now, caused, Alert.raised_at.desc(), most=5)


def _caused_by(sources: Collection[str]) -> ColumnElement[bool]:
    """One of these rows raised the alert, or told more of it."""
    return or_(
        Alert.source_id.in_(sources),
        exists().where(AlertCause.alert_id == Alert.id, AlertCause.source_id.in_(sources)),
    )


@dataclass(frozen=True)
class Quote:
    """The patient's own words of one moment, and every reason that they gave."""

    said: str
    at: datetime
    titles: tuple[str, ...]


def quotes(causes: Sequence[AlertCause]) -> list[Quote]:
    """Each sentence once, in the order of `causes`."""
    found: dict[tuple[str, datetime], dict[str, None]] = {}
    for each in causes:
        if each.said:
            found.setdefault((each.said, each.at), {})[each.title] = None
    return [Quote(said, at, tuple(titles)) for (said, at), titles in found.items()]


def counts(session: Session) -> Counts:
    """One look at what is unresolved, however many alerts there ever were: asked every two seconds."""
    is_open = Alert.state == "open"
    deserted = or_(Account.id.is_(None), Account.active.is_(False))
    row = session.execute(
        select(
            *(
                func.count(case((holds, 1)))
                for holds in (is_open, and_(is_open, Alert.urgency == "critical"), deserted)
            ),
            func.count(),
        )
        .select_from(Alert)
        .join(Account, Account.id == Alert.owner_id, isouter=True)
        .where(Alert.state.in_(UNRESOLVED))
    ).one()
    return Counts(*(int(count) for count in row))


def open_by_urgency(session: Session) -> dict[str, int]:
    """How many alerts nobody has taken yet, by urgency."""
    rows = session.execute(
        select(Alert.urgency, func.count()).where(Alert.state == "open").group_by(Alert.urgency)
    )
    return dict.fromkeys(URGENCIES, 0) | {urgency: count for urgency, count in rows}


def _rows(
    session: Session, now: datetime, where: ColumnElement[bool], *order: Any, most: int, skip: int = 0
) -> list[AlertRow]:
    rows = session.execute(
        select(Alert, Patient.name, Account.name)
        .join(Patient, Patient.id == Alert.patient_id, isouter=True)
        .join(Account, Account.id == Alert.owner_id, isouter=True)
        .where(where)
        .order_by(*order, Alert.id)
        .limit(most)
        .offset(skip)
    ).all()
    said = _words_of(session, [alert.id for alert, _, _ in rows])
    lapsed = _lapsed(session, [alert for alert, _, _ in rows])
    return [
        _row(alert, patient or WITHOUT_CARD, owner, said.get(alert.id, ()), lapsed.get(alert.id), now)
        for alert, patient, owner in rows
    ]


def _row(
    alert: Alert,
    patient: str,
    owner: str | None,
    said: tuple[str, ...],
    lapsed: Lapsed | None,
    now: datetime,
) -> AlertRow:
    due = alert.settle_by or alert.answer_by
    if lapsed and alert.next_escalation_at:
        due = alert.next_escalation_at
    late = alert.state != "resolved" and (lapsed is not None or due < now)
    return AlertRow(alert, patient, owner, due, late, lapsed, said)


def _is_behind(alert: Alert) -> bool:
    """The time shown until now is over and the next one runs; they are one where it was handed over."""
    return alert.next_escalation_at is None or alert.answer_by < alert.next_escalation_at


def _lapsed(session: Session, alerts: Sequence[Alert]) -> dict[str, Lapsed]:
    """{alert id: what was not done in time} of those that went on to somebody who has not taken them."""
    gone_on = {
        alert.id: alert.answer_by
        for alert in alerts
        if alert.state == "open" and alert.level and _is_behind(alert)
    }
    if not gone_on:
        return {}
    steps: dict[str, list[tuple[str, str]]] = {alert_id: [] for alert_id in gone_on}
    for alert_id, what, name in session.execute(
        select(AlertStep.alert_id, AlertStep.what, Account.name)
        .join(Account, Account.id == AlertStep.staff_id, isouter=True)
        .where(AlertStep.alert_id.in_(gone_on))
        .order_by(AlertStep.at, AlertStep.id)
    ):
        steps[alert_id].append((what, name or "同事"))
    return {alert_id: Lapsed(gone_on[alert_id], whose_time_ran_out(told)) for alert_id, told in steps.items()}


def _words_of(session: Session, alert_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """{alert id: the patient's words, each once, the latest first}."""
    found: dict[str, dict[str, None]] = {}
    for row in reversed(rows_of(session, alert_ids)):
        if row.said:
            found.setdefault(row.alert_id, {}).setdefault(row.said)
    return {alert_id: tuple(words) for alert_id, words in found.items()}
