"""Undo of a landing: one revert commit, on the branch where it landed."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.state import RunState
from looptui.engine.recorder import Recorder
from looptui.errors import EnvironmentUnfit, RefusedError
from looptui.wire.desk import Desk
from looptui.wire.ids import person


async def revert(desk: Desk, run: str) -> str:
    """Revert what a run landed, and say what came of it.

    RefusedError when that cannot be done, and nothing is changed then.
    """
    lease = desk.store.leases.acquire(run)
    try:
        recorder = await desk.load(run)
        return await _revert(desk, recorder)
    finally:
        lease.release()


async def _revert(desk: Desk, recorder: Recorder) -> str:
    state, repository = recorder.state, desk.repository
    ref, landed = _landed_on(state)
    tip, parent = await repository.resolve(ref), await repository.resolve(f"{landed}^1")
    who = await repository.identity()
    if who is None:
        raise EnvironmentUnfit("git knows no author", "Set user.name and user.email.")
    if tip is None or parent is None or not await repository.is_ancestor(landed, tip):
        raise RefusedError(f"{ref} does not hold {landed[:12]} any more; there is nothing to undo")
    merge = await repository.merge(landed, tip, parent)
    if merge.tree is None:
        paths = ", ".join(merge.conflicts[:5])
        raise RefusedError(f"later commits changed the same lines: {paths}", "Revert it by hand.")
    if merge.tree == await repository.tree_of(tip):
        raise RefusedError(f"{landed[:12]} is reverted already")
    message = f"Revert {landed[:12]}\n\nThis reverts commit {landed}.\n\nLoop-Id: {state.id}\n"
    commit = await repository.commit(merge.tree, [tip], message, who, int(desk.clock.now()))
    moved = await repository.publish(ref, commit, tip)
    if moved.outcome not in ("moved", "already"):
        raise RefusedError(f"{ref} was not moved: {moved.outcome} {moved.detail}".strip())
    await recorder.append(ev.Reverted(ref, commit, landed), actor=person())
    note = f"; {moved.detail}" if moved.detail else ""
    return f"reverted {landed[:12]} with {commit[:12]} on {ref.removeprefix('refs/heads/')}{note}"


def _landed_on(state: RunState) -> tuple[str, str]:
    if state.landed is None or state.landing is None:
        raise RefusedError(f"run {state.id} has not landed ({state.status})")
    if state.landing.way == "patch":
        raise RefusedError("it landed as a patch file; `git apply -R` undoes it")
    return state.landing.ref, state.landed
