"""The worktree of a run and the environment in which maker and gates work."""

from __future__ import annotations

import asyncio
import hashlib
import shutil

from looptui import proc
from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.engine.files import copy_paths, digest_of, lay, set_aside
from looptui.engine.steps.context import Job
from looptui.ports import Confinement
from looptui.removing import remove

_OUTPUT = 16 * 1024


async def open_worktree(job: Job) -> tuple[ev.Event, ...]:
    """A fresh worktree on the base; the base commit is kept alive in the user's repository."""
    repository, state = job.outside.repository, job.state
    await repository.keep(state.id, "base", state.base)
    workspace = await repository.open(state.id, state.base_tree, state.base)
    return (ev.WorktreeOpened(str(workspace.path), state.base_tree),)


async def setup(job: Job) -> tuple[ev.Event, ...]:
    """Copy what is shared, run the setup commands, and set aside what is there then.

    Copied twice, no more: the maker has one copy, which it may change, and gates have the other.
    """
    spec = job.loop.workspace.setup
    if job.environment.exists():
        await asyncio.to_thread(remove, job.environment)
    started = job.outside.clock.ticks()
    if not (spec.argv or spec.share or spec.share_with_gates):
        return (ev.SetupFinished(True, 0.0, _key(job, "")),)
    job.environment.mkdir(mode=0o700, parents=True)
    first = job.workspace.path if spec.argv else job.environment
    missing = await asyncio.to_thread(copy_paths, job.outside.repository.root, spec.share, first)
    if missing:
        reason = f"cannot share {', '.join(missing)}: not in the checkout"
        return (ev.SetupFinished(False, 0.0, "", reason),)
    if not spec.argv:
        await lay(job.environment, job.workspace.path)
    failed, output = await _commands(job)
    seconds = job.outside.clock.ticks() - started
    kept = await job.outside.store.put(output.encode()) if output else None
    if failed:
        return (ev.SetupFinished(False, seconds, "", failed, kept),)
    await _set_aside(job)
    digest = await asyncio.to_thread(digest_of, job.environment)
    return (ev.SetupFinished(True, seconds, _key(job, digest), output=kept),)


async def _commands(job: Job) -> tuple[str, str]:
    """Why a setup command failed, or nothing, and what they all printed."""
    printed = []
    spec = job.loop.workspace.setup
    for argv in spec.argv:
        with job.outside.sandbox.launch(
            argv,
            cwd=job.workspace.path,
            env=job.outside.child_env(job.state.id, spec.env, network=True),
            confinement=Confinement(
                writable=(job.workspace.path,),
                readable=job.outside.visible,
                pinned=(job.workspace.path / ".git",),
                stands_for=(job.outside.repository.root,),
                network=True,
            ),
        ) as launch:
            ended = await proc.run(
                launch.argv,
                cwd=launch.cwd,
                env=launch.env,
                owns_tree=launch.owns_tree,
                seconds=spec.timeout,
                keep_tail=_OUTPUT,
            )
        printed.append(job.outside.scrub.text(ended.output))
        if ended.reason != "exit" or ended.exit_code != 0:
            return f"{' '.join(argv)} {_ending(ended)}", printed[-1]
    return "", "\n".join(printed)


def _ending(ended: proc.Ended) -> str:
    match ended.reason:
        case "missing":
            return f"could not be started: {ended.output.strip()}"
        case "timeout":
            return f"took longer than {ended.seconds:.0f} s"
        case "exit":
            last = ended.output.strip().rpartition("\n")[2][:200]
            return f"ended with {ended.exit_code}" + (f": {last}" if last else "")
    return f"was ended: {ended.reason}"


async def _set_aside(job: Job) -> None:
    """Copy what setup made (paths that are not in the base) to the environment, and share it.

    Where no command ran, what was shared is all there is, and it is there already.
    """
    made = await job.outside.repository.untracked(job.workspace)
    if job.loop.workspace.setup.argv:
        await asyncio.to_thread(set_aside, job.workspace.path, made, job.environment)
    await job.outside.repository.share(job.workspace, made)


def _key(job: Job, digest: str) -> str:
    """Digest of the environment: what was shared and made, how, and by which interpreter."""
    facts = [digest, encode(job.loop.workspace.setup), shutil.which("python3") or ""]
    return hashlib.sha256(dumps(facts).encode()).hexdigest()
