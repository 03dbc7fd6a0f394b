"""The repository port: each method runs its git commands in a private pool of threads."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from looptui.adapters.repository import (
    capture,
    diffing,
    landing,
    leftovers,
    picking,
    refs,
    trees,
    upkeep,
    worktree,
)
from looptui.adapters.repository import home as users
from looptui.adapters.repository.checkouts import Seat, dirty_paths, viewed
from looptui.adapters.repository.runner import require_git, run
from looptui.adapters.repository.shadow import Shadow, Site, prepare, site_of
from looptui.adapters.repository.worktree import WorktreeEntry
from looptui.ports import Checkout, FileChange, Identity, Merge, Publication, Workspace

MOST_DIRTY = 1000
"""Dirty paths that are listed; one more than a person will read."""

KNOWN_CHANGES = 32
"""Comparisons of two trees that are remembered: trees never change, and each gate asks again."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class GitRepository:
    """All git on our side, on a git directory of our own beside the user's.

    Methods may be called for many runs at once. Those that change one run's worktree wait for each
    other. A cancelled method ends when its git command has.
    """

    def __init__(self, shadow: Shadow) -> None:
        self.root = shadow.home.root
        self._shadow = shadow
        self._turns: dict[str, asyncio.Lock] = {}
        self._changes: dict[tuple[str, str], tuple[FileChange, ...]] = {}
        self._pool = ThreadPoolExecutor(2 + (os.cpu_count() or 2), "git")

    @classmethod
    def discover(cls, path: Path, state: Path) -> Self:
        """The repository around `path`, with our git directory below `state`.

        Raises `RepoError` where there is no fit repository, `EnvironmentUnfit` without a fit git.
        """
        require_git()
        return cls(prepare(users.find(path), state))

    def close(self) -> None:
        """Let the threads go; methods called afterwards fail."""
        self._pool.shutdown(wait=True)

    # --- the user's repository ---------------------------------------------------------------

    async def checkout(self) -> Checkout:
        """The user's checkout; looking at it writes nothing there."""
        return await self._work(_checkout, self._shadow)

    async def identity(self) -> Identity | None:
        return await self._work(users.identity, self._shadow.home)

    async def resolve(self, ref: str) -> str | None:
        return await self._work(refs.resolve, self._shadow.home, ref)

    async def keep(self, run: str, name: str, oid: str) -> None:
        await self._work(refs.keep, self._shadow, run, name, oid)

    async def forget(self, run: str) -> None:
        await self._work(refs.forget, self._shadow, run)

    async def publish(self, ref: str, new: str, old: str | None) -> Publication:
        return await self._work(landing.published, self._shadow, ref, new, old)

    # --- worktrees ---------------------------------------------------------------------------

    async def open(self, run: str, tree: str, commit: str) -> Workspace:
        site = site_of(self._shadow, run)
        await self._in_turn(site, worktree.opened, self._shadow, site, tree, commit)
        return Workspace(run, site.work)

    async def reset(self, workspace: Workspace, tree: str) -> None:
        """Raises `WorkspaceLost` where there is nothing to reset; `open` helps."""
        site = site_of(self._shadow, workspace.run)
        await self._in_turn(site, worktree.reset, self._shadow, site, tree)

    async def capture(self, workspace: Workspace) -> str:
        """The tree of the files; raises `WorkspaceLost` or `Unrepresentable`.

        A repository within is captured as plain files; submodules stay as they were.
        """
        site = site_of(self._shadow, workspace.run)
        return await self._in_turn(site, _captured, self._shadow, site)

    async def live_diff(self, workspace: Workspace, base: str) -> bytes:
        """Raises `WorkspaceLost`, and `Unrepresentable` for what no tree can hold."""
        site = site_of(self._shadow, workspace.run)
        return await self._work(_live_diff, self._shadow, site, base)

    async def share(self, workspace: Workspace, paths: Sequence[str]) -> None:
        """From now on `reset` keeps these untracked paths and `capture` leaves them out."""
        site = site_of(self._shadow, workspace.run)
        await self._in_turn(site, worktree.share, site, paths)

    async def untracked(self, workspace: Workspace) -> tuple[str, ...]:
        site = site_of(self._shadow, workspace.run)
        return await self._work(worktree.untracked, self._shadow, site)

    async def remove(self, workspace: Workspace) -> None:
        site = site_of(self._shadow, workspace.run)
        await self._in_turn(site, worktree.removed, self._shadow, site)

    async def inventory(self) -> list[WorktreeEntry]:
        """Every worktree on disk, also of runs that nobody knows."""
        return await self._work(worktree.inventory, self._shadow)

    async def sweep_locks(self, run: str) -> None:
        """Clear what a dead driver of this run left; only with the lease of the run in hand."""
        site = site_of(self._shadow, run)
        await self._in_turn(site, leftovers.sweep, self._shadow, site)

    async def stored(self) -> upkeep.Stored:
        """What our git directory holds."""
        return await self._work(upkeep.stored, self._shadow)

    async def repack(self, *, forget: bool) -> None:
        """Pack our git directory; `forget` lets old objects go, when every run has ended."""
        await self._work(lambda: upkeep.repack(self._shadow, forget=forget))

    def agent_dir(self, workspace: Workspace) -> Path:
        """The throw-away git directory that the run's agent may write in."""
        return site_of(self._shadow, workspace.run).agent

    def object_stores(self) -> tuple[Path, ...]:
        """Directories an agent must be able to read for `git` to work in its worktree."""
        return (self._shadow.git_dir / "objects", *self._shadow.stores)

    # --- trees and commits -------------------------------------------------------------------

    async def tree_of(self, commit: str) -> str:
        return await self._work(trees.tree_of, self._shadow, commit)

    async def changes(self, old: str, new: str) -> tuple[FileChange, ...]:
        key = (old, new)
        if key not in self._changes:
            while len(self._changes) >= KNOWN_CHANGES:
                del self._changes[next(iter(self._changes))]
            self._changes[key] = await self._work(diffing.changes, self._shadow, old, new)
        return self._changes[key]

    async def diff(self, old: str, new: str, *, context: int = 3) -> bytes:
        return await self._work(diffing.diff, self._shadow, old, new, context)

    async def read(self, tree: str, path: str) -> bytes | None:
        return await self._work(trees.read, self._shadow, tree, path)

    async def blobs(self, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        return await self._work(trees.blobs, self._shadow, tree, paths) if paths else {}

    def blobs_now(self, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        """The same in the caller's thread, for those who read in one of their own."""
        return trees.blobs(self._shadow, tree, paths) if paths else {}

    def head_now(self) -> str | None:
        """The commit that is checked out, asked in the caller's thread; None before the first."""
        return refs.resolve(self._shadow.home, "HEAD")

    async def pick(self, base: str, tree: str, parts: Sequence[int]) -> str:
        """Raises `UsageError` for numbers that the change has not, `RepoError` where git cannot."""
        return await self._work(picking.picked, self._shadow, base, tree, parts)

    async def overlay(self, tree: str, base: str, paths: Sequence[str]) -> str:
        return await self._work(trees.overlay, self._shadow, tree, base, paths)

    async def export(self, tree: str, into: Path) -> None:
        await self._work(trees.export, self._shadow, tree, into)

    async def merge(self, base: str, ours: str, theirs: str) -> Merge:
        return await self._work(trees.merge, self._shadow, base, ours, theirs)

    async def commit(
        self, tree: str, parents: Sequence[str], message: str, who: Identity, when: int
    ) -> str:
        return await self._work(trees.commit, self._shadow, tree, parents, message, who, when)

    async def is_ancestor(self, commit: str, of: str) -> bool:
        return await self._work(trees.is_ancestor, self._shadow, commit, of)

    # --- threads -----------------------------------------------------------------------------

    async def _in_turn(
        self, site: Site, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        async with self._turns.setdefault(site.run, asyncio.Lock()):
            return await self._work(call, *args, **kwargs)

    async def _work(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call it in a thread. A git command cannot be left half done, so a cancel waits for it."""
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._pool, lambda: call(*args, **kwargs))
        cancelled = None
        while not done.done():
            try:
                await asyncio.wait([done])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            done.exception()
            raise cancelled
        return done.result()


def _captured(shadow: Shadow, site: Site) -> str:
    worktree.require(site)
    return capture.captured(shadow, site)


def _live_diff(shadow: Shadow, site: Site, base: str) -> bytes:
    worktree.require(site)
    return diffing.live_diff(shadow, site, base)


def _checkout(shadow: Shadow) -> Checkout:
    home = shadow.home
    asked = ("HEAD", "HEAD^{tree}", "--symbolic-full-name", "HEAD")
    commit, tree, ref = run(home.place(), "rev-parse", *asked).text().split("\n")
    branch = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else None
    with viewed(shadow, Seat(home.root, home.git_dir, ref)) as view:
        dirty = dirty_paths(view, untracked=True)
    submodules, lfs = trees.submodules(shadow, tree)
    return Checkout(home.root, commit, tree, branch, tuple(dirty[:MOST_DIRTY]), submodules, lfs)
