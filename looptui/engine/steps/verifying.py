"""One gate on a clean export of a tree, with protected paths as they are beneath its change."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path

from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.core.effects import RunGate
from looptui.core.spec import GateSpec
from looptui.core.state import evidence
from looptui.engine.files import copy_paths, lay, lay_out, throwaway
from looptui.engine.lacking import lacking
from looptui.engine.steps.again import Twice, in_force, twice
from looptui.engine.steps.context import Job
from looptui.engine.steps.holding import Held, held, seal
from looptui.engine.steps.looking import look_through
from looptui.engine.steps.making import touched_protected
from looptui.ports import Confinement, FileChange, GateResult, GateTask

_MAX_FAILING = 20


async def run_gate(job: Job, effect: RunGate) -> tuple[ev.Event, ...]:
    """What the gate says of the tree; known evidence for the same key is used again."""
    asked = next(one for one in job.loop.gates if one.id == effect.gate)
    hidden = await asyncio.to_thread(held, job, asked)
    spec = await in_force(job, hidden.spec)
    beneath = await job.beneath(effect.tree)
    await look_through(job, effect.tree, beneath, effect.iteration)
    key = _key(job, spec, effect.tree, beneath, hidden.digest)
    known = job.recorder.evidence.get(key)
    if known is not None:
        return (replace(known, iteration=effect.iteration, cached=True),)
    changes = await job.outside.repository.changes(beneath, effect.tree)
    expected = await _expected(job, spec, beneath)

    async def check(gate: GateSpec) -> GateResult:
        return await _check(job, gate, effect.tree, beneath, changes, expected, hidden)

    seen = await twice(job, effect, spec, await check(spec), check)
    seen = await seal(job, seen) if spec.held_out else seen
    finished = await _finished(job, effect, seen, key, expected)
    return (finished,) if seen.flake is None else (seen.flake, finished)


def _key(job: Job, spec: GateSpec, tree: str, beneath: str, held_out: str) -> str:
    facts = [tree, beneath, encode(spec), job.state.environment, held_out]
    return hashlib.sha256(dumps(facts).encode()).hexdigest()


async def _expected(job: Job, spec: GateSpec, beneath: str) -> tuple[str, ...]:
    """Test ids that ran on the base; empty while the base itself is measured.

    Files of tests that the target has changed since are its own to say what runs in them.
    """
    base = evidence(job.state.baseline, spec.id)
    if base is None or base.report is None:
        return ()
    report = json.loads(await job.outside.store.get(base.report))
    ids = tuple(report["passed"]) + tuple(report["failed"])
    moved = await job.outside.repository.changes(job.state.base_tree, beneath)
    theirs = {path for change in moved for path in (change.path, change.old_path)}
    return tuple(test for test in ids if test.partition("::")[0] not in theirs)


async def _check(
    job: Job,
    spec: GateSpec,
    tree: str,
    beneath: str,
    changes: tuple[FileChange, ...],
    expected: tuple[str, ...],
    hidden: Held,
) -> GateResult:
    if hidden.problem:
        return GateResult("unavailable", 0.0, hidden.problem, blameless=True)
    repository, outside = job.outside.repository, job.outside
    pinned = touched_protected(job, changes)
    judged = await repository.overlay(tree, beneath, pinned) if pinned else tree
    async with throwaway(job.exports, job.state.id) as directory:
        export, scratch = directory / "tree", directory / "report"
        export.mkdir()
        scratch.mkdir()
        laid: tuple[tuple[Path, Path], ...] = ()
        if spec.kind == "command":
            await repository.export(judged, export)
            laid = await _environment(job, export)
        task = GateTask(
            spec=spec,
            tree=tree,
            export=export,
            scratch=scratch,
            changes=changes,
            expected=expected,
            confinement=Confinement(
                writable=(export, scratch),
                readable=(*outside.visible, *hidden.places),
                stands_for=(repository.root, job.workspace.path),
                laid=laid,
            ),
            env=outside.child_env(job.state.id, spec.env),
            seconds=spec.timeout,
        )
        result = await outside.gate(spec.kind).run(task, outside.sandbox)
        if result.state == "pass" or evidence(job.state.baseline, spec.id) is not None:
            return result
        return await asyncio.to_thread(_explained, task, result, repository.root)


def _explained(task: GateTask, result: GateResult, checkout: Path) -> GateResult:
    """A gate that runs for the first time, red for want of what only the checkout has.

    It says nothing about the tree then, and the words say what to share.
    """
    if task.spec.kind != "command":
        return result
    changed = [path for change in task.changes for path in (change.path, change.old_path) if path]
    laid = [place.relative_to(task.export).as_posix() for _, place in task.confinement.laid]
    paths = lacking(result.output, checkout, task.export, [*changed, *laid])
    if not paths:
        return result
    them = "it" if len(paths) == 1 else "them"
    words = (
        f"it misses {', '.join(paths)}: your checkout has {them}, a clean export of the commit has"
        f" not; add {them} to share of [workspace], or let setup make {them}"
    )
    return replace(result, state="unavailable", summary=words)


async def _environment(job: Job, export: Path) -> tuple[tuple[Path, Path], ...]:
    """Lay the environment over an export; what is left to the sandbox comes back."""
    only_gates = job.loop.workspace.setup.share_with_gates
    if only_gates:
        root = job.outside.repository.root
        await asyncio.to_thread(copy_paths, root, only_gates, export)
    place = job.environment
    if place.is_dir() and await asyncio.to_thread(job.outside.sandbox.lays, place):
        return await lay_out(place, export)
    await lay(place, export)
    return ()


async def _finished(
    job: Job, effect: RunGate, seen: Twice, key: str, expected: tuple[str, ...]
) -> ev.GateFinished:
    store, result = job.outside.store, seen.result
    ids = {"passed": result.passed, "failed": result.failed, "skipped": result.skipped}
    report = await store.put(dumps(encode(ids)).encode()) if any(ids.values()) else None
    return ev.GateFinished(
        iteration=effect.iteration,
        gate=effect.gate,
        tree=effect.tree,
        state=result.state,
        seconds=round(result.seconds, 3),
        summary=result.summary[:300],
        share=_share(result, expected),
        passed=len(result.passed),
        failed=len(result.failed),
        failing=tuple(test[:200] for test in result.failed[:_MAX_FAILING]),
        signature=result.signature[:200],
        output=await store.put(job.outside.scrub.text(result.output).encode())
        if result.output
        else None,
        report=report,
        key=key,
        blameless=result.blameless,
        flaky=seen.flake.tests if seen.flake else (),
        sealed=seen.sealed,
    )


def _share(result: GateResult, expected: tuple[str, ...]) -> float:
    """Of the tests that ran on the base (or else of those that ran now), those that pass."""
    if result.state == "pass":
        return 1.0
    known = set(expected) or {*result.passed, *result.failed}
    return round(len(known & set(result.passed)) / len(known), 6) if known else 0.0
