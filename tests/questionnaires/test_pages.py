"""The patient's pages: straight to question one, saved as given, looked over, sent once, thanked."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.alerts.tables import Alert
from app.core import clock
from app.core.db import read_only, transaction
from app.followup.reminders import remind_due
from app.followup.tables import Task
from app.messaging.tables import Message
from app.patients.tables import Patient
from app.questionnaires import drafts, links
from app.questionnaires.tables import Response
from app.wiring import Outside
from tests.factories.followup import make_plan
from tests.factories.patients import make_patient, on_the_phone
from tests.factories.queries import counted
from tests.factories.staff import make_account

LIVE = {"HX-Request": "true"}
CALM = {"bp.systolic": "132", "bp.diastolic": "82", "symptoms": "none", "medication_adherence": "regular"}


@pytest.fixture
def patient(outside: Outside) -> Patient:
    with transaction(outside.sessions) as session:
        nurse = make_account(session, name="李敏")
        patient = make_patient(session, nurse_id=nurse.id)
        now = clock.now()
        make_plan(session, patient.id, now=now - timedelta(days=2))
        assert remind_due(session, now) == 1
    return patient


@pytest.fixture
def phone(client: FlaskClient, outside: Outside, patient: Patient) -> FlaskClient:
    on_the_phone(client, outside, patient.id)
    return client


@pytest.fixture
def link(outside: Outside, patient: Patient) -> str:
    """The link on the card."""
    with read_only(outside.readers) as session:
        return session.scalars(select(Message.link)).one() or ""


def the_form(outside: Outside) -> Response:
    with read_only(outside.readers) as session:
        return session.scalars(select(Response)).one()


def answers(outside: Outside) -> dict[str, object]:
    with read_only(outside.readers) as session:
        return drafts.answers_of(session, the_form(outside).id)


def test_the_card_leads_to_question_one(phone: FlaskClient, link: str) -> None:
    page = phone.get(link, follow_redirects=True)
    assert page.status_code == 200
    assert "您今天的血压是多少？" in page.text
    assert "李敏" in page.text
    assert "还有 <strong>3</strong> 题要填" in page.text


def test_a_phone_that_is_not_signed_in_goes_through_wechat_and_comes_back(
    client: FlaskClient, link: str
) -> None:
    away = client.get(link)
    assert away.status_code == 302
    assert away.location.startswith("/h5/login?next=/h5/tasks/")


def test_somebody_elses_link_is_not_there(client: FlaskClient, outside: Outside, link: str) -> None:
    with transaction(outside.sessions) as session:
        other = make_patient(session).id
    on_the_phone(client, outside, other)
    assert client.get(link).status_code == 404
    assert client.get(link.partition("?")[0]).status_code == 404
    assert client.get(f"/h5/responses/{the_form(outside).id}").status_code == 404


def test_a_forged_link_is_not_there(phone: FlaskClient, link: str) -> None:
    assert phone.get(f"{link}x").status_code == 404


def test_an_old_link_still_works_for_the_one_it_was_sent_to(
    phone: FlaskClient, outside: Outside, patient: Patient, link: str
) -> None:
    task_id = link.removeprefix("/h5/tasks/").partition("?")[0]
    old = links.sign(task_id, patient.id, clock.now() - timedelta(days=30))
    assert links.read(task_id, old, clock.now()).expired
    page = phone.get(f"/h5/tasks/{task_id}?k={old}", follow_redirects=True)
    assert page.status_code == 200
    assert "这是几天前发给您的提醒，现在填也可以" in page.text


def test_each_answer_is_saved_as_it_is_given(phone: FlaskClient, outside: Outside) -> None:
    base = f"/h5/responses/{the_form(outside).id}/answers"
    half = phone.post(f"{base}/bp", data={"bp.systolic": "132", "bp.diastolic": ""}, headers=LIVE)
    assert half.status_code == 204
    whole = phone.post(f"{base}/bp", data={"bp.systolic": "132", "bp.diastolic": "82"}, headers=LIVE)
    assert "还有 <strong>2</strong> 题要填" in whole.text
    assert answers(outside) == {"bp": {"systolic": 132, "diastolic": 82}}


def test_the_server_decides_what_is_seen(phone: FlaskClient, outside: Outside) -> None:
    base = f"/h5/responses/{the_form(outside).id}/answers/medication_adherence"
    changed = phone.post(base, data={"medication_adherence": "intermittent"}, headers=LIVE).text
    assert "没有按时吃药，主要是因为什么？" in changed
    changed = phone.post(base, data={"medication_adherence": "regular"}, headers=LIVE).text
    assert "没有按时吃药，主要是因为什么？" not in changed


def test_an_answer_that_does_not_fit_is_named_and_shown_again(phone: FlaskClient, outside: Outside) -> None:
    base = f"/h5/responses/{the_form(outside).id}/answers/bp"
    wrong = phone.post(base, data={"bp.systolic": "18.2", "bp.diastolic": "11.2"}, headers=LIVE)
    assert wrong.status_code == 422
    assert "kPa" in wrong.text
    assert 'value="18.2"' in wrong.text
    assert answers(outside) == {}


def test_a_red_flag_shows_its_advice_at_once_and_the_nurse_knows(
    phone: FlaskClient, outside: Outside
) -> None:
    base = f"/h5/responses/{the_form(outside).id}/answers/bp"
    changed = phone.post(base, data={"bp.systolic": "182", "bp.diastolic": "112"}, headers=LIVE)
    assert "tel:120" in changed.text
    assert "我们已经通知值班护士" in changed.text
    assert "show:#danger:top" in changed.headers["HX-Reswap"]
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.urgency)).all() == ["critical"]
    corrected = phone.post(base, data={"bp.systolic": "132", "bp.diastolic": "82"}, headers=LIVE)
    assert "tel:120" not in corrected.text


def test_chest_pain_ticked_beside_nothing_wrong_alerts(
    phone: FlaskClient, outside: Outside, patient: Patient, link: str
) -> None:
    """As a page sends it that unticks nothing: both at once, and nothing was saved before."""
    with transaction(outside.sessions) as session:
        session.get_one(Patient, patient.id).large_type = True
    phone.get(link)
    base = f"/h5/responses/{the_form(outside).id}"
    phone.post(f"{base}/answers/bp", data={"bp.systolic": "136", "bp.diastolic": "84"})
    onward = phone.post(
        f"{base}/answers/symptoms", data={"symptoms": ["none", "chest_pain"]}, follow_redirects=True
    )
    assert "120" in onward.text
    assert answers(outside)["symptoms"] == ["chest_pain"]
    with read_only(outside.readers) as session:
        assert session.scalars(select(Alert.reason)).all() == ["danger_symptom"]


def test_begun_on_one_device_the_form_goes_on_another(
    phone: FlaskClient, outside: Outside, link: str
) -> None:
    base = f"/h5/responses/{the_form(outside).id}/answers/bp"
    phone.post(base, data={"bp.systolic": "132", "bp.diastolic": "82"}, headers=LIVE)
    assert 'value="132"' in phone.get(link, follow_redirects=True).text


def test_the_whole_page_is_checked_reviewed_and_sent_once(
    phone: FlaskClient, outside: Outside, link: str
) -> None:
    base = f"/h5/responses/{the_form(outside).id}"
    review = phone.post(f"{base}/review", data=CALM, follow_redirects=True)
    assert review.request.path == f"{base}/review"
    assert "132/82" in review.text
    for _ in range(2):
        thanks = phone.post(f"{base}/submit", data={"request_id": "tap-tap-tap"}, follow_redirects=True)
        assert thanks.status_code == 200
        assert "收到了，谢谢您" in thanks.text
        assert "李敏护士会看您这次的回答" in thanks.text
        assert "血压控制得不错" in thanks.text
        assert "<svg" in thanks.text
        assert "低于 140" in thanks.text, "the limit itself is already too high, here as on every drawing"
    with read_only(outside.readers) as session:
        task = session.scalars(select(Task).where(Task.node_key == "first_followup")).one()
        assert task.state == "done"
    assert "收到了，谢谢您" in phone.get(link, follow_redirects=True).text


def test_what_is_missing_is_named_with_the_way_to_it(phone: FlaskClient, outside: Outside) -> None:
    base = f"/h5/responses/{the_form(outside).id}"
    page = phone.post(f"{base}/review", data={"bp.systolic": "132", "bp.diastolic": "82"})
    assert page.status_code == 422
    assert "还有 2 题要填或要改" in page.text
    assert 'href="#q-2"' in page.text


def test_a_submit_out_of_the_blue_shows_what_is_missing(phone: FlaskClient, outside: Outside) -> None:
    page = phone.post(f"/h5/responses/{the_form(outside).id}/submit", data={"request_id": "early-bird"})
    assert page.status_code == 422
    assert "还有 3 题要填或要改" in page.text


def test_in_large_type_one_question_a_screen_until_the_review(
    phone: FlaskClient, outside: Outside, patient: Patient, link: str
) -> None:
    with transaction(outside.sessions) as session:
        session.get_one(Patient, patient.id).large_type = True
    base = f"/h5/responses/{the_form(outside).id}"
    page = phone.get(link, follow_redirects=True)
    assert "您今天的血压是多少？" in page.text
    assert "这几天有没有不舒服" not in page.text
    page = phone.post(
        f"{base}/answers/bp", data={"bp.systolic": "182", "bp.diastolic": "112"}, follow_redirects=True
    )
    assert "这几天有没有不舒服" in page.text
    assert "tel:120" in page.text
    page = phone.get(f"{base}?q=bp")
    assert 'value="182"' in page.text
    wrong = phone.post(f"{base}/answers/bp", data={"bp.systolic": "82", "bp.diastolic": "112"})
    assert wrong.status_code == 422
    assert "填反了" in wrong.text


def test_a_form_that_was_stopped_says_so_kindly(phone: FlaskClient, outside: Outside, link: str) -> None:
    with transaction(outside.sessions) as session:
        drafts.withdraw(session, the_form(outside).task_id or "")
    page = phone.get(f"/h5/responses/{the_form(outside).id}")
    assert page.status_code == 410
    assert "这次随访已经结束" in page.text


def test_a_form_left_for_three_days_can_be_begun_anew(
    phone: FlaskClient, outside: Outside, link: str
) -> None:
    old = the_form(outside)
    with transaction(outside.sessions) as session:
        drafts.save_answer(session, old.patient_id, old.id, "bp", "132/82", "page", clock.now())
    clock.move_to(clock.now() + timedelta(hours=73))
    page = phone.get(f"/h5/responses/{old.id}")
    assert page.status_code == 410
    fresh = phone.get(link, follow_redirects=True)
    assert fresh.status_code == 200
    assert 'value="132"' not in fresh.text


def test_a_visit_that_is_not_due_yet_says_when(phone: FlaskClient, outside: Outside) -> None:
    with transaction(outside.sessions) as session:
        task = session.scalars(select(Task).where(Task.node_key == "first_followup")).one()
        task.state, task.due_at = "planned", datetime.fromisoformat("2030-03-15T09:00:00+08:00")
    page = phone.get(f"/h5/tasks/{task.id}")
    assert page.status_code == 409
    assert "3月15日开始" in page.text


def test_an_old_alarm_has_its_date_and_says_that_it_was_handled(
    phone: FlaskClient, outside: Outside, link: str, patient: Patient
) -> None:
    phone.get(link)
    here = f"/h5/responses/{the_form(outside).id}"
    danger = CALM | {"bp.systolic": "188", "bp.diastolic": "98"}
    assert phone.post(f"{here}/review", data=danger).status_code == 303
    assert phone.post(f"{here}/submit", data={"request_id": "request-0001"}).status_code == 303
    fresh = phone.get(here).text
    assert "您填的血压是 188/98" in fresh
    assert "今天" in fresh
    with transaction(outside.sessions) as session:
        sent = clock.now() - timedelta(days=5)
        session.scalars(select(Response)).one().submitted_at = sent
        session.scalars(select(Response)).one().started_at = sent
        for alert in session.scalars(select(Alert)):
            alert.raised_at, alert.resolved_at = sent, sent + timedelta(minutes=30)
            alert.state = "resolved"
    page = phone.get(here).text
    assert "已经处理过这次提醒" in page
    assert f"{clock.local(sent):%-m月%-d日}" in page
    assert "我们已经通知值班护士" not in page
    assert "我们已经提醒值班护士" not in page
    assert "拨打 120" in page


def test_a_whole_page_costs_few_questions_while_the_form_is_held(
    phone: FlaskClient, outside: Outside, link: str
) -> None:
    """Nobody else can write to the form meanwhile: what was read once is not asked for again."""
    phone.get(link, follow_redirects=True)
    url = f"/h5/responses/{the_form(outside).id}/review"
    with counted(outside) as first:
        assert phone.post(url, data=CALM).status_code == 303
    with counted(outside) as again:
        assert phone.post(url, data=CALM | {"bp.systolic": "134"}).status_code == 303
    assert_few(first, given=4)
    assert_few(again, given=4)


def assert_few(asked: list[str], *, given: int) -> None:
    """The answers when the form is taken and when it is drawn; and one look a question, before it is kept."""
    answers = [each for each in asked if each.startswith("SELECT questionnaire_answers.link_id")]
    assert len(answers) <= 2
    assert not [each for each in asked if "questionnaires.document" in each], "a published form never changes"
    assert sum(each.startswith("SELECT") for each in asked) <= 10 + given
