"""The tree that has only some hunks of a candidate."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.effects import Pick
from looptui.core.hunks import numbers
from looptui.engine.steps.context import Job
from looptui.engine.steps.making import touched_protected
from looptui.errors import LooptuiError

_MAX_PATHS = 50


async def pick(job: Job, effect: Pick) -> tuple[ev.Event, ...]:
    """Take the other hunks out of the candidate; git alone applies what stays."""
    repository = job.outside.repository
    beneath = await _beneath(job)
    try:
        tree = await repository.pick(beneath, effect.tree, numbers(effect.hunks))
    except LooptuiError as error:
        return (ev.TreePicked(effect.tree, "", problem=error.message[:500]),)
    changes = await repository.changes(beneath, tree)
    picked = ev.TreePicked(
        effect.tree,
        tree,
        len(changes),
        sum(change.added or 0 for change in changes),
        sum(change.deleted or 0 for change in changes),
        touched_protected(job, changes)[:_MAX_PATHS],
    )
    return (picked,)


async def _beneath(job: Job) -> str:
    """The tree that the whole candidate changes."""
    state = job.state
    onto = state.sent_back.onto if state.sent_back is not None else state.merged_onto
    return await job.outside.repository.tree_of(onto) if onto else state.base_tree
