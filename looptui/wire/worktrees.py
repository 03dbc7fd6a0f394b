"""The worktrees of a repository's runs: which there are, and letting go of those nobody needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from looptui import paths
from looptui.adapters.repository import GitRepository, Unrepresentable, WorkspaceLost
from looptui.core import events as ev
from looptui.engine.files import sweep
from looptui.engine.recorder import Recorder
from looptui.engine.rescue import rescue, unlanded
from looptui.engine.steps.context import Job
from looptui.errors import LeaseHeld
from looptui.ports import Workspace
from looptui.removing import remove
from looptui.store.leases import Leases
from looptui.store.reader import Reader
from looptui.wire import views
from looptui.wire.desk import Desk
from looptui.wire.ids import person

UNKNOWN = "unknown"
"""The state of a run that the log does not have."""


@dataclass(frozen=True, slots=True)
class Worktree:
    """A worktree on disk, with what is known of its run."""

    run: str
    loop: str
    state: str
    path: str
    size: int
    """Bytes."""
    dirty: bool
    """It holds work that is in no candidate; also when that cannot be told."""
    driven: bool
    """A process works in it."""
    ended: bool
    """Its run has ended, or nobody knows of one."""

    @property
    def why_kept(self) -> str:
        """Why it must stay; empty where it may go."""
        if self.driven:
            return "a process drives its run"
        return "" if self.ended else f"its run has not ended ({self.state})"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of a worktree."""

    run: str
    removed: bool
    kept_because: str = ""
    rescued: str | None = None
    """The ref that holds its unlanded work."""


async def listed(root: Path) -> tuple[Worktree, ...]:
    """Every worktree of the repository at `root`; makes nothing where looptui never ran."""
    state_dir = paths.repo_state(root)
    if not paths.worktrees(state_dir).is_dir():
        return ()
    repository = GitRepository.discover(root, state_dir)
    reader = Reader(paths.state_db(state_dir))
    leases = Leases(state_dir / "leases")
    try:
        known = {view.id: view for view in views.runs(reader)}
        found = []
        for entry in await repository.inventory():
            view = known.get(entry.run)
            found.append(
                Worktree(
                    run=entry.run,
                    loop=view.loop if view else "",
                    state=view.state if view else UNKNOWN,
                    path=str(entry.path),
                    size=entry.size,
                    dirty=entry.dirty,
                    driven=leases.holder(entry.run) is not None,
                    ended=view is None or view.ended,
                )
            )
        return tuple(found)
    finally:
        reader.close()
        repository.close()


async def clean(desk: Desk, worktree: Worktree) -> Cleaned:
    """Remove a worktree under the lease of its run, unlanded work kept under rescue refs first.

    What cannot be kept, or is needed after all, stays as it is, with the reason.
    """
    if worktree.why_kept:
        return Cleaned(worktree.run, False, worktree.why_kept)
    try:
        lease = desk.store.leases.acquire(worktree.run)
    except LeaseHeld:
        return Cleaned(worktree.run, False, "a process drives its run")
    try:
        return await _clean(desk, worktree)
    except (WorkspaceLost, Unrepresentable) as error:
        reason = f"its files cannot be kept: {error.message}; look at {worktree.path}"
        return Cleaned(worktree.run, False, reason)
    finally:
        lease.release()


async def _clean(desk: Desk, worktree: Worktree) -> Cleaned:
    recorder = None if worktree.state == UNKNOWN else await desk.load(worktree.run)
    if recorder is not None and not recorder.state.terminal:
        return Cleaned(worktree.run, False, f"its run has not ended ({recorder.state.status})")
    workspace = Workspace(worktree.run, Path(worktree.path))
    tree = await desk.repository.capture(workspace)
    state = recorder.state if recorder else None
    wanted = unlanded(state, tree) if state else [tree]
    await desk.repository.forget(worktree.run)
    base = state.base if state else None
    rescued = await rescue(desk.repository, worktree.run, base, wanted, int(desk.clock.now()))
    await desk.repository.remove(workspace)
    if recorder is not None:
        await _record(desk, recorder, rescued)
    return Cleaned(worktree.run, True, rescued=rescued)


async def _record(desk: Desk, recorder: Recorder, rescued: str | None) -> None:
    """Let go of what else the run had on disk, and say in the log that it is gone."""
    job = Job(recorder, desk.outside)
    await asyncio.to_thread(sweep, job.exports, recorder.state.id)
    if job.environment.exists():
        await asyncio.to_thread(remove, job.environment)
    if recorder.state.worktree is not None or not recorder.state.removed:
        await recorder.append(ev.WorktreeRemoved(rescued), actor=person())
