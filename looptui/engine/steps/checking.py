"""The checker's verdict on one tree: asked, read strictly, counted."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field, replace

from looptui.checking import CheckReport, CheckTask
from looptui.core import events as ev
from looptui.core.checks import family
from looptui.core.codec import dumps
from looptui.core.effects import Check
from looptui.core.flaw import Flaw, Judged, fingerprint, worst_first
from looptui.core.judging import WHO, Shown, question
from looptui.core.spec import CheckerSpec
from looptui.core.state import Evidence
from looptui.core.verdict import Counted, Malformed, Vote, counted, decided, read
from looptui.engine.purse import RunPurse
from looptui.engine.steps.context import Job

_MOST_BYTES = 4_000
"""Of findings in an event, which stays under 8 KiB."""
_MOST_REASONS = 600
"""Characters of all reasons about criteria in an event."""


@dataclass(slots=True)
class _Round:
    """All votes on one tree."""

    votes: list[Vote] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    problem: str = ""
    """Why the newest call gave no verdict."""
    model: str = ""


async def check(job: Job, effect: Check) -> tuple[ev.Event, ...]:
    """Ask until the votes decide. The verdict is recorded in the checker's own name."""
    spec = job.loop.checker
    assert spec is not None
    began = time.monotonic()
    shown = await _shown(job, spec, effect.tree)
    prompt = job.outside.scrub.text(question(job.state, shown, secrets.token_hex(6)))
    names = await _namer(job, effect.tree)
    waived = frozenset(one for one, entry in job.state.flaws.items() if entry.state == "waived")
    made = _Round(model=spec.model)
    for _ in range(spec.votes):
        report = await _ask(job, spec, prompt, effect.iteration)
        if (unasked := _unasked(report)) is not None:
            return unasked
        _count(made, report, [one.id for one in job.loop.criteria], names)
        if decided(made.votes, spec.votes, spec.pass_score, waived):
            break
    result = counted(made.votes, spec.votes, spec.pass_score, waived)
    put = job.outside.store.put
    finished = replace(
        _finished(job, spec, effect, made, result),
        seconds=round(time.monotonic() - began, 3),
        prompt=await put(prompt.encode()),
        reply=await put(_safe(job, made)) if made.replies else None,
    )
    await job.recorder.append(finished, actor=f"agent:{job.state.id}/check")
    return ()


def _safe(job: Job, made: _Round) -> bytes:
    return job.outside.scrub.text(dumps(made.replies)).encode()


def _finished(
    job: Job, spec: CheckerSpec, effect: Check, made: _Round, result: Counted
) -> ev.CheckFinished:
    kept = _fitting(worst_first(result.findings))
    failed = result.state == "error"
    words = made.problem if failed else result.summary
    return ev.CheckFinished(
        effect.iteration,
        effect.tree,
        result.state,
        (words or "the votes are even")[:300],
        spec.agent,
        made.model,
        family(made.model),
        score=result.score,
        threshold=spec.pass_score,
        passes=result.passes,
        votes=len(made.votes),
        criteria=_clipped(result.criteria),
        findings=kept,
        left_out=len(result.findings) - len(kept),
    )


def _clipped(criteria: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """With reasons so short that all of them fit into an event."""
    most = _MOST_REASONS // max(1, len(criteria))
    return tuple(replace(one, reason=one.reason[:most]) for one in criteria)


def _count(made: _Round, report: CheckReport, criteria: list[str], names: _Namer) -> None:
    """One more vote, if the call gave one. Malformed, refused or late is never a pass."""
    made.model = report.model or made.model
    if report.outcome != "answered":
        made.problem = report.reason or report.outcome
        return
    made.replies.append(report.answer)
    try:
        made.votes.append(read(report.answer, criteria, names))
    except Malformed as wrong:
        made.problem = f"its answer is no verdict: {wrong}"


def _unasked(report: CheckReport) -> tuple[ev.Event, ...] | None:
    """The question is to be put again later; None where what came counts."""
    abandoned = ev.EffectAbandoned(Check.name, report.reason[:500])
    if report.until is not None:
        return (abandoned, ev.RunParked(report.until, report.reason[:500]))
    if report.stuck:
        return (abandoned, ev.RunPaused(f"the checker: {report.reason}"[:500]))
    no = report.refused
    if no is not None and no.breaker != "iteration":
        return (abandoned, ev.BreakerTripped(no.breaker, no.value, no.limit, no.reason))
    return None


async def _ask(job: Job, spec: CheckerSpec, prompt: str, iteration: int) -> CheckReport:
    outside = job.outside
    purse = RunPurse(job.recorder, outside.store, outside.caps, iteration)
    task = CheckTask(spec.model, WHO, prompt, spec.timeout, purse)
    return await outside.checker(spec.agent).judge(task)


# --- what it is shown -------------------------------------------------------------------------


async def _shown(job: Job, spec: CheckerSpec, tree: str) -> Shown:
    """The change on what is beneath it, and what gates said of exactly this tree."""
    repository = job.outside.repository
    beneath = await job.beneath(tree)
    patch = await repository.diff(beneath, tree)
    gates = job.state.proof
    outputs = {e.gate: await _blob(job, e.output) for e in gates if e.output}
    rubric = await repository.read(job.state.base_tree, spec.rubric) if spec.rubric else b""
    return Shown(
        job.outside.scrub.patch(patch).decode("utf-8", "replace"),
        gates,
        outputs,
        await _tests(job, gates),
        (rubric or b"").decode("utf-8", "replace"),
    )


async def _tests(job: Job, gates: tuple[Evidence, ...]) -> tuple[str, ...]:
    ids: dict[str, None] = {}
    for seen in gates:
        if seen.report:
            report = json.loads(await _blob(job, seen.report))
            ids |= dict.fromkeys((*report["passed"], *report["failed"]))
    return tuple(ids)


async def _blob(job: Job, digest: str) -> str:
    return (await job.outside.store.get(digest)).decode("utf-8", "replace")


# --- findings ---------------------------------------------------------------------------------


class _Namer:
    """Fingerprints of findings in one tree, by the lines that they point at."""

    def __init__(self, lines: dict[str, list[str]]) -> None:
        self._lines = lines

    def __call__(self, file: str, line: int, reason: str) -> str:
        lines = self._lines.get(file, [])
        code = lines[line - 1] if 0 < line <= len(lines) else ""
        return fingerprint(file, code, reason)


async def _namer(job: Job, tree: str) -> _Namer:
    """Knows the lines of the files that the candidate changes."""
    repository = job.outside.repository
    changes = await repository.changes(await job.beneath(tree), tree)
    paths = [change.path for change in changes if change.status != "deleted"]
    contents = await asyncio.gather(*(repository.read(tree, path) for path in paths))
    texts = zip(paths, contents, strict=True)
    return _Namer({p: (c or b"").decode("utf-8", "replace").splitlines() for p, c in texts})


def _fitting(found: list[Flaw]) -> tuple[Flaw, ...]:
    """As many of the first as an event holds."""
    kept: list[Flaw] = []
    left = _MOST_BYTES
    for one in found:
        left -= len(dumps([one.file, one.reason]).encode()) + 90
        if left < 0:
            break
        kept.append(one)
    return tuple(kept)
