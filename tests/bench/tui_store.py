"""A repository whose store holds many runs and events, for timing the real app."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from looptui import paths
from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.core.evolve import new
from looptui.core.spec import Criterion, GateSpec, Goal, Loop, MakerSpec
from looptui.core.state import Need, RunState
from looptui.core.status import Status
from looptui.projections.views import need_view, run_view
from looptui.store.events import NewEvent, Rows
from looptui.store.store import Store

AT = 1.8e9
_BATCH = 1000
_STATES: tuple[Status, ...] = ("landed", "completed", "stopped", "rejected", "failed")


def empty(directory: Path, name: str) -> Path:
    """A repository of that name, of which nothing was recorded yet."""
    repo = directory / name
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    return repo


async def fill(directory: Path, *, runs: int, events: int, first: str, live: bool = False) -> Path:
    """A repository in `directory`, its state under `directory/home`; `first` waits for a review.

    The other runs have ended, or are at work where they are to be `live`.
    """
    repo = directory / "repo"
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    state = paths.home({"LOOPTUI_HOME": str(directory / "home")}) / paths.repo_id(repo)
    state.mkdir(parents=True, mode=0o700)
    store = Store.open(paths.state_db(state))
    for number in range(runs):
        name = first if number == 0 else f"loop-{number:03}"
        await _append(store, run_of(name, number, live=live), max(1, events // runs))
    await store.close()
    return repo


def run_of(name: str, number: int, *, live: bool) -> RunState:
    """A run as it is on the screen: the first one waits for a review."""
    gate = GateSpec("pytest", argv=("python3", "-m", "pytest"))
    loop = Loop(
        name,
        "you@example.org",
        Goal("Make the failing tests pass."),
        (Criterion("tests", "All tests pass", "pytest"),),
        MakerSpec("command", ("agent",)),
        (gate,),
    )
    run = f"run-{number:04}"
    others: Status = "active" if live else _STATES[number % len(_STATES)]
    needs = (Need(f"{run}.1", "approval", "1 file +1 -1, all gates pass", AT, "ab" * 20),)
    return replace(
        new(run, loop),
        created=AT + number,
        updated=AT + number,
        status="waiting" if number == 0 else others,
        removed=number > 0 and not live,
        reason="by a person",
        target="main",
        base="cd" * 20,
        needs=needs if number == 0 else (),
    )


async def _append(store: Store, state: RunState, count: int) -> None:
    view = run_view(state, AT)
    rows = Rows(
        run={
            "id": state.id,
            "loop": state.loop.name,
            "state": state.status,
            "created": state.created,
            "updated": state.updated,
            "summary": dumps(encode(view)),
        },
        needs=[
            {
                "id": need.id,
                "run": state.id,
                "kind": need.type,
                "tree": need.tree,
                "since": need.since,
                "data": dumps(encode(need_view(state, need))),
            }
            for need in state.needs
        ],
    )
    finished = ev.GateFinished(1, "pytest", "ab" * 20, "pass", 1.2, "57 passed", 1.0)
    event = NewEvent(finished.kind, ev.encode(finished, 0.0), "engine", AT)
    for start in range(0, count, _BATCH):
        batch = [event] * min(_BATCH, count - start)
        await store.append(state.id, start, batch, rows=rows, durable=False)
