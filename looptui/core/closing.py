"""The end of an iteration: its outcome, and what is kept of it for later prompts."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.memory import claim, lesson
from looptui.core.restoring import is_restored
from looptui.core.score import met
from looptui.core.state import Iteration, RunState


def closing(
    state: RunState, iteration: Iteration, outcome: str, value: float, *, best: bool = False
) -> tuple[ev.Event, ...]:
    """The end of an iteration, and in one line what was tried and what came of it."""
    finished = ev.IterationFinished(
        iteration.n, outcome, value, iteration.tree, met(state.loop, iteration.gates), best
    )
    if is_restored(iteration):
        return (finished,)
    learnt = ev.MemoryRecorded(
        id=f"{state.id}.m{iteration.n:04d}",
        type="fix" if outcome == "good" else "failure",
        scope="run",
        subject=f"iteration {iteration.n}",
        text=lesson(iteration, outcome),
        iteration=iteration.n,
        files=ev.fitting(iteration.paths, 10),
    )
    return (finished, learnt, *_claimed(state, iteration))


def _claimed(state: RunState, iteration: Iteration) -> tuple[ev.Event, ...]:
    """The maker's own word, kept apart until a person confirms it."""
    said = claim(iteration)
    if not said:
        return ()
    identity, subject = f"{state.id}.s{iteration.n:04d}", f"iteration {iteration.n}"
    return (
        ev.MemoryRecorded(identity, "fact", "run", subject, said, iteration.n, state="quarantined"),
    )
