from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.core import events as ev
from looptui.core.codec import reworded
from looptui.core.evolve import evolve
from tests.core.runs import Run

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
EVENTS = st.one_of(*[st.from_type(kind) for kind in ev.REGISTRY.values()])
ACTIVE = st.floats(0, 1e9)


@given(EVENTS, ACTIVE)
def test_every_event_comes_back_as_it_was(event: ev.Event, active: float) -> None:
    text = ev.encode(event, active)
    text.encode()
    again, seconds = ev.decode(event.kind, text)
    assert again == event
    assert seconds == round(active, 3)
    assert ev.encode(again, seconds) == text


@given(EVENTS)
def test_an_event_is_canonical_json(event: ev.Event) -> None:
    text = ev.encode(event, 1.0)
    data = json.loads(text)
    assert list(data) == sorted(data)
    assert json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
    assert {k: v for k, v in data.items() if k != "_active"} == ev.payload(event)


def test_kinds_are_unique_frozen_and_slotted() -> None:
    assert len(set(ev.REGISTRY)) == len(ev.REGISTRY) > 35
    assert "" not in ev.REGISTRY
    for kind, event in ev.REGISTRY.items():
        assert event.kind == kind
        assert is_dataclass(event)
        assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__slots__" in vars(event)
        assert getattr(ev, event.__name__) is event


def test_every_event_is_told_in_words_of_its_class() -> None:
    assert {event.__name__ for event in ev.REGISTRY.values()} <= set(ev.__all__)


@pytest.mark.parametrize("kind", ["from.the.future", ""])
def test_an_unknown_kind_is_kept_and_changes_nothing_but_the_count(kind: str) -> None:
    event, active = ev.decode(kind, '{"_active":2.5,"words":["a"]}')
    assert event == ev.Unknown(kind, {"words": ["a"]})
    assert active == 2.5
    run = Run().ready()
    before = run.state
    after = evolve(before, ev.Record(event, before.events + 1, before.updated, "engine", active))
    changed = [f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name)]
    assert changed == ["events", "active"]


def test_fields_of_a_newer_program_are_ignored() -> None:
    text = ev.encode(ev.Nudged("look"), 1.0)
    data: dict[str, Any] = {**json.loads(text), "mood": "good"}
    assert ev.decode("run.nudged", json.dumps(data))[0] == ev.Nudged("look")


def test_a_path_that_is_not_utf8_can_be_recorded() -> None:
    path = b"caf\xe9".decode("utf-8", "surrogateescape")
    text = ev.encode(ev.PermissionDenied(1, path, "deny"), 0.0)
    text.encode()
    assert ev.decode("permission.denied", text)[0] == ev.PermissionDenied(1, path, "deny")


@given(EVENTS)
def test_every_event_can_be_made_to_fit(event: ev.Event) -> None:
    large = reworded(event, lambda text: text * 2000 if len(text) > 3 else text)
    fits = ev.bounded(large)
    assert type(fits) is type(event)
    assert len(ev.encode(fits, 1e9).encode()) <= 8 * 1024
    if large == event:
        assert fits is event
