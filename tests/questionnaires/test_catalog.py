"""A published version never changes."""

import pytest
from sqlalchemy import func, select

from app.core.errors import Conflict, NotFound
from app.questionnaires.catalog import definition_of, newest, publish_document
from app.questionnaires.tables import Questionnaire
from app.wiring import Outside
from tests.conftest import NOW
from tests.factories.questionnaires import make_form
from tests.questionnaires.rules.forms import BLOOD_PRESSURE_FORM


def test_the_same_document_again_changes_nothing(outside: Outside) -> None:
    with outside.sessions() as session:
        first = make_form(session)
        assert publish_document(session, dict(reversed(BLOOD_PRESSURE_FORM.items())), NOW).id == first.id
        assert session.scalar(select(func.count()).select_from(Questionnaire)) == 1


def test_a_published_version_with_another_content_is_refused(outside: Outside) -> None:
    with outside.sessions() as session:
        make_form(session)
        with pytest.raises(Conflict) as refused:
            publish_document(session, BLOOD_PRESSURE_FORM | {"title": "改了"}, NOW)
        assert refused.value.code == "questionnaire_changed"


def test_a_new_version_is_the_newest_and_the_old_one_stays_readable(outside: Outside) -> None:
    with outside.sessions() as session:
        old = make_form(session)
        new = publish_document(session, BLOOD_PRESSURE_FORM | {"version": 2, "title": "改了"}, NOW)
        assert newest(session, "form").id == new.id
        assert definition_of(session, old.id).title == "测试问卷"


def test_an_unknown_form_is_not_found(outside: Outside) -> None:
    with outside.sessions() as session, pytest.raises(NotFound) as refused:
        newest(session, "nothing")
    assert refused.value.code == "no_such_form"
