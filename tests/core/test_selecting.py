from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from looptui.core.memory import TRIED, Memory
from looptui.core.selecting import Play, cost, play, select
from looptui.core.spec import MemoryWeights
from tests.core.runs import Run

NOTHING = Play((), frozenset())
W = MemoryWeights()
DAY = 86400.0


def record(name: str, text: str = "x", kind: str = "fact", at: float = 0.0) -> Memory:
    return Memory(name, kind, "repository", name, text, at=at)


def names(found: tuple[Memory, ...]) -> list[str]:
    return [one.id for one in found]


def test_the_score_is_the_sum_of_parts_that_are_told() -> None:
    old = replace(record("a", at=0.0), files=("src/a.py", "docs/x.md"), uses=4, helped=1)
    new = record("b", at=14 * DAY)
    found = select([(old, 0.5), (new, 0.0)], Play((), frozenset({"src/a.py"})), W, 99)
    by_id = {one.record.id: one for one in found.chosen}
    assert by_id["a"].parts == {"match": 0.25, "recent": 0.1, "files": 0.1, "helped": 0.025}
    assert by_id["a"].score == 0.475
    assert by_id["b"].parts == {"recent": 0.2}


def test_the_best_are_chosen_and_stand_pinned_first_then_oldest_first() -> None:
    pinned = replace(record("p", at=9.0), pinned=True)
    found = select(
        [(record("new", at=3.0), 0.0), (record("old", at=1.0), 1.0), (pinned, 0.0)], NOTHING, W, 99
    )
    assert names(found.records) == ["p", "old", "new"]


def test_what_does_not_fit_is_named_with_its_reason() -> None:
    long = record("long", "y" * 3600, at=2.0)
    found = select([(long, 1.0), (record("short", at=1.0), 0.0)], NOTHING, W, 100)
    assert names(found.records) == ["short"]
    (left,) = found.left_out
    assert left.reason == f"needs {cost(long):,} tokens, 100 of 100 are left"


def test_only_active_records_are_chosen() -> None:
    said = replace(record("q"), state="quarantined", pinned=True)
    gone = replace(record("f"), state="forgotten")
    found = select([(said, 1.0), (gone, 1.0), (record("t", kind=TRIED), 1.0)], NOTHING, W, 99)
    assert found.records == ()
    assert {one.record.id: one.reason.split(":")[0] for one in found.left_out} == {
        "q": "quarantined",
        "f": "forgotten",
    }


def test_what_is_at_stake_is_the_goal_and_what_fails() -> None:
    run = Run().ready().begin()
    found = play(run.state)
    assert run.state.loop.goal.text.split()[0].lower() in found.words


RECORDS = st.lists(
    st.tuples(
        st.builds(
            record, st.uuids().map(str), st.text(min_size=1, max_size=200), at=st.floats(0, 1e9)
        ),
        st.floats(0, 1),
    ),
    max_size=30,
)


@given(RECORDS, st.integers(0, 300))
def test_the_budget_holds_and_order_does_not_matter(
    found: list[tuple[Memory, float]], budget: int
) -> None:
    chosen = select(found, NOTHING, W, budget)
    assert chosen.tokens <= budget
    assert len(chosen.chosen) + len(chosen.left_out) == len(found)
    assert select(list(reversed(found)), NOTHING, W, budget) == chosen
