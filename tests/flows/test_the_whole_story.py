"""The story of the product, from a card to a nurse's reply, by real HTTP between real processes."""

import pytest

from tests.flows import joining
from tests.flows.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


def test_the_whole_story(story: Story) -> None:
    joining.the_desk_issues_and_prints_cards(story)
    joining.a_patient_scans_and_activates(story)
    joining.the_team_does_its_two_tasks(story)
    joining.the_patient_sees_her_plan(story)
