from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from looptui.core import events as ev
from looptui.core.codec import decode
from looptui.core.evolve import evolve, new
from looptui.core.plan import Moment, plan
from looptui.core.rest import exit_code
from looptui.core.spec import Loop
from looptui.core.state import RunState
from looptui.projections.views import iteration_view, run_view
from looptui.projections.wording import worded

FILES = sorted(Path(__file__).parent.glob("*.jsonl"))


@dataclass(frozen=True)
class History:
    loop: Loop
    run: str
    state: str
    entries: tuple[dict[str, Any], ...]


def read(path: Path) -> History:
    head, *entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert head["schema"] == "looptui.history/1"
    return History(decode(Loop, head["loop"]), head["run"], head["state"], tuple(entries))


def folded(history: History, entries: Iterator[dict[str, Any]]) -> RunState:
    """The end; every state on the way can be planned from and shown."""
    state = new(history.run, history.loop)
    for entry in entries:
        event, active = ev.decode(entry["kind"], json.dumps(entry["data"]))
        record = ev.Record(event, entry["n"], entry["at"], entry["actor"], active)
        state = evolve(state, record)
        plan(state, Moment(entry["at"], active))
        run_view(state, entry["at"])
        exit_code(state)
    return state


def with_strangers(entries: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
    """The same log, with events and fields of a newer program everywhere."""
    for n, entry in enumerate(entries, start=1):
        data = {**entry["data"], "from_the_future": [1, {"a": None}]}
        yield {**entry, "data": data, "n": 2 * n - 1}
        yield {**entry, "kind": "future.happened", "data": {"x": 1}, "n": 2 * n}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_folds_to_the_end_that_it_had(path: Path) -> None:
    history = read(path)
    state = folded(history, iter(history.entries))
    assert state.status == history.state
    assert state.events == len(history.entries)
    assert [iteration_view(state, i).n for i in state.iterations] == [
        n + 1 for n in range(len(state.iterations))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_a_newer_program_wrote_is_ignored(path: Path) -> None:
    history = read(path)
    ours = folded(history, iter(history.entries))
    theirs = folded(history, with_strangers(history.entries))
    assert theirs.events == 2 * ours.events
    assert replace(theirs, events=ours.events) == ours


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_event_can_be_told_and_written_again(path: Path) -> None:
    for entry in read(path).entries:
        text = json.dumps(entry["data"])
        event, active = ev.decode(entry["kind"], text)
        assert not isinstance(event, ev.Unknown)
        assert worded(entry["kind"], text)
        assert ev.decode(event.kind, ev.encode(event, active)) == (event, active)


def test_every_kind_is_in_a_history() -> None:
    held = {entry["kind"] for path in FILES for entry in read(path).entries}
    assert set(ev.REGISTRY) - held == set()
