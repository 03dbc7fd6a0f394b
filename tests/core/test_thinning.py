from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import commands as cmd
from looptui.core.memory import Memory
from looptui.core.thinning import ALIKE, alike, proposals

DAY = 86400.0
NOW = 1000 * DAY
LONG = "the public api pages its lists with opaque cursors and never with plain offsets"


def record(name: str, text: str, **changes: object) -> Memory:
    made = Memory(name, "rule", "repository", name, text, at=NOW - DAY)
    return replace(made, **changes)  # type: ignore[arg-type]


def groups(*records: Memory) -> list[list[str]]:
    return [[one.id for one in group] for group in alike(records)]


def test_words_that_hardly_differ_are_one_record() -> None:
    other = LONG.replace("plain ", "").capitalize() + "."
    assert groups(record("a", LONG), record("b", other)) == [["a", "b"]]
    assert groups(record("a", LONG), record("b", other), record("c", LONG)) == [["a", "b", "c"]]


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("never ", ""),
        LONG.replace("never", "don't"),
        LONG + " 2",
        "the pages have cursors",
    ],
)
def test_what_contradicts_is_no_duplicate(other: str) -> None:
    assert groups(record("a", LONG), record("b", other)) == []


def test_scopes_and_kinds_are_kept_apart() -> None:
    one = record("a", LONG)
    assert (
        groups(one, replace(one, id="b", scope="loop:x"), replace(one, id="c", type="fact")) == []
    )


def test_the_one_that_is_pinned_or_helped_stays_with_the_words_it_has() -> None:
    pinned = record("p", LONG.replace("plain ", ""), pinned=True, why="rows go")
    used = record("u", LONG, uses=9, helped=3, at=0.0)
    (found,) = proposals([used, pinned], NOW)
    assert (found.fault, found.why) == ("duplicate", "says nearly the same as p")
    assert found.command == cmd.Merge(("p", "u"), pinned.text, "rows go", (pinned.text, LONG))


def test_unused_and_useless_records_are_proposed_and_pinned_ones_are_not() -> None:
    old = record("old", "nobody asked", at=NOW - 90 * DAY)
    young = record("young", "too new to tell", at=NOW - 89 * DAY)
    weak = record("weak", "seen often", uses=21, helped=1)
    fair = record("fair", "helps at times", uses=20, helped=1)
    lesson = record("r1.m0001", "of one run", scope="run:r1", at=0.0)
    away = record("away", "gone", at=0.0, state="forgotten")
    everyone = [old, young, weak, fair, lesson, away]
    assert [(one.records[0].id, one.fault) for one in proposals(everyone, NOW)] == [
        ("old", "unused"), ("weak", "no help"),
    ]  # fmt: skip
    assert proposals([replace(one, pinned=True) for one in everyone], NOW) == ()
    assert proposals([old], NOW)[0].command == cmd.Revise(
        "old", state="forgotten", seen="nobody asked"
    )


TEXTS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8).map(" ".join)


@given(st.lists(TEXTS, max_size=12))
def test_a_pair_alone_is_alike_exactly_by_its_share_of_words(texts: list[str]) -> None:
    records = [record(f"m{n:02}", text, at=float(n)) for n, text in enumerate(texts)]
    for one, other in combinations(records, 2):
        words = set(one.text.split()), set(other.text.split())
        share = len(words[0] & words[1]) / len(words[0] | words[1])
        assert bool(groups(one, other)) == (share >= ALIKE)
    grouped = [name for group in groups(*records) for name in group]
    assert len(grouped) == len(set(grouped))
    kept = [one for one in records if one.id not in {n for g in groups(*records) for n in g[1:]}]
    assert groups(*kept) == [], "what stays is not alike"
