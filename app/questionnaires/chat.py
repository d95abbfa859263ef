"""The same form in the chat: a patient's own words are read, saved in the one draft, the next question asked.

Ordinary talk is left alone: then `take` gives None and a nurse reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.wording import plain
from app.patients.consents import collecting
from app.questionnaires import drafts, submissions
from app.questionnaires.catalog import definition_of
from app.questionnaires.rules.branching import previous_question, progress, visible_answers
from app.questionnaires.rules.chat import Understood, say, say_as_told, understand
from app.questionnaires.rules.chat_words import may_be_a_try, says_unknown, yes_or_no
from app.questionnaires.rules.conditions import questions_in
from app.questionnaires.rules.flags import fired
from app.questionnaires.rules.items import CHOICE_TYPES, NOT_MEASURED, NUMERIC_TYPES, Definition
from app.questionnaires.tables import Response

NO_QUESTION = "-"
"""Nothing was asked in the chat: only what names itself (a blood pressure, a symptom) is taken.

As the question put last it says that a danger has stopped the asking, until the patient goes on.
"""
CONFIRMS = {"对", "对的", "是", "是的", "没错", "嗯"}
MEASURED = NUMERIC_TYPES | {"blood-pressure"}

HOW_TO_GO_WITHOUT = "没有量的话，回复“没量”。"
HOW_TO = "回复文字或数字就行；想先停下，回复“停”。"
MOST_MISSES = 2
"""So often a question is answered in words that nobody but a nurse understands; then she asks it."""
ASKED_BACK = {"exclusive_option", "blood_pressure_half"}
"""What was understood, and lacks a word."""
FOR_THE_NURSE = "没关系，这一题护士会问您。"
ALL_KEPT = "都填好了，谢谢您！护士会看到。"
STOPPED = "好的，先停在这里，已经填的都保存好了。想接着填时，回复“继续”，或者点提醒里的链接。"
GO_ON_LATER = "问卷先停在这里，已经填的护士都能看到。等您好些了，回复“继续”就接着填。"
WATCHED = "您说的情况需要马上重视，请先照刚才那条提示做。护士已收到提醒。"


@dataclass(frozen=True)
class ChatReply:
    """What is said back. `options` are the answers the next question offers, in order, numbered from 1."""

    text: str
    options: tuple[str, ...] = ()
    for_nurse: bool = False
    """True when a part of the message was not understood: the inbox keeps the message too."""
    link: str | None = None
    """A path of the patient pages that shows more."""
    alarmed: str | None = None
    """The response whose red flags staff were told of by this very message."""
    flags: frozenset[str] = frozenset()
    """The codes of these red flags."""
    half: str = ""
    """The one number of a blood pressure that was told, which no flag of the form judges: 高压 185."""
    response_id: str = ""
    receipt: str = ""
    """What of the message was kept, in the patient's words, and nothing asked: 记下了：182/112、头晕。"""

    def in_one(self) -> str:
        """The text with its options written under it, for a chat that draws no menu."""
        numbered = [f"{place} {option}" for place, option in enumerate(self.options, 1)]
        return "\n".join([self.text, *numbered, *([HOW_TO] if self.options else [])])


@dataclass(frozen=True)
class _Talk:
    """One draft being answered in the chat."""

    response: Response
    definition: Definition
    answers: Mapping[str, object]
    said: str = ""
    """The message."""
    flags: frozenset[str] = frozenset()
    """Codes of the red flags that staff heard of by answers kept from this message."""

    @property
    def paused(self) -> bool:
        """Whether a danger has stopped the asking."""
        return self.response.chat_at == NO_QUESTION

    @property
    def asked(self) -> str:
        """The question put last; else the blood pressure when it stands first; else none."""
        if self.response.chat_at:
            return self.response.chat_at
        first = next(iter(progress(self.definition, self.answers).required_left), NO_QUESTION)
        item = self.definition.by_link_id.get(first)
        return first if item is not None and item.type == "blood-pressure" else NO_QUESTION


def take(
    session: Session,
    patient_id: str,
    text: str,
    now: datetime,
    before: str = "",
    *,
    alerted: Callable[[str], bool],
) -> ChatReply | None:
    """Read one message as answers to the form this patient was asked for, or is filling in.

    `before` is what the patient wrote just before, if that was a moment ago; `alerted` tells whether
    an alert stands for a response (its id), asked once the answers are kept.
    None means it is not for a form: no form waits, or the words are ordinary talk.
    """
    talk = _talk(session, patient_id, now, text)
    if talk is None:
        return None
    confirmed = _confirmed(talk, text)
    heard = confirmed or understand(talk.definition, talk.answers, text, talk.asked, before)
    goes_on = heard.command == "go_on" and bool(talk.answers)
    if talk.response.chat_at is None and not goes_on and not _begins(talk.definition, heard, text):
        return None
    if heard.command:
        return _obey(session, talk, heard.command, now)
    if not heard.answers and not heard.problems:
        return _hand_over(session, talk, now) if _does_not_know(talk, text) else None
    talk = _save(session, talk, heard, now, anew=confirmed is None)
    more = _read_on(talk, heard)
    if more.answers:
        talk, heard = _save(session, talk, more, now, anew=True), _both(heard, more)
    return replace(
        _go_on(session, talk, heard, alerted, now),
        alarmed=talk.response.id if talk.flags else None,
        flags=talk.flags,
        half=heard.half,
        response_id=talk.response.id,
        receipt=_receipt(talk, heard),
    )


def pause(session: Session, response_id: str) -> None:
    """A danger was told: nothing more is asked until the patient goes on; what is sent already stays so."""
    response = session.get_one(Response, response_id)
    if response.state == "draft":
        response.chat_at = NO_QUESTION


def ask_again(session: Session, patient_id: str, text: str, now: datetime) -> ChatReply | None:
    """The question once more, with what is understood, for a short try that was not ("有点", "8").

    None when nothing was asked in the chat, or the words are for a person.
    """
    talk = _talk(session, patient_id, now)
    if talk is None or talk.response.chat_at is None or not may_be_a_try(plain(text)):
        return None
    if talk.paused:
        return ChatReply(GO_ON_LATER, for_nurse=True)
    return _missed(session, talk, talk.asked, f"“{text.strip()}”我没看懂，请再回答一次：", now=now)


def _talk(session: Session, patient_id: str, now: datetime, said: str = "") -> _Talk | None:
    """None too after the consent was withdrawn: no words are an answer then, a nurse reads them."""
    if not collecting(session, patient_id):
        return None
    response = session.scalars(
        select(Response)
        .where(
            Response.patient_id == patient_id,
            Response.state == "draft",
            Response.expires_at > now,
            or_(Response.chat_at.is_not(None), Response.task_id.is_not(None)),
        )
        .order_by(Response.chat_at.is_(None), Response.started_at.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if response is None:
        return None
    definition = definition_of(session, response.questionnaire_id)
    return _Talk(response, definition, drafts.answers_of(session, response.id), said)


def _save(session: Session, talk: _Talk, heard: Understood, now: datetime, *, anew: bool) -> _Talk:
    """The talk with what was heard kept in the draft; `anew` unless an answer that stood was confirmed."""
    response, flags = talk.response, talk.flags
    for link_id, value in _alarming_last(talk, heard.answers):
        saved = drafts.save_answer(
            session, response.patient_id, response.id, link_id, value, "chat", now, anew=anew
        )
        flags |= {flag.code for flag in saved.announced}
    answers = drafts.answers_of(session, response.id)
    return replace(talk, answers=visible_answers(talk.definition, answers), flags=flags)


def _alarming_last(talk: _Talk, answers: Mapping[str, object]) -> list[tuple[str, object]]:
    """The answers in the order to keep them: staff read with a red flag all that the message told.

    As they come where another answer is only asked for after one that raises a flag.
    """
    known = fired(talk.definition, talk.answers)
    raising = {
        link_id
        for link_id, value in answers.items()
        if fired(talk.definition, {**talk.answers, link_id: value}) != known
    }
    shown_by = [talk.definition.by_link_id[link_id].shown_when for link_id in answers]
    needed = {condition.question for rule in shown_by if rule for condition in questions_in(rule)}
    if raising & needed:
        return list(answers.items())
    return sorted(answers.items(), key=lambda answer: answer[0] in raising)


def _read_on(talk: _Talk, heard: Understood) -> Understood:
    """An option of the question that would come next, said by its own name ("138/86 没有不舒服").

    A bare 没有 or a number is not guessed to be one: docs/clinical-decisions.md#questionnaires
    """
    left = list(progress(talk.definition, talk.answers).required_left)
    if not left or heard.problems:
        return Understood(None, {})
    following = talk.definition.by_link_id[_following(talk, left)]
    names = {plain(option.display) for option in following.options}
    named = [piece for piece in heard.leftovers if plain(piece) in names]
    if not named:
        return Understood(None, {})
    more = understand(talk.definition, talk.answers, "、".join(named), following.link_id)
    others = tuple(piece for piece in heard.leftovers if piece not in named)
    return Understood(None, more.answers, others, more.problems)


def _both(first: Understood, second: Understood) -> Understood:
    return Understood(None, {**first.answers, **second.answers}, second.leftovers, second.problems)


def _confirmed(talk: _Talk, text: str) -> Understood | None:
    """对 to a question shown again with its answer: the answer stays. None for anything else."""
    known = talk.answers.get(talk.response.chat_at or "")
    asks_anew = known is None or talk.definition.by_link_id[talk.asked].type == "boolean"
    if asks_anew or plain(text).strip("。.!！ ") not in CONFIRMS:
        return None
    return Understood(None, {talk.asked: known})


def _begins(definition: Definition, heard: Understood, text: str) -> bool:
    """Whether a message out of the blue is an answer: a measurement, or nothing but named options."""
    measured = [link_id for link_id, value in heard.answers.items() if value != NOT_MEASURED]
    named = [*measured, *(problem.field or "" for problem in heard.problems)]
    if any(definition.by_link_id[link_id].type in MEASURED for link_id in named if link_id):
        return True
    bare = yes_or_no(plain(text)) is not None or plain(text).isdigit()
    return bool(heard.answers) and not heard.leftovers and not bare


def _does_not_know(talk: _Talk, text: str) -> bool:
    """不知道 to the question that the chat has put."""
    return talk.response.chat_at is not None and not talk.paused and says_unknown(plain(text))


def _obey(session: Session, talk: _Talk, command: str, now: datetime) -> ChatReply:
    if command == "stop":
        talk.response.chat_at = None
        return ChatReply(STOPPED)
    if command == "back":
        before = previous_question(talk.definition, talk.answers, talk.asked)
        return _ask(talk, before or talk.asked, "" if before else "这已经是第一题了。")
    left = list(progress(talk.definition, talk.answers).required_left)
    if command == "go_on" or talk.paused:
        return _ask(talk, left[0], "好的，接着填。") if left else _send(session, talk, "", False, now)
    others = [link_id for link_id in left if link_id != talk.asked]
    if not others:
        return _hand_over(session, talk, now)
    return _ask(talk, _following(talk, others), "好的，这一题先放一放。")


def _following(talk: _Talk, left: list[str]) -> str:
    """The first open question behind the one asked, else the first of all."""
    order = list(talk.definition.by_link_id)
    place = order.index(talk.asked) if talk.asked in order else -1
    return next((link_id for link_id in left if order.index(link_id) > place), left[0])


def _go_on(
    session: Session, talk: _Talk, heard: Understood, alerted: Callable[[str], bool], now: datetime
) -> ChatReply:
    noted = _noted(talk, heard, alerted)
    if heard.problems:
        wrong = heard.problems[0]
        if talk.paused:
            return ChatReply(f"{noted}{wrong.message}。", for_nurse=True)
        heard_some = bool(heard.answers) or wrong.code in ASKED_BACK
        put = _ask if heard_some else partial(_missed, session, now=now)
        return put(talk, wrong.field or talk.asked, f"{noted}{wrong.message}。", bool(heard.leftovers))
    left = list(progress(talk.definition, talk.answers).required_left)
    if left and talk.paused:
        # What raised a flag is on the form's alert already.
        return ChatReply(f"{noted}{GO_ON_LATER}", for_nurse=bool(heard.leftovers) or not talk.flags)
    if left:
        return _ask(talk, _following(talk, left), noted, bool(heard.leftovers))
    return _send(session, talk, noted, bool(heard.leftovers), now)


def _send(session: Session, talk: _Talk, said: str, for_nurse: bool, now: datetime) -> ChatReply:
    response = talk.response
    submissions.submit(session, response.patient_id, response.id, f"chat:{response.id}", "chat", now)
    return ChatReply(f"{said}{ALL_KEPT}", (), for_nurse, f"/h5/responses/{response.id}")


def _missed(
    session: Session, talk: _Talk, link_id: str, before: str, for_nurse: bool = False, *, now: datetime
) -> ChatReply:
    """The question once more; not understood a second time it is a nurse's, and the form goes on."""
    if talk.response.chat_at == link_id and talk.response.chat_misses + 1 >= MOST_MISSES:
        return _hand_over(session, talk, now)
    reply = _ask(talk, link_id, before, for_nurse)
    talk.response.chat_misses += 1
    return reply


def _hand_over(session: Session, talk: _Talk, now: datetime) -> ChatReply:
    """The question asked is left to a nurse, who reads these words too; what was answered to it stands."""
    asked = talk.definition.by_link_id[talk.asked]
    unclear = [option.code for option in asked.options if option.unclear]
    if unclear and talk.asked not in talk.answers:
        value = unclear if asked.repeats else unclear[0]
        talk = _save(session, talk, Understood(None, {talk.asked: value}), now, anew=True)
    left = list(progress(talk.definition, talk.answers).required_left)
    others = [link_id for link_id in left if link_id != talk.asked]
    if others:
        return _ask(talk, _following(talk, others), FOR_THE_NURSE, True)
    if not left:
        return _send(session, talk, FOR_THE_NURSE, True, now)
    talk.response.chat_at = None
    return ChatReply(f"{FOR_THE_NURSE}已经填的都保存好了。", for_nurse=True)


def _noted(talk: _Talk, heard: Understood, alerted: Callable[[str], bool]) -> str:
    flagged = fired(talk.definition, talk.answers) and alerted(talk.response.id)
    return _kept(talk, heard) + (WATCHED if flagged else "")


def _kept(talk: _Talk, heard: Understood) -> str:
    said = "、".join(
        say_as_told(talk.definition, link_id, value, talk.said) for link_id, value in heard.answers.items()
    )
    return f"记下了：{said}。" if said else ""


def _receipt(talk: _Talk, heard: Understood) -> str:
    half = f"{heard.half} 听到了。" if heard.half else ""
    return _kept(talk, heard) + half + (ALL_KEPT if talk.response.state == "submitted" else "")


def _ask(talk: _Talk, link_id: str, before: str, for_nurse: bool = False) -> ChatReply:
    if talk.response.chat_at != link_id:
        talk.response.chat_at, talk.response.chat_misses = link_id, 0
    item = talk.definition.by_link_id[link_id]
    known = talk.answers.get(link_id)
    lines = [before, item.text, item.help or "", HOW_TO_GO_WITHOUT if item.not_measured else ""]
    if known is not None:
        lines.append(f"您刚才的回答：{say(talk.definition, link_id, known)}")
    options = tuple(option.display for option in item.options) if item.type in CHOICE_TYPES else ()
    if item.type == "boolean":
        options = ("是", "否")
    return ChatReply("\n".join(line for line in lines if line), options, for_nurse)
