"""Which entries a few letters mean."""

from __future__ import annotations

import pytest

from looptui.tui.palette import Entry, matching, score


async def _nothing() -> None:
    pass


def entry(text: str, about: str = "", id_: str = "") -> Entry:
    return Entry(id_ or text, text, about, _nothing)


FOUND = [
    entry("pause or resume; twice interrupts", "run", "loop.pause"),
    entry("breakers and limits", "run", "loop.limits"),
    entry("fix-add 6feevss", "waiting  approval tree 296940d", "run 6feevss12"),
    entry("theme ember", "theme, for this session"),
]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("pau", "loop.pause"), ("limits", "loop.limits"), ("fix 6fe", "run 6feevss12"),
        ("approval", "run 6feevss12"), ("thmb", "theme ember"), ("EMBER", "theme ember"),
        ("brk lim", "loop.limits"), ("loop.pause", "loop.pause"),
    ],
)  # fmt: skip
def test_the_best_comes_first(query: str, first: str) -> None:
    assert matching(FOUND, query)[0].id == first


def test_every_word_has_to_be_met() -> None:
    assert matching(FOUND, "pause xyz") == []
    assert matching(FOUND, "  ") == FOUND


def test_the_begin_of_a_word_counts_most() -> None:
    begin, inside, letters = (score(["res"], text) for text in ("resume", "caress", "r e s"))
    assert begin > inside > letters > 0
    assert score(["res"], "sea") == 0
    assert score(["res"], "sea", "Results") == 1
