"""Taking a good candidate of a run that ended without landing it: onto a branch of its own."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.state import Iteration, RunState
from looptui.engine.recorder import Recorder
from looptui.errors import EnvironmentUnfit, RefusedError
from looptui.projections.values import branch_of
from looptui.wire.desk import Desk
from looptui.wire.ids import person


async def branch(desk: Desk, run: str) -> str:
    """Put the newest good candidate of an ended run on the run's branch, and say so.

    RefusedError when there is none, and nothing is changed then; no other branch is touched.
    """
    lease = desk.store.leases.acquire(run)
    try:
        return await _branch(desk, await desk.load(run))
    finally:
        lease.release()


async def _branch(desk: Desk, recorder: Recorder) -> str:
    state, repository = recorder.state, desk.repository
    candidate = _candidate(state)
    who = await repository.identity()
    if who is None:
        raise EnvironmentUnfit("git knows no author", "Set user.name and user.email.")
    assert candidate.tree is not None
    name = branch_of(state.loop.name, state.id)
    ref = f"refs/heads/{name}"
    old = await repository.resolve(ref)
    if old is not None and await repository.tree_of(old) == candidate.tree:
        return f"iteration {candidate.n} is on branch {name} already: git merge {name}"
    message = _message(state, candidate)
    commit = await repository.commit(
        candidate.tree, [state.base], message, who, int(desk.clock.now())
    )
    moved = await repository.publish(ref, commit, old)
    if moved.outcome not in ("moved", "already"):
        raise RefusedError(f"{name} was not made: {moved.outcome} {moved.detail}".strip())
    branched = ev.CandidateBranched(candidate.n, candidate.tree, ref, commit)
    await recorder.append(branched, actor=person())
    return f"iteration {candidate.n} is on branch {name}: git merge {name}"


def _candidate(state: RunState) -> Iteration:
    if state.landed is not None:
        raise RefusedError(f"run {state.id} has landed as {state.landed[:12]} already")
    if state.good is None:
        kept = f"`git show {state.rescued}` shows what it made" if state.rescued else ""
        raise RefusedError(f"no candidate of run {state.id} passed every gate", kept)
    return state.good


def _message(state: RunState, candidate: Iteration) -> str:
    """Like that of a landing; who takes it may still merge it or not, so nobody approved it."""
    subject = state.loop.title or state.loop.goal.text.strip().splitlines()[0]
    trailers = [
        f"Loop-Id: {state.id}",
        f"Loop-Iteration: {candidate.n}",
        f"Gates: {', '.join(f'{e.gate}={e.state}' for e in candidate.gates)}",
        f"Assisted-by: {state.loop.maker.agent}",
    ]
    return f"{subject[:72]}\n\n" + "\n".join(trailers) + "\n"
