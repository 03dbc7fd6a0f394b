"""Bringing an approved tree onto its target: planned first, published once, tidied after."""

from __future__ import annotations

import asyncio
from pathlib import Path

from looptui.core import events as ev
from looptui.core.rest import keeps_worktree
from looptui.core.state import RunState
from looptui.engine.files import sweep
from looptui.engine.rescue import files_now, rescue, unlanded
from looptui.engine.steps.context import Job
from looptui.ports import Identity, Publication
from looptui.projections.values import branch_of
from looptui.removing import remove

IDENTITY_HINT = "set it with `git config user.name NAME` and `git config user.email ADDRESS`"


async def plan_landing(job: Job, tree: str) -> tuple[ev.Event, ...]:
    """The intent to land `tree`, a new candidate if the target moved, or what stands in the way."""
    who = await job.outside.repository.identity()
    if who is None:
        return (ev.LandingBlocked("identity", f"git knows no author; {IDENTITY_HINT}"),)
    state = job.state
    way = state.way or job.loop.landing.way
    target = job.loop.landing.target or state.target
    if way == "patch":
        return await _plan_patch(job, tree)
    if way == "branch" or target is None:
        return await _plan_branch(job, tree, who)
    ref = f"refs/heads/{target}"
    tip = await job.outside.repository.resolve(ref)
    if tip is None:
        branch = await _park_on_branch(job, tree, who)
        detail = (
            f"branch {target} is gone; the result is on {branch}: "
            f"`looptui promote {state.id} --to branch` leaves it there"
        )
        return (ev.LandingBlocked("missing", detail, branch),)
    if tip != (state.merged_onto or state.base):
        moved = await _merge(job, tree, tip, who, way, ref)
        if moved is not None:
            return moved
    return (await _planned(job, way, ref, tip, tree, who),)


async def publish(job: Job) -> tuple[ev.Event, ...]:
    """Move the ref; whatever happened before a crash, it is moved exactly once."""
    landing = job.state.landing
    assert landing is not None
    if landing.way == "patch":
        return await _write_patch(job)
    moved = await job.outside.repository.publish(landing.ref, landing.commit, landing.old)
    if moved.outcome in ("moved", "already"):
        return (ev.Landed(landing.way, landing.ref, landing.commit, moved.detail),)
    if moved.outcome == "raced" and await _has_moved(job):
        return (ev.LandingBlocked("moved", "the target moved meanwhile"),)
    who = await job.outside.repository.identity()
    branch = await _park_on_branch(job, landing.tree, who) if who else None
    return (_blocked(job.state, moved, branch),)


async def _has_moved(job: Job) -> bool:
    """Where it has not, git could not move it, and would not the next time either."""
    landing = job.state.landing
    assert landing is not None
    return await job.outside.repository.resolve(landing.ref) != landing.old


async def tidy(job: Job) -> tuple[ev.Event, ...]:
    """Remove the worktree and our refs; unlanded work stays under a rescue ref."""
    state, repository = job.state, job.outside.repository
    kept = keeps_worktree(state)
    now = await files_now(repository, job.workspace) if state.worktree and not kept else None
    await repository.forget(state.id)
    rescued = await rescue(
        repository, state.id, state.base, unlanded(state, now), int(state.created)
    )
    if state.worktree is not None and not kept:
        await repository.remove(job.workspace)
    await asyncio.to_thread(sweep, job.exports, state.id)
    if job.environment.exists():
        await asyncio.to_thread(remove, job.environment)
    return (ev.WorktreeRemoved(rescued, kept),)


async def _planned(
    job: Job, way: str, ref: str, tip: str, tree: str, who: Identity
) -> ev.LandingPlanned:
    when = int(job.outside.clock.now())
    parents = [tip]
    if way == "merge":
        side = await _commit(job, tree, [job.state.merged_onto or job.state.base], who, when)
        parents = [tip, side]
    commit = await _commit(job, tree, parents, who, when)
    return ev.LandingPlanned(way, ref, tip, commit, tree)


async def _plan_branch(job: Job, tree: str, who: Identity) -> tuple[ev.Event, ...]:
    ref = f"refs/heads/{branch_of(job.loop.name, job.state.id)}"
    when = int(job.outside.clock.now())
    commit = await _commit(job, tree, [job.state.merged_onto or job.state.base], who, when)
    old = await job.outside.repository.resolve(ref)
    return (ev.LandingPlanned("branch", ref, old, commit, tree),)


async def _merge(
    job: Job, tree: str, tip: str, who: Identity, way: str, ref: str
) -> tuple[ev.Event, ...] | None:
    """The target moved: a merged candidate, a conflict, or the change is there already.

    None when the merge changes nothing of the candidate.
    """
    repository, base = job.outside.repository, job.state.merged_onto or job.state.base
    side = await _commit(job, tree, [base], who, int(job.outside.clock.now()))
    merge = await repository.merge(base, tip, side)
    if merge.tree is None:
        branch = await _park_on_branch(job, tree, who)
        paths = ", ".join(merge.conflicts[:5])
        detail = (
            f"conflicts with {ref.removeprefix('refs/heads/')} in {paths}; the result is on "
            f"{branch}: merge that by hand, then `looptui promote {job.state.id}`"
        )
        return (ev.LandingBlocked("conflict", detail, branch),)
    if merge.tree == await repository.tree_of(tip):
        return (ev.Landed(way, ref, tip, "it has the same change already"),)
    return None if merge.tree == tree else (ev.TargetMoved(tip, merge.tree),)


async def _park_on_branch(job: Job, tree: str, who: Identity) -> str:
    """Keep the approved result on the run's own branch, and name it."""
    branch = branch_of(job.loop.name, job.state.id)
    ref = f"refs/heads/{branch}"
    onto = job.state.merged_onto or job.state.base
    commit = await _commit(job, tree, [onto], who, int(job.state.created))
    await job.outside.repository.publish(ref, commit, await job.outside.repository.resolve(ref))
    return branch


def _blocked(state: RunState, moved: Publication, branch: str | None) -> ev.LandingBlocked:
    where = f"; the result is on {branch}" if branch else ""
    target = state.landing.ref.removeprefix("refs/heads/") if state.landing else "the target"
    advice = f"clear it, then `looptui promote {state.id}`"
    if moved.outcome == "missing":
        return ev.LandingBlocked("missing", f"{target} is gone{where}", branch)
    reason = "failed" if moved.outcome == "raced" else "dirty"
    return ev.LandingBlocked(reason, f"{target}: {moved.detail}{where}; {advice}", branch)


async def _plan_patch(job: Job, tree: str) -> tuple[ev.Event, ...]:
    path = job.outside.state_dir / "patches" / f"{job.loop.name}-{job.state.id}.patch"
    return (ev.LandingPlanned("patch", str(path), None, tree, tree),)


async def _write_patch(job: Job) -> tuple[ev.Event, ...]:
    landing = job.state.landing
    assert landing is not None
    patch = await job.outside.repository.diff(await job.beneath(landing.tree), landing.tree)
    path = Path(landing.ref)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(patch)
    draft.replace(path)
    return (ev.Landed("patch", str(path), landing.tree, "apply it with `git apply`"),)


async def _commit(job: Job, tree: str, parents: list[str], who: Identity, when: int) -> str:
    head = (await job.outside.store.checkpoint()).head
    return await job.outside.repository.commit(tree, parents, _message(job, head), who, when)


def _message(job: Job, audit_head: str) -> str:
    """Subject, goal, trailers. An approver is named only after a person's key press."""
    state, loop = job.state, job.loop
    subject = loop.title or loop.goal.text.strip().splitlines()[0]
    trailers = [
        f"Loop-Id: {state.id}",
        f"Loop-Iteration: {len(state.iterations)}",
        f"Gates: {', '.join(f'{e.gate}={e.state}' for e in state.proof)}",
        *([f"Hunks: {state.picking.hunks}"] if state.picking else []),
        f"Assisted-by: {loop.maker.agent}",
        f"Audit: {audit_head}",
    ]
    if state.approved_by.startswith("human:"):
        trailers.append(f"Approved-by: {state.approved_by.removeprefix('human:')}")
    return f"{subject[:72]}\n\n" + "\n".join(trailers) + "\n"
