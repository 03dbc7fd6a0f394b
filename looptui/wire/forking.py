"""A new run of the same loop that begins with what an iteration of another run made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looptui.core import events as ev
from looptui.core.evolve import evolve, new
from looptui.core.restoring import taken_up, unfit
from looptui.core.state import RunState
from looptui.engine.recorder import Recorder, as_record
from looptui.errors import RefusedError, RepoError
from looptui.wire.ids import new_run, person

if TYPE_CHECKING:
    from looptui.wire.desk import Desk


async def fork(desk: Desk, run: str, n: int, reason: str = "") -> str:
    """Record a new run that goes on from iteration `n` of a run (0 is the base); its id.

    The loop is that of the run, as it was trusted then. Nothing is started and nothing spent.
    RefusedError where nothing can be built on the iteration; whatever `Desk.examine` raises.
    """
    created, state, said = await _as_it_was(desk, run, n)
    if problem := unfit(state, n):
        raise RefusedError(problem, f"`looptui show {run}` lists what it made.")
    desk.trust.require(created.digest, state.loop.name)
    desk.preflight(state.loop)
    identity, words = new_run(), "\n\n".join(filter(None, (said, reason.strip())))
    taken = taken_up(state, n, 1, words, run=run)
    await _require(desk, state, taken)
    first = (taken,) if n else (ev.Nudged(words),) if words else ()
    start = new(identity, state.loop)
    recorder = Recorder(desk.store, start, desk.clock, desk.listeners, desk.scrub)
    await recorder.append(_begun(created, state, run), *first, actor=person())
    return identity


def _begun(created: ev.RunCreated, state: RunState, run: str) -> ev.RunCreated:
    return ev.RunCreated(
        created.loop,
        created.spec,
        created.digest,
        state.base,
        state.base_tree,
        created.target,
        parent=run,
    )


async def _as_it_was(desk: Desk, run: str, n: int) -> tuple[ev.RunCreated, RunState, str]:
    """How a run was made; its state when its iteration `n` had ended, on the base of then; and
    what a person has said to that iteration since."""
    state, created, then = new(run, await desk.loop_of(run)), None, None
    for stored in await desk.store.read(run):
        record = as_record(stored)
        if isinstance(record.event, ev.RunCreated):
            created = record.event
        state = evolve(state, record)
        if n and isinstance(record.event, ev.IterationFinished) and record.event.iteration == n:
            then = state
    assert created is not None
    return created, then or state, state.iterations[n - 1].feedback if then else ""


async def _require(desk: Desk, state: RunState, first: ev.IterationRestored) -> None:
    """RefusedError where git has let go of the tree, or of the base beneath it."""
    try:
        await desk.repository.changes(await desk.repository.tree_of(state.base), first.tree)
    except RepoError as gone:
        raise RefusedError(
            f"git has let go of what iteration {first.of} of run {state.id} made",
            "Candidates without a branch are kept for two weeks after the last run ended.",
        ) from gone
