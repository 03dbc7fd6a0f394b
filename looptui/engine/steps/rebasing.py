"""Work that was sent back after its target had moved goes on where the target is now."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.effects import Rebase
from looptui.core.events import fitting
from looptui.engine.rescue import NOBODY
from looptui.engine.steps.context import Job

_MAX_CONFLICTS = 20


async def rebase(job: Job, effect: Rebase) -> tuple[ev.Event, ...]:
    """Merge the work with the target; paths that conflict are as the target has them.

    The worktree is built anew on the target, without what an earlier setup left in it.
    """
    repository, state = job.outside.repository, job.state
    tip = await _tip(job) or effect.onto
    when = int(state.created)
    work = await repository.commit(effect.tree, [effect.onto], "work", NOBODY, when)
    merge = await repository.merge(effect.onto, tip, work)
    base_tree = await repository.tree_of(tip)
    tree = merge.tree or await repository.overlay(merge.partial, base_tree, merge.conflicts)
    lost = await _lost(job, effect, merge.conflicts) if merge.conflicts else None
    await repository.keep(state.id, "base", tip)
    await repository.share(job.workspace, ())
    await repository.open(state.id, base_tree, tip)
    conflicts = fitting(merge.conflicts, _MAX_CONFLICTS)
    return (ev.Rebased(tip, base_tree, tree, conflicts, lost),)


async def _tip(job: Job) -> str | None:
    """The target as it is; None where there is none."""
    target = job.loop.landing.target or job.state.target
    return await job.outside.repository.resolve(f"refs/heads/{target}") if target else None


async def _lost(job: Job, effect: Rebase, conflicts: tuple[str, ...]) -> str | None:
    """The run's own change to the paths that conflict, as a blob."""
    repository = job.outside.repository
    beneath = await repository.tree_of(effect.onto)
    changed = await repository.overlay(beneath, effect.tree, conflicts)
    patch = await repository.diff(beneath, changed)
    return await job.outside.store.put(job.outside.scrub.patch(patch)) if patch else None
