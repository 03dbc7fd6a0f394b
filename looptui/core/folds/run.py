"""The run itself, its effects and its preparation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from looptui.core import events as ev
from looptui.core.effects import PlanLanding, Publish, Tidy
from looptui.core.folds.kind import Folds, sampled
from looptui.core.state import InFlight, RunState


def _created(s: RunState, e: ev.RunCreated, r: ev.Record) -> RunState:
    return replace(s, base=e.base, base_tree=e.base_tree, target=e.target, created=r.at)


def _session(s: RunState, e: ev.SessionStarted, r: ev.Record) -> RunState:
    began = replace(s, status="active", reason="") if s.status == "queued" else s
    return replace(began, session=e.mode, sandbox=e.sandbox, untidy="")


def _pausing(s: RunState, e: ev.PauseRequested, r: ev.Record) -> RunState:
    return replace(s, pausing=e.reason or r.actor, pause_now=e.now)


def _paused(s: RunState, e: ev.RunPaused, r: ev.Record) -> RunState:
    return replace(s, status="paused", reason=e.reason, pausing=None, pause_now=False)


def _resumed(s: RunState, e: ev.RunResumed, r: ev.Record) -> RunState:
    return replace(
        s,
        status="waiting" if s.needs else "active",
        reason="",
        tripped=None,
        pausing=None,
        pause_now=False,
        crashes=0,
        blocked="",
        merged_gates=tuple(seen for seen in s.merged_gates if seen.state == "pass"),
        parked_until=None,
        parks=0,
        unfit=False,
    )


def _parked(s: RunState, e: ev.RunParked, r: ev.Record) -> RunState:
    return replace(s, status="parked", parked_until=e.until, reason=e.reason, parks=s.parks + 1)


def _unparked(s: RunState, e: ev.RunUnparked, r: ev.Record) -> RunState:
    return replace(s, status="active", parked_until=None, reason="")


def _queued(s: RunState, e: ev.RunQueued, r: ev.Record) -> RunState:
    return replace(s, status="queued", reason=e.reason)


def _unqueued(s: RunState, e: ev.RunUnqueued, r: ev.Record) -> RunState:
    return replace(s, status="active", reason="")


def _finished(s: RunState, e: ev.RunFinished, r: ev.Record) -> RunState:
    ended: Any = e.state
    return replace(
        s,
        status=ended,
        reason=e.reason,
        unfit=e.unfit,
        discarded=e.discard,
        needs=(),
        in_flight=None,
        pausing=None,
        pause_now=False,
    )


def _removed(s: RunState, e: ev.WorktreeRemoved, r: ev.Record) -> RunState:
    worktree = s.worktree if e.kept else None
    return replace(s, worktree=worktree, rescued=e.rescued, removed=True)


def _started(s: RunState, e: ev.EffectStarted, r: ev.Record) -> RunState:
    return replace(s, in_flight=InFlight(e.effect, e.subject, e.attempt))


def _abandoned(s: RunState, e: ev.EffectAbandoned, r: ev.Record) -> RunState:
    return replace(s, crashes=s.crashes + 1 if e.crashed else s.crashes)


def _failed(s: RunState, e: ev.EffectFailed, r: ev.Record) -> RunState:
    if e.effect == Tidy.name:
        return replace(s, untidy=e.reason)
    if e.effect in (PlanLanding.name, Publish.name):
        return replace(sampled(s, error=True), blocked=f"failed: {e.reason}")
    return replace(sampled(s, error=True), unfit=e.unfit, reason=e.reason)


def _opened(s: RunState, e: ev.WorktreeOpened, r: ev.Record) -> RunState:
    return replace(s, worktree=e.path)


def _setup(s: RunState, e: ev.SetupFinished, r: ev.Record) -> RunState:
    if not e.ok:
        return replace(s, setup_failed=e.reason)
    return replace(s, environment=e.environment, setup_failed="")


def _baseline(s: RunState, e: ev.BaselineMeasured, r: ev.Record) -> RunState:
    return replace(s, baseline_score=e.score)


FOLDS: Folds = {
    ev.RunCreated: _created,
    ev.SessionStarted: _session,
    ev.PauseRequested: _pausing,
    ev.RunPaused: _paused,
    ev.RunResumed: _resumed,
    ev.RunParked: _parked,
    ev.RunUnparked: _unparked,
    ev.RunQueued: _queued,
    ev.RunUnqueued: _unqueued,
    ev.RunFinished: _finished,
    ev.WorktreeRemoved: _removed,
    ev.EffectStarted: _started,
    ev.EffectAbandoned: _abandoned,
    ev.EffectFailed: _failed,
    ev.WorktreeOpened: _opened,
    ev.SetupFinished: _setup,
    ev.BaselineMeasured: _baseline,
}
