"""`evolve(state, record) -> state`: the fold. No decision is taken here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from looptui.core import events as ev
from looptui.core.spec import Loop
from looptui.core.state import (
    Evidence,
    InFlight,
    Iteration,
    Landing,
    Need,
    RunState,
)

Fold = Callable[[RunState, Any, ev.Record], RunState]
_FOLDS: dict[type[ev.Event], Fold] = {}

_RESULTS = (
    ev.EffectAbandoned,
    ev.EffectFailed,
    ev.WorktreeOpened,
    ev.SetupFinished,
    ev.MakerFinished,
    ev.CandidateCaptured,
    ev.GateFinished,
    ev.LandingPlanned,
    ev.LandingBlocked,
    ev.TargetMoved,
    ev.Landed,
    ev.WorktreeRemoved,
)
"""Events that end the effect in flight."""


def new(run: str, loop: Loop) -> RunState:
    """The state before the first event."""
    return RunState(id=run, loop=loop)


def replay(state: RunState, records: Iterable[ev.Record]) -> RunState:
    for record in records:
        state = evolve(state, record)
    return state


def evolve(state: RunState, record: ev.Record) -> RunState:
    """The state after one more event; an unknown event only counts."""
    event = record.event
    fold = _FOLDS.get(type(event))
    after = fold(state, event, record) if fold else state
    ended = isinstance(event, _RESULTS)
    return replace(
        after,
        events=record.n,
        updated=record.at,
        active=max(state.active, record.active),
        in_flight=None if ended else after.in_flight,
        crashes=after.crashes if not ended or isinstance(event, ev.EffectAbandoned) else 0,
    )


def _folds(kind: type[ev.Event]) -> Callable[[Fold], Fold]:
    def register(fold: Fold) -> Fold:
        _FOLDS[kind] = fold
        return fold

    return register


# --- the run ---------------------------------------------------------------------------------


@_folds(ev.RunCreated)
def _created(s: RunState, e: ev.RunCreated, r: ev.Record) -> RunState:
    return replace(s, base=e.base, base_tree=e.base_tree, target=e.target, created=r.at)


@_folds(ev.SessionStarted)
def _session(s: RunState, e: ev.SessionStarted, r: ev.Record) -> RunState:
    status = "active" if s.status == "queued" else s.status
    return replace(s, status=status, session=e.mode, sandbox=e.sandbox)


@_folds(ev.PauseRequested)
def _pausing(s: RunState, e: ev.PauseRequested, r: ev.Record) -> RunState:
    return replace(s, pausing=e.reason or r.actor, pause_now=e.now)


@_folds(ev.RunPaused)
def _paused(s: RunState, e: ev.RunPaused, r: ev.Record) -> RunState:
    return replace(s, status="paused", reason=e.reason, pausing=None, pause_now=False)


@_folds(ev.RunResumed)
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
        parked_until=None,
        unfit=False,
    )


@_folds(ev.RunParked)
def _parked(s: RunState, e: ev.RunParked, r: ev.Record) -> RunState:
    return replace(s, status="parked", parked_until=e.until, reason=e.reason, parks=s.parks + 1)


@_folds(ev.RunUnparked)
def _unparked(s: RunState, e: ev.RunUnparked, r: ev.Record) -> RunState:
    return replace(s, status="active", parked_until=None, reason="")


@_folds(ev.RunFinished)
def _finished(s: RunState, e: ev.RunFinished, r: ev.Record) -> RunState:
    ended: Any = e.state
    return replace(s, status=ended, reason=e.reason, unfit=e.unfit, needs=(), in_flight=None)


@_folds(ev.WorktreeRemoved)
def _removed(s: RunState, e: ev.WorktreeRemoved, r: ev.Record) -> RunState:
    return replace(s, worktree=None, removed=True)


# --- effects ---------------------------------------------------------------------------------


@_folds(ev.EffectStarted)
def _started(s: RunState, e: ev.EffectStarted, r: ev.Record) -> RunState:
    return replace(s, in_flight=InFlight(e.effect, e.subject, e.attempt))


@_folds(ev.EffectAbandoned)
def _abandoned(s: RunState, e: ev.EffectAbandoned, r: ev.Record) -> RunState:
    return replace(s, crashes=s.crashes + 1 if e.crashed else s.crashes)


@_folds(ev.EffectFailed)
def _failed(s: RunState, e: ev.EffectFailed, r: ev.Record) -> RunState:
    return replace(s, samples=_sample(s, error=True), unfit=e.unfit, reason=e.reason)


@_folds(ev.WorktreeOpened)
def _opened(s: RunState, e: ev.WorktreeOpened, r: ev.Record) -> RunState:
    return replace(s, worktree=e.path)


@_folds(ev.SetupFinished)
def _setup(s: RunState, e: ev.SetupFinished, r: ev.Record) -> RunState:
    if not e.ok:
        return replace(s, setup_failed=e.reason)
    return replace(s, environment=e.environment, setup_failed="")


@_folds(ev.BaselineMeasured)
def _baseline(s: RunState, e: ev.BaselineMeasured, r: ev.Record) -> RunState:
    return replace(s, baseline_score=e.score)


# --- iterations ------------------------------------------------------------------------------


@_folds(ev.IterationStarted)
def _iteration(s: RunState, e: ev.IterationStarted, r: ev.Record) -> RunState:
    fresh = e.strategy == "fresh"
    return replace(
        s,
        iterations=(*s.iterations, Iteration(e.iteration, e.start_tree, e.strategy)),
        fresh_from=e.iteration - 1 if fresh else s.fresh_from,
        fresh_starts=s.fresh_starts + fresh,
        candidate=None,
        merged_onto=None,
        merged_gates=(),
    )


@_folds(ev.PromptBuilt)
def _prompt(s: RunState, e: ev.PromptBuilt, r: ev.Record) -> RunState:
    updated = _update(s, prompt=e.prompt, prompt_tokens=e.tokens, memory=e.memory)
    return replace(updated, nudges=())


@_folds(ev.MakerFinished)
def _made(s: RunState, e: ev.MakerFinished, r: ev.Record) -> RunState:
    tokens = e.tokens_in + e.tokens_out
    priced = e.micro_usd is not None or tokens == 0
    updated = _update(
        s,
        maker=e.outcome,
        maker_reason=e.reason,
        seconds=e.seconds,
        tokens=tokens,
        micro_usd=e.micro_usd or 0,
        priced=priced,
    )
    return replace(
        updated,
        tokens=s.tokens + tokens,
        micro_usd=s.micro_usd + (e.micro_usd or 0),
        priced=s.priced and priced,
    )


@_folds(ev.CandidateCaptured)
def _captured(s: RunState, e: ev.CandidateCaptured, r: ev.Record) -> RunState:
    if e.lost:
        return _update(s, tree=e.tree, maker="lost", maker_reason=e.lost)
    return _update(
        s,
        tree=e.tree,
        files=e.files,
        added=e.added,
        deleted=e.deleted,
        diff=e.diff,
        paths=e.paths,
        protected=e.protected,
    )


@_folds(ev.PermissionDenied)
def _denied(s: RunState, e: ev.PermissionDenied, r: ev.Record) -> RunState:
    newest = s.iteration
    denied = (*newest.denied, e.path) if newest else ()
    return replace(_update(s, denied=denied), denials=s.denials + 1)


@_folds(ev.GateFinished)
def _gate(s: RunState, e: ev.GateFinished, r: ev.Record) -> RunState:
    seen = Evidence(
        e.gate,
        e.state,
        e.summary,
        e.share,
        e.seconds,
        e.failing,
        e.signature,
        e.passed,
        e.failed,
        e.output,
        e.report,
    )
    if e.iteration == 0:
        return replace(s, baseline=(*s.baseline, seen))
    broken = e.state in ("error", "unavailable")
    s = s if e.cached else replace(s, samples=_sample(s, error=broken))
    if s.merged_onto is not None and e.tree == s.candidate:
        return replace(s, merged_gates=(*s.merged_gates, seen))
    newest = s.iteration
    return _update(s, gates=(*newest.gates, seen)) if newest else s


@_folds(ev.IterationFinished)
def _closed(s: RunState, e: ev.IterationFinished, r: ev.Record) -> RunState:
    newest = s.iteration
    lost = newest is not None and newest.maker is not None and e.outcome == "error"
    made = newest is not None and newest.maker is not None
    updated = _update(s, outcome=e.outcome, score=e.score, met=e.met)
    samples = _sample(s, error=lost) if made else s.samples
    return replace(
        updated,
        samples=samples,
        best=e.iteration if e.best else s.best,
        gained=e.iteration if e.best and e.score > s.best_score else s.gained,
        candidate=e.tree if e.outcome == "good" else None,
    )


# --- breakers --------------------------------------------------------------------------------


@_folds(ev.BreakerWarned)
def _warned(s: RunState, e: ev.BreakerWarned, r: ev.Record) -> RunState:
    return replace(s, warned=s.warned | {e.breaker})


@_folds(ev.BreakerTripped)
def _tripped(s: RunState, e: ev.BreakerTripped, r: ev.Record) -> RunState:
    return replace(s, status="tripped", tripped=e.breaker, reason=e.reason)


@_folds(ev.LimitRaised)
def _raised(s: RunState, e: ev.LimitRaised, r: ev.Record) -> RunState:
    half_open = {k: v for k, v in s.half_open.items() if k != e.breaker}
    return replace(
        s,
        raised={**s.raised, e.breaker: e.limit},
        warned=s.warned - {e.breaker},
        half_open=half_open,
    )


@_folds(ev.BreakerReset)
def _reset(s: RunState, e: ev.BreakerReset, r: ev.Record) -> RunState:
    limits = s.loop.limits
    allowed = {
        "iterations": float(len(s.iterations)),
        "cost": s.micro_usd / 1e6 * 1.1,
        "tokens": s.tokens * 1.1,
        "time": s.active + max(60.0, 0.1 * limits.time),
        "permission": float(s.denials),
        "stall": float(limits.stall.no_progress + len(s.iterations)),
        "escalation": float("inf"),
    }
    if e.breaker == "errors":
        return replace(s, samples=())
    return replace(s, half_open={**s.half_open, e.breaker: allowed[e.breaker]})


# --- people ----------------------------------------------------------------------------------


@_folds(ev.NeedOpened)
def _need(s: RunState, e: ev.NeedOpened, r: ev.Record) -> RunState:
    need = Need(e.need, e.type, e.text, r.at, e.tree, e.card, e.flagged)
    return replace(s, status="waiting", needs=(*s.needs, need), next_need=s.next_need + 1)


@_folds(ev.NeedClosed)
def _answered(s: RunState, e: ev.NeedClosed, r: ev.Record) -> RunState:
    needs = tuple(need for need in s.needs if need.id != e.need)
    resting = s.status == "waiting" and not needs
    return replace(s, needs=needs, status="active" if resting else s.status)


@_folds(ev.CandidateApproved)
def _approved(s: RunState, e: ev.CandidateApproved, r: ev.Record) -> RunState:
    return replace(s, approved=e.tree, approved_by=r.actor)


@_folds(ev.CandidateSentBack)
def _sent_back(s: RunState, e: ev.CandidateSentBack, r: ev.Record) -> RunState:
    return replace(
        _update(s, feedback=e.text, outcome="sent-back"),
        candidate=None,
        merged_onto=None,
        merged_gates=(),
    )


@_folds(ev.Nudged)
def _nudged(s: RunState, e: ev.Nudged, r: ev.Record) -> RunState:
    return replace(s, nudges=(*s.nudges, e.text))


# --- landing ---------------------------------------------------------------------------------


@_folds(ev.LandingChosen)
def _chosen(s: RunState, e: ev.LandingChosen, r: ev.Record) -> RunState:
    return replace(s, way=e.way, landing=None)


@_folds(ev.LandingPlanned)
def _planned(s: RunState, e: ev.LandingPlanned, r: ev.Record) -> RunState:
    return replace(s, landing=Landing(e.way, e.ref, e.old, e.commit, e.tree))


@_folds(ev.LandingBlocked)
def _blocked(s: RunState, e: ev.LandingBlocked, r: ev.Record) -> RunState:
    blocked = "" if e.reason == "moved" else f"{e.reason}: {e.detail}"
    return replace(s, landing=None, blocked=blocked)


@_folds(ev.TargetMoved)
def _moved(s: RunState, e: ev.TargetMoved, r: ev.Record) -> RunState:
    return replace(
        s,
        candidate=e.tree,
        merged_onto=e.commit,
        merged_gates=(),
        approved=None,
        approved_by="",
        landing=None,
    )


@_folds(ev.Landed)
def _landed(s: RunState, e: ev.Landed, r: ev.Record) -> RunState:
    return replace(s, landed=e.commit)


# --- helpers ---------------------------------------------------------------------------------


def _update(s: RunState, **changes: Any) -> RunState:
    """The state with its newest iteration changed."""
    if not s.iterations:
        return s
    return replace(s, iterations=(*s.iterations[:-1], replace(s.iterations[-1], **changes)))


def _sample(s: RunState, *, error: bool) -> tuple[bool, ...]:
    rule = s.loop.limits.error_rate
    return (*s.samples, error)[-max(rule.window, rule.in_a_row) :]
