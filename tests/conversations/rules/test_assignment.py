from hypothesis import given
from hypothesis import strategies as st

from app.conversations.rules.assignment import Candidate, assign


def present(staff_id: str, **more) -> Candidate:
    return Candidate(staff_id, on_duty=True, **more)


def test_the_responsible_nurse_comes_first_however_busy():
    own = present("li", responsible=True, open_talks=9)
    chosen = assign([present("wang"), own, present("zhao", spoke_last=True)])
    assert (chosen.staff_id, chosen.because) == ("li", "是这位患者的责任护士，正在值班")


def test_then_whoever_answered_last_time():
    assert assign([present("wang"), present("zhao", spoke_last=True, open_talks=3)]).staff_id == "zhao"


def test_then_the_least_busy():
    chosen = assign([present("zhao", open_talks=5), present("wang", open_talks=1)])
    assert (chosen.staff_id, chosen.because) == ("wang", "正在值班，手上等回复的患者最少")


def test_with_nobody_on_duty_it_waits_with_the_responsible_nurse():
    own = Candidate("li", on_duty=False, responsible=True)
    assert (
        assign([own, Candidate("wang", on_duty=False)]).because == "现在没有人值班，先留给这位患者的责任护士"
    )
    assert assign([Candidate("wang", on_duty=False)]) is None
    assert assign([]) is None


TEAMS = st.lists(
    st.builds(
        Candidate,
        st.sampled_from("abcdef"),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.integers(0, 9),
    ),
    max_size=6,
    unique_by=lambda each: each.staff_id,
)


@given(TEAMS, st.randoms())
def test_the_order_of_the_team_does_not_matter(team, random):
    shuffled = sorted(team, key=lambda _: random.random())
    one_own = [each for each in team if each.responsible]
    if len(one_own) <= 1:
        assert assign(team) == assign(shuffled)
