"""The story of the product, from a card to a nurse's reply, by real HTTP between real processes."""

import pytest

from tests.flows import caring, following, joining, medicating, teaching, visiting
from tests.flows.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


def test_the_whole_story(story: Story) -> None:
    joining.the_desk_issues_and_prints_cards(story)
    joining.a_patient_scans_and_activates(story)
    joining.the_team_does_its_two_tasks(story)
    joining.the_patient_sees_her_plan(story)
    following.the_due_visit_reaches_the_phone(story)
    following.the_patient_answers_on_the_page(story)
    following.a_first_uncontrolled_visit_is_followed_in_two_weeks(story)
    following.the_nurse_settles_what_was_not_urgent(story)
    following.an_emergency_is_answered_in_the_chat(story)
    caring.the_nurse_opens_the_patient_and_takes_over(story)
    caring.nurse_and_patient_write_to_each_other(story)
    caring.the_nurse_settles_the_alert(story)
    caring.after_two_days_a_card_knocks(story)
    caring.silence_becomes_a_call(story)
    caring.the_call_answers_the_form(story)
    medicating.the_nurse_enters_a_regimen(story)
    medicating.the_patient_wants_to_be_reminded(story)
    medicating.she_takes_it_one_morning(story)
    medicating.she_skips_it_another_and_says_why(story)
    medicating.she_says_nothing_the_third(story)
    medicating.the_nurse_sees_how_it_goes(story)
    visiting.the_patient_books_a_checkup(story)
    visiting.she_is_reminded_the_evening_before(story)
    visiting.the_desk_scans_her_code_once(story)
    teaching.the_administrator_writes_an_article(story)
    teaching.picks_a_tag_and_sees_whom_it_reaches(story)
    teaching.binds_a_phone_and_sends_a_test(story)
    teaching.a_second_person_lets_it_go(story)
    teaching.it_arrives_and_the_numbers_come_back(story)
