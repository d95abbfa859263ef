"""A form as a screen draws it: every question with its answer, what the record says, and how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core import clock
from app.questionnaires.catalog import definition_of
from app.questionnaires.drafts import Saved, answers_of, state_of
from app.questionnaires.rules.branching import Progress, previous_question, progress
from app.questionnaires.rules.chat import say
from app.questionnaires.rules.items import Definition, Item
from app.questionnaires.tables import Response
from app.records import readings
from app.records.tables import Reading


@dataclass(frozen=True)
class Entry:
    """One line of the form. `place` is its number in the document, for ids in a page."""

    place: int
    item: Item
    shown: bool
    value: object
    words: str
    """The answer in words; empty when there is none."""
    last: str
    """What the record holds from before: 138/86（3月1日）."""


@dataclass(frozen=True)
class Sheet:
    """One response, ready to be drawn."""

    response: Response
    definition: Definition
    entries: Sequence[Entry]
    state: Saved
    progress: Progress

    def entry(self, link_id: str) -> Entry | None:
        """The entry of a question that is shown."""
        return next((each for each in self.shown_questions if each.item.link_id == link_id), None)

    @property
    def shown_questions(self) -> list[Entry]:
        """Everything to be answered now, in order."""
        return [each for each in self.entries if each.shown and each.item.asks]

    @property
    def answers(self) -> Mapping[str, object]:
        """{linkId: stored value} of what is shown and answered."""
        return {each.item.link_id: each.value for each in self.shown_questions if each.value is not None}

    def place_of(self, link_id: str) -> int:
        """第几题: 1 for the first question that is shown."""
        return [each.item.link_id for each in self.shown_questions].index(link_id) + 1

    def before(self, link_id: str) -> str | None:
        """The question in front of this one."""
        return previous_question(self.definition, self.answers, link_id)

    def after(self, link_id: str) -> str | None:
        """The question behind this one, answered or not."""
        order = [each.item.link_id for each in self.shown_questions]
        following = order[order.index(link_id) + 1 :]
        return following[0] if following else None


def sheet_of(session: Session, response: Response) -> Sheet:
    """The response as it stands now."""
    definition = definition_of(session, response.questionnaire_id)
    answers = answers_of(session, response.id)
    state = state_of(session, definition, answers)
    shown = set(state.visible)
    last = _last_known(session, response.patient_id, definition)
    entries = [
        Entry(
            place,
            item,
            item.link_id in shown,
            answers.get(item.link_id),
            say(definition, item.link_id, answers[item.link_id]) if item.link_id in answers else "",
            last.get(item.link_id, ""),
        )
        for place, item in enumerate(definition.items)
    ]
    return Sheet(response, definition, entries, state, progress(definition, answers))


def _last_known(session: Session, patient_id: str, definition: Definition) -> dict[str, str]:
    """{linkId: the newest reading of what it measures, with its day}."""
    pressure = [item for item in definition.items if item.type == "blood-pressure"]
    measured = [item for item in definition.items if item.indicator]
    codes = [*(("SBP", "DBP") if pressure else ()), *(item.indicator or "" for item in measured)]
    latest = readings.latest(session, patient_id, codes)
    found = {
        item.link_id: _said(latest[item.indicator])
        for item in measured
        if item.indicator and item.indicator in latest
    }
    if "SBP" in latest and "DBP" in latest:
        systolic, diastolic = latest["SBP"], latest["DBP"]
        words = f"{systolic.value:g}/{diastolic.value:g}（{_day(systolic.measured_at)}）"
        found |= {item.link_id: words for item in pressure}
    return found


def _said(reading: Reading) -> str:
    return f"{reading.value:g}（{_day(reading.measured_at)}）"


def _day(moment: datetime) -> str:
    day = clock.day_of(moment)
    return f"{day.month}月{day.day}日"
