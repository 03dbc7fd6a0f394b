"""The check-up: what is missing for loops to run here, each with one thing to do about it.

Nothing of the user's is changed. The state directory is made if it is not there, and a database
of an older looptui is upgraded (its backup stays), as the first run would do.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from looptui import config, paths
from looptui.adapters.repository import GitRepository
from looptui.adapters.repository import home as users
from looptui.errors import ConfigError, LooptuiError, RepoError
from looptui.ports import Checkout
from looptui.projections.figures import plural, size
from looptui.wire import machine
from looptui.wire.machine import Finding, failed

__all__ = ["Finding", "examine"]

_ENOUGH = 1 << 30
_TOO_LITTLE = 100 << 20
"""Bytes of free space."""


async def examine(directory: Path) -> list[Finding]:
    """Everything worth knowing, the machine first; works outside of a repository too."""
    git = await machine.git()
    confined, box = await asyncio.to_thread(machine.sandbox)
    agents, pytest = await asyncio.gather(machine.agents(), machine.pytest(box))
    findings = [machine.python(), git, confined, machine.sqlite(), pytest, *agents]
    findings += [machine.keys(), machine.terminal()]
    root = _root(directory)
    findings += [_settings(root), *_state(root)]
    if git.state == "fail":
        return findings
    return [*findings, *await _repository(directory, root)]


def _root(directory: Path) -> Path | None:
    try:
        return paths.repo_root(directory)
    except RepoError:
        return None


def _settings(root: Path | None) -> Finding:
    try:
        loaded = config.load(root)
    except ConfigError as error:
        return failed("settings", error)
    if loaded.warnings:
        text = "; ".join(f"{one.file}:{one.line}: {one.message}" for one in loaded.warnings)
        return Finding("settings", "warn", text, "See `looptui config show --origin`.")
    return Finding("settings", "ok", f"read from {paths.user_config()} and the repository")


# --- state -------------------------------------------------------------------------------------


def _state(root: Path | None) -> list[Finding]:
    """The state directory and the database in it; outside a repository where it would be."""
    try:
        place = paths.home() if root is None else paths.repo_state(root)
        paths.ensure_private(place, root)
    except LooptuiError as error:
        return [failed("state", error)]
    found = [_space(place)]
    if root is None:
        return found
    database = _database(paths.state_db(place))
    from looptui.wire.mending import leftovers

    return [*found, database, *([leftovers(place)] if database.state == "ok" else [])]


def _space(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    text = f"{place}: private, {size(free)} free"
    if free < _ENOUGH:
        state: machine.State = "fail" if free < _TOO_LITTLE else "warn"
        return Finding("state", state, text, "Free some space, or set LOOPTUI_HOME elsewhere.")
    return Finding("state", "ok", text)


def _database(path: Path) -> Finding:
    from looptui.store.opening import open_writer

    if not path.exists():
        return Finding("database", "ok", "none yet; the first run makes it")
    try:
        connection = open_writer(path, create=False)
        events = connection.execute("SELECT size FROM tree").fetchone()[0]
        connection.close()
    except LooptuiError as error:
        return failed("database", error)
    return Finding("database", "ok", f"{plural(events, 'event')}, as their checkpoint says")


# --- the repository ----------------------------------------------------------------------------


async def _repository(directory: Path, root: Path | None) -> list[Finding]:
    if root is None:
        return [_no_repository(directory)]
    try:
        state = paths.ensure_private(paths.repo_state(root), root)
        repository = GitRepository.discover(root, state)
    except LooptuiError as error:
        return [failed("repository", error)]
    try:
        return [_checkout(await repository.checkout()), await _identity(repository)]
    except LooptuiError as error:
        return [failed("repository", error)]
    finally:
        repository.close()


def _no_repository(directory: Path) -> Finding:
    try:
        users.find(directory)
    except LooptuiError as error:
        bare = "bare" in error.message
        return Finding("repository", "fail" if bare else "warn", error.message, error.hint)
    return Finding("repository", "warn", "no checkout here", "Start looptui in a checkout.")


def _checkout(checkout: Checkout) -> Finding:
    words = [f"on {checkout.branch}" if checkout.branch else "HEAD is detached (fine)"]
    words.append(f"at {checkout.commit[:12]}")
    if checkout.dirty:
        words.append(f"uncommitted paths: {len(checkout.dirty)} (fine, but not part of a run)")
    if checkout.submodules:
        words.append(f"submodules: {len(checkout.submodules)} (left as they are)")
    if checkout.lfs:
        words.append("Git LFS (pointers stay pointers)")
    return Finding("repository", "ok", ", ".join(words))


async def _identity(repository: GitRepository) -> Finding:
    who = await repository.identity()
    if who is not None:
        return Finding("identity", "ok", f"{who.name} <{who.email}>")
    fix = "git config --global user.name NAME; git config --global user.email ADDRESS"
    return Finding("identity", "fail", "git knows no author, so nothing can land", fix)
