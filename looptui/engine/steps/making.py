"""One call of the maker, and the candidate it leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from looptui.cancelling import finished
from looptui.core import events as ev
from looptui.core.breakers import limit_of
from looptui.core.effects import Make
from looptui.core.memory import IN_THIS_RUN, TRIED, tokens
from looptui.core.prompt import Material, Prompt, build
from looptui.core.protect import DEFAULT_GLOBS, is_test_addition, matches
from looptui.core.state import Iteration, standing
from looptui.engine.asking import Permissions
from looptui.engine.files import lay, seal
from looptui.engine.memory_rows import memory_of
from looptui.engine.purse import RunPurse
from looptui.engine.recalling import recalled
from looptui.engine.steps.context import Job
from looptui.errors import Unrepresentable, WorkspaceLost
from looptui.ports import Confinement, FileChange, MakerReport, MakerTask

_CONTEXT_TOKENS = 4000
_MAX_PATHS = 50
_MAX_DIGESTS = 400
"""Of one place: an event stays under 8 KiB."""


async def make(job: Job, iteration: Iteration) -> tuple[ev.Event, ...]:
    """Reset the worktree, build the prompt, call the maker."""
    await _reset(job, iteration.start_tree)
    prompt = await compose(job, iteration)
    await job.recorder.append(
        ev.PromptBuilt(
            iteration.n,
            await job.outside.store.put(prompt.text.encode()),
            prompt.tokens,
            prompt.sections,
            prompt.memory,
            prompt.nudges,
        )
    )
    transcript = _new_transcript(job, iteration.n)
    tried = _tried(job)
    report = await _call(job, iteration, prompt, transcript, tried)
    sealing = asyncio.ensure_future(asyncio.to_thread(seal, transcript))
    await finished(sealing)  # what the call came to is told, also where we are cancelled by now
    digest, size = sealing.result()
    if (unmade := _unmade(report)) is not None:
        return unmade
    ended = ev.MakerFinished(
        iteration.n,
        report.outcome,
        report.exit_code,
        round(report.seconds, 3),
        report.reason[:500],
        report.usage.tokens_in,
        report.usage.tokens_out,
        report.usage.micro_usd,
        digest,
        size,
    )
    breaches = _breaches(iteration.n, report)
    return (ended, *breaches, *_notes(iteration.n, report, tried), *_tripped(report))


def _unmade(report: MakerReport) -> tuple[ev.Event, ...] | None:
    """The call is to be made again later, from the start; None where it counts as it is."""
    abandoned = ev.EffectAbandoned(Make.name, report.reason[:500])
    if report.until is not None:
        return (abandoned, ev.RunParked(report.until, report.reason[:500]))
    if report.stuck:
        return (abandoned, ev.RunPaused(report.reason[:500]))
    if report.outcome == "failed" and (trip := _tripped(report)):
        return (abandoned, *trip)
    return None


def _tripped(report: MakerReport) -> tuple[ev.Event, ...]:
    """The breaker whose limit allowed no other call."""
    no = report.refused
    if no is None or no.breaker == "iteration":
        return ()
    return (ev.BreakerTripped(no.breaker, no.value, no.limit, no.reason),)


async def capture(job: Job, iteration: Iteration) -> tuple[ev.Event, ...]:
    """The candidate: its tree, its diff against the base, and what it may not touch."""
    repository, state = job.outside.repository, job.state
    try:
        tree = await repository.capture(job.workspace)
    except (WorkspaceLost, Unrepresentable) as lost:
        return (ev.CandidateCaptured(iteration.n, iteration.start_tree, lost=lost.message[:500]),)
    changes, patch = await asyncio.gather(
        repository.changes(state.base_tree, tree), repository.diff(state.base_tree, tree)
    )
    denials = tuple(
        ev.PermissionDenied(iteration.n, path, rule) for path, rule in _denied(job, changes)
    )
    captured = ev.CandidateCaptured(
        iteration.n,
        tree,
        len(changes),
        sum(change.added or 0 for change in changes),
        sum(change.deleted or 0 for change in changes),
        await job.outside.store.put(job.outside.scrub.patch(patch)) if patch else None,
        tuple(change.path for change in changes)[:_MAX_PATHS],
        touched_protected(job, changes)[:_MAX_PATHS],
    )
    return (*denials, captured)


def touched_protected(job: Job, changes: tuple[FileChange, ...]) -> tuple[str, ...]:
    """Protected paths among the changes, new test files excepted."""
    globs = job.loop.permissions.protected
    globs = DEFAULT_GLOBS if globs is None else globs
    paths = [
        path
        for change in changes
        for path in (change.path, change.old_path)
        if path and not (change.status == "added" and is_test_addition(path, ()))
    ]
    return tuple(path for path in paths if matches(path, globs))


def _denied(job: Job, changes: tuple[FileChange, ...]) -> list[tuple[str, str]]:
    """Changed paths that the loop may not touch, each with the rule that says so."""
    permissions = job.loop.permissions
    denied = []
    for path in dict.fromkeys(p for c in changes for p in (c.path, c.old_path) if p):
        if rule := matches(path, permissions.deny):
            denied.append((path, f"deny {rule}"))
        elif not matches(path, permissions.write):
            denied.append((path, f"outside write = {', '.join(permissions.write)}"))
    return denied[:_MAX_PATHS]


async def _reset(job: Job, tree: str) -> None:
    repository, state = job.outside.repository, job.state
    try:
        await repository.reset(job.workspace, tree)
    except WorkspaceLost:
        await repository.open(state.id, tree, state.base)
        await lay(job.environment, job.workspace.path)


def _sendable(text: str) -> str:
    """UTF-8, whatever bytes stood on the command line of who sent a word."""
    return text.encode("utf-8", "backslashreplace").decode()


async def compose(job: Job, iteration: Iteration) -> Prompt:
    """The prompt of an iteration exactly as the maker gets it; nothing is recorded or sent."""
    memory = await recalled(job.outside.reader, job.outside.repository, job.state)
    material = Material(
        await _outputs(job, iteration),
        await _context(job),
        memory.records,
        len(memory.left_out),
        await _lost(job),
    )
    prompt = build(job.state, iteration, material)
    return replace(prompt, text=_sendable(job.outside.scrub.text(prompt.text)))


async def _outputs(job: Job, iteration: Iteration) -> Mapping[str, str]:
    """Output of the gates that are red on the tree from which the maker starts."""
    return {
        e.gate: (await job.outside.store.get(e.output)).decode("utf-8", "replace")
        for e in standing(job.state, iteration)
        if e.state != "pass" and e.output
    }


async def _lost(job: Job) -> str:
    """What a rebase did not carry over, as a diff."""
    lost = job.state.rebased.lost if job.state.rebased else None
    return (await job.outside.store.get(lost)).decode("utf-8", "replace") if lost else ""


async def _context(job: Job) -> Mapping[str, str]:
    """Files that the goal names, as they are on the base, within a bound."""
    found: dict[str, str] = {}
    left = _CONTEXT_TOKENS
    for name in job.loop.goal.context:
        content = await job.outside.repository.read(job.state.base_tree, name)
        text = (content or b"").decode("utf-8", "replace")
        if content is not None and tokens(text) <= left:
            found[name] = text
            left -= tokens(text)
    return found


async def _call(
    job: Job,
    iteration: Iteration,
    prompt: Prompt,
    transcript: Path,
    tried: Mapping[str, tuple[str, ...]],
) -> MakerReport:
    spec, outside, run = job.loop.maker, job.outside, job.state.id
    worktree = job.workspace.path
    failing = tuple(test for e in standing(job.state, iteration) for test in e.failing)
    purse = RunPurse(job.recorder, outside.store, outside.caps, iteration.n)
    network = job.loop.permissions.network == "maker"
    task = MakerTask(
        loop=job.loop,
        run=run,
        iteration=iteration.n,
        worktree=worktree,
        prompt=prompt.text,
        transcript=transcript,
        confinement=Confinement(
            writable=(worktree, outside.repository.agent_dir(job.workspace)),
            readable=(*outside.visible, *outside.repository.object_stores()),
            pinned=(worktree / ".git",),
            stands_for=(outside.repository.root,),
            network=network,
        ),
        env={**outside.child_env(run, spec.env, network=network), "PYTHONUNBUFFERED": "1"},
        seconds=min(spec.timeout, limit_of(job.state, "time")),
        idle_seconds=spec.idle_timeout,
        gates=tuple(gate for gate in job.loop.gates if not gate.held_out),
        failing=failing,
        notes=tried,
        scrubber=outside.scrub.stream(),
        ask=Permissions(job, iteration.n).ask,
        purse=purse,
        micro_usd=await purse.left(),
    )
    maker = outside.maker(spec.agent)
    report = await maker.make(
        task, outside.sandbox, lambda data: outside.on_output(run, iteration.n, data)
    )
    charging = asyncio.ensure_future(purse.charge(report.usage))
    await finished(charging)
    charging.result()
    return report


def _breaches(iteration: int, report: MakerReport) -> tuple[ev.Event, ...]:
    """Each is a denial: the candidate of an agent that did not ask is not used."""
    rule = "changed without asking"
    return tuple(
        ev.PermissionDenied(iteration, path, rule) for path in report.breaches[:_MAX_PATHS]
    )


def _tried(job: Job) -> Mapping[str, tuple[str, ...]]:
    """Digests of what was tried before, in any run on this repository, by fault place.

    Of what another run offered nothing: nobody may ever have looked at it.
    """
    rows = [row for row in job.outside.reader.memory("repository") if row.kind == TRIED]
    known = {row.subject: memory_of(row) for row in rows}
    return {
        place: record.digests
        for place, record in known.items()
        if not place.endswith(IN_THIS_RUN) or record.run == job.state.id
    }


def _notes(
    iteration: int, report: MakerReport, known: Mapping[str, tuple[str, ...]]
) -> tuple[ev.Event, ...]:
    """One record a place: what was tried there before and now."""
    return tuple(
        ev.MemoryRecorded(
            id=f"tried:{place}",
            type=TRIED,
            scope="repository",
            subject=place,
            text="",
            iteration=iteration,
            digests=tuple(dict.fromkeys((*known.get(place, ()), *digests)))[-_MAX_DIGESTS:],
        )
        for place, digests in report.notes.items()
    )


def _new_transcript(job: Job, iteration: int) -> Path:
    path = job.outside.transcript(job.state.id, iteration)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return path
