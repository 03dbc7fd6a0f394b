from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import events as ev
from looptui.projections.wording import worded

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def words(event: ev.Event) -> str:
    return worded(event.kind, ev.encode(event, 1.0))


@pytest.mark.parametrize("kind", sorted(ev.REGISTRY))
@given(data=st.data())
def test_every_kind_has_a_wording_of_one_line(kind: str, data: st.DataObject) -> None:
    event = data.draw(st.from_type(ev.REGISTRY[kind]))
    assert len(words(event).splitlines()) <= 1


SAID = [
    (ev.RunResumed(), "goes on"),
    (ev.TimePassed(), "still at work"),
    (ev.RunUnparked(), "goes on by itself"),
    (ev.WorktreeRemoved(), "nothing left"),
    (ev.WorktreeRemoved("refs/x"), "kept as refs/x"),
    (ev.EffectStarted("open-worktree"), "open-worktree"),
    (ev.Nudged("look at a\nand b"), "look at a and b"),
    (ev.CandidateCaptured(1, "t", lost="gone"), "iteration 1: no candidate, gone"),
    (
        ev.GateFinished(0, "pytest", "t", "fail", 1.25, "1 failed", 0.5),
        "base: pytest fail, 1 failed  1.2s",
    ),
    (
        ev.GateFinished(2, "pytest", "t", "pass", 0.0, "ok", 1.0, cached=True),
        "iteration 2: pytest pass, ok (known)  0.0s",
    ),
    (
        ev.NeedOpened("r.1", "approval", "2 files", "abcdef0123456789"),
        "needs you: approval tree abcdef012345: 2 files",
    ),
    (ev.IterationFinished(3, "red", 0.5, best=True), "iteration 3: red, score 0.50, best so far"),
]


@pytest.mark.parametrize(("event", "text"), SAID, ids=lambda value: getattr(value, "kind", ""))
def test_words(event: ev.Event, text: str) -> None:
    assert words(event) == text


@pytest.mark.parametrize("kind", sorted(ev.REGISTRY))
@given(data=st.data())
def test_no_kind_is_without_words(kind: str, data: st.DataObject) -> None:
    """Whatever has something in its fields has something to say."""
    event = ev.REGISTRY[kind]
    text = st.text("ab", min_size=3, max_size=5)
    texts = {field.name: text for field in fields(event) if field.type == "str"}
    assert words(data.draw(st.builds(event, **texts))) != ""


def test_a_kind_of_a_newer_program_says_nothing() -> None:
    assert worded("from.the.future", '{"_active":1.0,"x":1}') == ""


@pytest.mark.parametrize(
    ("limit", "was", "words"),
    [
        (9.0, 5.0, "cost raised from $5.00 to $9.00: why"),
        (2.0, 5.0, "cost lowered from $5.00 to $2.00: why"),
        (5.0, 5.0, "cost stays at $5.00: why"),
        (9.0, None, "cost set to $9.00: why"),
    ],
)
def test_a_limit_is_told_by_its_direction(limit: float, was: float | None, words: str) -> None:
    event = ev.LimitRaised("cost", limit, "why", was)
    assert worded(event.kind, ev.encode(event, 0.0)) == words
