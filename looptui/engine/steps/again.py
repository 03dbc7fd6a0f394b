"""A red gate once more on the same tree, and what two runs say together."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from looptui.core import events as ev
from looptui.core.effects import RunGate
from looptui.core.flaking import STREAM, Said, patience, set_aside, tolerant, wavering, worth_again
from looptui.core.spec import GateSpec
from looptui.core.state import evidence
from looptui.engine.recorder import as_record
from looptui.engine.steps.context import Job
from looptui.ports import GateResult

_MOST = 20
Run = Callable[[GateSpec], Awaitable[GateResult]]


@dataclass(frozen=True, slots=True)
class Twice:
    """What is to be recorded of a gate that may have run twice."""

    result: GateResult
    flake: ev.FlakeFound | None = None
    sealed: str | None = None
    """Blob: what only people may read of it."""


async def in_force(job: Job, spec: GateSpec) -> GateSpec:
    """The gate with what people set aside meanwhile."""
    stream = [as_record(stored).event for stored in await job.outside.store.read(STREAM)]
    return tolerant(spec, set_aside(stream).keys())


async def twice(job: Job, effect: RunGate, spec: GateSpec, first: GateResult, run: Run) -> Twice:
    """The result, or where a second run differs what both have in common, as `flaky`."""
    if not effect.iteration:
        return Twice(first)
    base = evidence(job.state.baseline, spec.id)
    on_base: tuple[str, ...] = ()
    if base is not None and base.report is not None:
        on_base = tuple(json.loads(await job.outside.store.get(base.report))["failed"])
    if not worth_again(_said(first), base, on_base, spec):
        return Twice(first)
    second = await run(replace(spec, timeout=patience(spec, first.seconds)))
    differing = wavering(_said(first), _said(second), spec)
    if differing is None:
        return Twice(first)
    tests = ev.fitting(sorted(test[:200] for test in differing), _MOST)
    flake = ev.FlakeFound(
        iteration=effect.iteration,
        gate=spec.id,
        tree=effect.tree,
        first=_words(first),
        second=_words(second),
        tests=tests,
        more=len(differing) - len(tests),
        seconds=round(second.seconds, 3),
    )
    return Twice(_together(first, second, flake), flake)


def _said(result: GateResult) -> Said:
    return Said(result.state, frozenset(result.failed), result.seconds, result.signature)


def _words(result: GateResult) -> str:
    return f"{result.state}, {result.summary}"[:200]


def _together(first: GateResult, second: GateResult, flake: ev.FlakeFound) -> GateResult:
    """The worse of both: a test passes only if it did so twice."""
    count = len(flake.tests) + flake.more
    what = f"{count} flaky: {flake.tests[0]}" if count else "flaky"
    words = f"{what}; on the same tree {first.summary}, then {second.summary}"
    return replace(
        first,
        state="flaky",
        seconds=first.seconds + second.seconds,
        summary=words,
        passed=tuple(test for test in first.passed if test in set(second.passed)),
        failed=tuple(dict.fromkeys((*first.failed, *second.failed))),
    )
