"""A page's answers, one as it is given or all at once: kept where they fit, named where they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.questionnaires import drafts
from app.questionnaires.drafts import Filled, Saved
from app.questionnaires.rivals import Writer, differs, newer_than_seen, words_of
from app.questionnaires.rules.branching import visible
from app.questionnaires.rules.items import Definition
from app.questionnaires.rules.page_input import Fields, Half, raw_from_page
from app.questionnaires.sheet import Entry, Sheet, sheet_of

Refused = Mapping[str, str]
"""{linkId: why the answer was not taken, in words}."""


@dataclass(frozen=True)
class Kept:
    """What one answer did: the form as it stands now, and which parts of the page have changed."""

    sheet: Sheet
    link_id: str
    saved: Saved | None
    refused: Refused

    @property
    def status(self) -> int:
        """422 while the answer does not fit."""
        return 422 if self.refused else 200

    @property
    def entry(self) -> Entry:
        """The question that was answered."""
        return next(each for each in self.sheet.entries if each.item.link_id == self.link_id)

    @property
    def turned(self) -> list[Entry]:
        """Everything that has come into sight, or gone out of it, by this answer."""
        if self.saved is None:
            return []
        before, after = set(self.saved.was_visible), set(self.saved.visible)
        return [each for each in self.sheet.entries if each.item.link_id in before ^ after]


def save_one(
    session: Session,
    patient_id: str,
    response_id: str,
    link_id: str,
    fields: Fields,
    via: str,
    now: datetime,
    writer: Writer | None = None,
) -> Kept | None:
    """Keep the answer to one question; None while only the first of two numbers is there.

    `writer` is the patient when left out; what somebody else answered since the page was drawn stays.

    Raises NotFound, Conflict (already_submitted), Gone.
    """
    form = drafts.hold(session, patient_id, response_id)
    if link_id not in {item.link_id for item in form.definition.items if item.asks}:
        raise Invalid("这份问卷里没有这道题。", code="unknown_question", field=link_id[:64])
    raw = raw_from_page(form.definition.by_link_id[link_id], fields)
    if raw is Half.PRESSURE:
        return None
    writer = writer or Writer(f"patient:{patient_id}")
    drafts.ensure_open(session, form, {link_id: raw}, via, now, by=writer.by)
    saved, refused = _save(session, form, link_id, raw, via, writer, now)
    return Kept(sheet_of(session, form.response), link_id, saved, refused)


def save_all(
    session: Session,
    patient_id: str,
    response_id: str,
    fields: Fields,
    via: str,
    now: datetime,
    writer: Writer | None = None,
) -> tuple[Sheet, Refused]:
    """Keep every answer on the page that fits, in the order of the form; and what a submit would refuse."""
    form = drafts.hold(session, patient_id, response_id)
    writer = writer or Writer(f"patient:{patient_id}")
    drafts.ensure_open(session, form, typed(form.definition, fields), via, now, by=writer.by)
    refused: dict[str, str] = {}
    for item in form.definition.items:
        if item.asks and item.link_id in visible(form.definition, form.answers):
            refused |= _keep_changed(session, form, item.link_id, fields, via, writer, now)
    sheet = sheet_of(session, form.response)
    still_open = {problem.field or "": problem.message for problem in sheet.state.problems}
    return sheet, {**still_open, **refused}


def typed(definition: Definition, fields: Fields) -> dict[str, object]:
    """{linkId: raw answer} of everything on the page that was given whole."""
    raws = {item.link_id: raw_from_page(item, fields) for item in definition.items if item.asks}
    return {link_id: raw for link_id, raw in raws.items() if raw is not None and raw is not Half.PRESSURE}


def _keep_changed(
    session: Session, form: Filled, link_id: str, fields: Fields, via: str, writer: Writer, now: datetime
) -> Refused:
    """Keep one of many; a question left blank that never had an answer stays as it is."""
    raw = raw_from_page(form.definition.by_link_id[link_id], fields)
    if raw is Half.PRESSURE:
        return {link_id: "请把高压和低压两个数都填上"}
    if raw is None and link_id not in form.answers:
        return {}
    return _save(session, form, link_id, raw, via, writer, now)[1]


def _save(
    session: Session, form: Filled, link_id: str, raw: object, via: str, writer: Writer, now: datetime
) -> tuple[Saved | None, Refused]:
    rival = newer_than_seen(session, form.response, form.definition, link_id, writer)
    if rival is not None and raw is None:
        return None, {}  # Her page shows the question still open; somebody has answered it.
    if rival is not None and differs(form.definition, rival, raw, form.answers):
        other = words_of(session, form.definition, rival, now)
        return None, {link_id: f"{other}，和您填的不一样。请核对；再按一次提交，就以您填的为准"}
    try:
        return drafts.keep(session, form, link_id, raw, via, now, by=writer.by), {}
    except Invalid as wrong:
        return None, {link_id: wrong.message}
