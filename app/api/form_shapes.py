"""How a form, its answers and what follows from them look on the wire."""

from typing import Any, Literal

from pydantic import Field

from app.api.problem import Fault
from app.api.shapes import Day, Moment, RowId, Shown
from app.core.errors import Invalid
from app.questionnaires.advice import Advice as Words
from app.questionnaires.drafts import Saved
from app.questionnaires.rules.branching import Progress
from app.questionnaires.sheet import Entry, Sheet


class Option(Shown):
    code: str
    display: str
    exclusive: bool = Field(
        description="It denies the others (没有不舒服): untick it when another is chosen. Sent together with "
        "others it is left out of what is kept."
    )


class Question(Shown):
    link_id: str
    parents: list[str] = Field(description="The groups around it, outermost first.")
    type: str = Field(
        description="group, display, boolean, integer, decimal, quantity, choice, open-choice, string, text, "
        "date or blood-pressure.",
        examples=["blood-pressure"],
    )
    text: str
    help: str | None
    purpose: str | None = Field(description="Why it is asked.")
    required: bool
    repeats: bool = Field(description="A choice of several: the answer is a list.")
    unit: str | None
    minimum: float | str | None
    maximum: float | str | None
    max_length: int | None
    options: list[Option]
    not_measured: str | None = Field(
        description="The way out of a pressure nobody took, as it is offered; its answer is "
        '`{"absent": "not_measured"}`. Null where there is none.'
    )
    shown: bool = Field(description="Whether it is to be seen, after the answers so far.")
    answer: Any = Field(description="In its stored form; null when not answered.")
    words: str = Field(description="The answer in words.")
    last: str = Field(description="What the record holds from before.", examples=["138/86（3月1日）"])


class Advice(Shown):
    """Approved words for the patient, to be shown at once."""

    title: str
    text: str
    call_120: bool = Field(description="Put the emergency number under it.")
    source: str
    needs_review: bool = Field(description="They wait for the hospital's own review (待临床审核).")


class HowFar(Shown):
    answered: int
    total: int


class State(Shown):
    """What the server makes of the answers so far."""

    visible: list[str] = Field(description="link_ids of everything to be seen, in order.")
    next: str | None = Field(description="The question to ask next; null when nothing more needs asking.")
    problems: list[Fault] = Field(description="What a submission would be refused for now.")
    danger: bool = Field(description="Whether an answer speaks of danger: show the advice at once.")
    advice: list[Advice]


class Outcome(Shown):
    """What came of a submitted form."""

    danger: bool
    advice: Advice | None
    next_visit_on: Day | None


class Form(Shown):
    id: RowId
    task_id: RowId | None
    code: str
    title: str
    purpose: str | None
    minutes: int | None
    needs_review: bool = Field(description="The form waits for the hospital's own review (待临床审核).")
    state: Literal["draft", "submitted", "expired", "withdrawn"]
    started_at: Moment
    expires_at: Moment = Field(description="When the draft is put aside.")
    submitted_at: Moment | None
    items: list[Question]
    progress: HowFar
    so_far: State
    outcome: Outcome | None = Field(description="Null until it is submitted.")


def form_of(sheet: Sheet, outcome: Outcome | None) -> Form:
    """A response ready to be drawn."""
    response, definition = sheet.response, sheet.definition
    return Form(
        id=response.id,
        task_id=response.task_id,
        code=definition.code,
        title=definition.title,
        purpose=definition.purpose,
        minutes=definition.minutes,
        needs_review=definition.review_state is not None,
        state=response.state,
        started_at=response.started_at,
        expires_at=response.expires_at,
        submitted_at=response.submitted_at,
        items=[_question(entry) for entry in sheet.entries],
        progress=_how_far(sheet.progress),
        so_far=state_shown(sheet.state),
        outcome=outcome,
    )


def state_shown(saved: Saved) -> State:
    """What the server makes of the answers."""
    return State(
        visible=list(saved.visible),
        next=saved.next,
        problems=[_fault(wrong) for wrong in saved.problems],
        danger=bool(saved.flags),
        advice=[advice_shown(words) for words in saved.advice],
    )


def advice_shown(words: Words) -> Advice:
    """The approved sentence."""
    return Advice(
        title=words.title,
        text=words.text,
        call_120=words.call_120,
        source=words.source,
        needs_review=words.needs_review,
    )


def _question(entry: Entry) -> Question:
    item = entry.item
    return Question(
        link_id=item.link_id,
        parents=list(item.parents),
        type=item.type,
        text=item.text,
        help=item.help,
        purpose=item.purpose,
        required=item.required,
        repeats=item.repeats,
        unit=item.unit,
        minimum=item.minimum,
        maximum=item.maximum,
        max_length=item.max_length,
        options=[
            Option(code=option.code, display=option.display, exclusive=option.exclusive)
            for option in item.options
        ],
        not_measured=item.not_measured.display if item.not_measured else None,
        shown=entry.shown,
        answer=entry.value,
        words=entry.words,
        last=entry.last,
    )


def _fault(wrong: Invalid) -> Fault:
    return Fault(field=wrong.field or "", code=wrong.code, message=wrong.message)


def _how_far(progress: Progress) -> HowFar:
    return HowFar(answered=progress.answered, total=progress.total)
