"""`plan(state, moment) -> effect`: what should happen next, and when to ask again.

Breakers are consulted here, before anything is spent. The order of the questions is the order of
a run: rest, breakers, landing, preparation, baseline, the open iteration, the next iteration.
"""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.approving import approval, review
from looptui.core.breakers import (
    Gauge,
    escalating,
    gauges,
    no_progress,
    rounds_without_gain,
    said,
    time_to_trip,
    tripping,
    warnings,
)
from looptui.core.checks import due, objection, opinion, spent
from looptui.core.closing import closing
from looptui.core.parts import part_effect
from looptui.core.peeking import overdrawn
from looptui.core.requesting import asked_midway
from looptui.core.restoring import is_restored
from looptui.core.score import blind_gate, goal_met, met, next_gate, score, unfit_gate
from looptui.core.state import Evidence, Iteration, RunState

MAX_RECOVERIES = 3
"""Automatic recoveries of one effect; then a person has to resume."""
MAX_PARKS = 5
"""Automatic returns from a rate limit; then a person has to resume."""


@dataclass(frozen=True, slots=True)
class Moment:
    at: float
    """Unix seconds."""
    active: float
    """Active seconds of the run."""


@dataclass(frozen=True, slots=True)
class Plan:
    effect: fx.Effect | None
    wake: float | None = None
    """Seconds from now at which to ask again although nothing happened."""


def plan(state: RunState, now: Moment) -> Plan:
    """The next effect; None when the run rests or waits for `wake`."""
    if state.terminal:
        return Plan(None if state.removed or state.untidy else fx.Tidy())
    if state.status in ("paused", "tripped", "queued"):
        return Plan(None)
    if state.status == "waiting":
        return _live(state, now) if asked_midway(state) else _wait(state, now)
    if state.status == "parked":
        return _parked(state, now)
    if state.landed is not None:
        return _record(ev.RunFinished("landed", _landed(state)))
    if state.pausing is not None and (state.in_flight is None or state.pause_now):
        return _record(ev.RunPaused(state.pausing))
    if state.crashes > MAX_RECOVERIES:
        return _record(ev.RunPaused(f"recovered {MAX_RECOVERIES} times; resume to try again"))
    if state.unfit:
        return _record(ev.RunFinished("failed", state.reason, unfit=True))
    return _breakers(state, now) or _work(state, now)


def _landed(state: RunState) -> str:
    """As what and where, and what is left to be done there."""
    target = state.loop.landing.target or state.target
    ref = state.landing.ref if state.landing else f"refs/heads/{target}"
    where = f" on {ref.removeprefix('refs/heads/')}" if ref.startswith("refs/") else f" in {ref}"
    note = f"; {state.landed_note}" if state.landed_note else ""
    return f"landed as {(state.landed or '')[:12]}{where}{note}"


def _work(state: RunState, now: Moment) -> Plan:
    step = _part(state) or _landing(state) or _rebase(state) or _preparation(state)
    step = step or _baseline(state)
    step = step or _open_iteration(state) or _next_iteration(state)
    if isinstance(step.effect, fx.Append):
        return step
    return Plan(step.effect, time_to_trip(state, now.active))


# --- rest ------------------------------------------------------------------------------------


def _wait(state: RunState, now: Moment) -> Plan:
    escalation = _escalation(state, now)
    if escalation is not None:
        left = escalation.limit - escalation.value
        return _trip(escalation) if escalation.state == "tripped" else Plan(None, left)
    asked = state.need("approval")
    if asked is not None and now.at - asked.since > state.loop.approval.expires:
        return _record(ev.NeedClosed(asked.id, "expired"), review(state, state.next_need))
    return Plan(None)


def _live(state: RunState, now: Moment) -> Plan:
    """A maker at work waits for an answer: its call goes on, as long as a person may take."""
    if state.pausing is not None and state.pause_now:
        return _record(ev.RunPaused(state.pausing))
    gauge = next(g for g in gauges(state, now.at, now.active) if g.breaker == "escalation")
    if gauge.value >= gauge.limit:
        return _trip(gauge)
    return Plan(fx.Make(len(state.iterations)), gauge.limit - gauge.value)


def overdue(state: RunState, now: Moment) -> tuple[ev.Event, ...]:
    """What time alone has decided over a run that nobody drives: its wait for a person ran out.

    To be recorded before any answer is looked at. It spends nothing and starts nothing.
    """
    gauge = _escalation(state, now) if state.status == "waiting" else None
    return (_tripped(gauge),) if gauge is not None and gauge.state == "tripped" else ()


def _escalation(state: RunState, now: Moment) -> Gauge | None:
    """The reading of an open escalation."""
    if state.need("escalation") is None:
        return None
    return next(g for g in gauges(state, now.at, now.active) if g.breaker == "escalation")


def _parked(state: RunState, now: Moment) -> Plan:
    left = (state.parked_until or 0.0) - now.at
    if left > 0:
        return Plan(None, left)
    if state.parks > MAX_PARKS:
        return _record(ev.RunPaused(f"parked {state.parks} times ({state.reason}); resume it"))
    return _record(ev.RunUnparked())


# --- breakers --------------------------------------------------------------------------------


def _breakers(state: RunState, now: Moment) -> Plan | None:
    """A trip, else warnings, and at a safe point the question whether to go on.

    A good candidate is not lost to a limit; only steps that fail again and again end its way.
    """
    if state.approved is not None:
        return None
    readings = gauges(state, now.at, now.active)
    if state.candidate is not None:
        readings = tuple(g for g in readings if g.breaker == "errors")
    gauge = tripping(readings, starting=_would_start(state))
    if gauge is not None:
        return _trip(gauge)
    told = warnings(state, readings)
    asked = escalating(state, readings) if state.in_flight is None else ()
    return _record(*map(_warn, told), *_escalate(state, asked)) if told or asked else None


def _trip(gauge: Gauge) -> Plan:
    return _record(_tripped(gauge))


def _tripped(gauge: Gauge) -> ev.BreakerTripped:
    reason = gauge.detail or _reading(gauge)
    return ev.BreakerTripped(gauge.breaker, gauge.value, gauge.limit, reason)


def _warn(gauge: Gauge) -> ev.Event:
    return ev.BreakerWarned(gauge.breaker, gauge.value, gauge.limit)


def _escalate(state: RunState, asked: tuple[Gauge, ...]) -> tuple[ev.Event, ...]:
    if not asked:
        return ()
    text = "; ".join(f"{g.breaker} {_reading(g)}{_more(g)}" for g in asked)
    over = tuple(g.breaker for g in asked)
    need = f"{state.id}.{state.next_need}"
    return (ev.NeedOpened(need, "escalation", text, breakers=over),)


def _more(gauge: Gauge) -> str:
    return f" ({gauge.detail})" if gauge.detail else ""


def _reading(gauge: Gauge) -> str:
    return f"{said(gauge.breaker, gauge.value)} of {said(gauge.breaker, gauge.limit)}"


# --- landing ---------------------------------------------------------------------------------


def _landing(state: RunState) -> Plan | None:
    if state.approved is None:
        return None
    if state.blocked:
        text = state.blocked
        need = f"{state.id}.{state.next_need}"
        return _record(ev.NeedOpened(need, "conflict", text, state.candidate))
    if state.landing is not None:
        return Plan(fx.Publish(state.landing.commit))
    return Plan(fx.PlanLanding(state.approved))


def _part(state: RunState) -> Plan | None:
    effect = part_effect(state)
    return Plan(effect) if effect is not None else None


def _rebase(state: RunState) -> Plan | None:
    work = state.sent_back
    return Plan(fx.Rebase(work.tree, work.onto)) if work is not None else None


# --- preparation and baseline ----------------------------------------------------------------


def _preparation(state: RunState) -> Plan | None:
    if state.worktree is None:
        return Plan(fx.OpenWorktree())
    if state.setup_failed:
        return _record(ev.RunFinished("failed", f"setup: {state.setup_failed}", unfit=True))
    return Plan(fx.RunSetup()) if state.environment is None else None


def _baseline(state: RunState) -> Plan | None:
    if state.baseline_score is not None:
        return None
    broken = unfit_gate(state)
    if broken is not None:
        reason = f"gate {broken.gate} cannot run here: {broken.summary}"
        return _record(ev.RunFinished("failed", reason, unfit=True))
    gate = next_gate(state.loop, state.baseline)
    if gate is not None:
        return Plan(fx.RunGate(gate.id, state.base_tree, 0))
    measured = ev.BaselineMeasured(
        score(state.loop, state.baseline), met(state.loop, state.baseline)
    )
    asked_more = state.rebased is not None
    if state.loop.goal.red_first and goal_met(state.loop, state.baseline) and not asked_more:
        return _record(measured, ev.RunFinished("completed", "nothing to do: the goal is met"))
    return _record(measured)


# --- the open iteration ----------------------------------------------------------------------


def _open_iteration(state: RunState) -> Plan | None:
    if state.merged_onto is not None and state.candidate is not None:
        return _merged(state, state.candidate)
    iteration = state.open_iteration
    if iteration is None:
        return None
    if iteration.maker is None:
        return Plan(fx.Make(iteration.n))
    if iteration.tree is None:
        return Plan(fx.Capture(iteration.n))
    if (early := _early_end(state, iteration)) is not None:
        return early
    blind = blind_gate(state, iteration.gates)
    if blind is not None:
        return _ask_about(state, blind)
    gate = next_gate(state.loop, iteration.gates)
    if gate is not None:
        return Plan(fx.RunGate(gate.id, iteration.tree, iteration.n))
    return _judge(state, iteration, iteration.tree)


def _ask_about(state: RunState, blind: Evidence) -> Plan:
    text = (
        f"gate {blind.gate}: {blind.summary}; no candidate is to blame, so none is made: mend it"
        " and it runs again, or stop the run where the loop file is wrong"
    )
    need = f"{state.id}.{state.next_need}"
    return _record(ev.NeedOpened(need, "escalation", text, gate=blind.gate))


def _early_end(state: RunState, iteration: Iteration) -> Plan | None:
    """Candidates that are not worth a gate."""
    if iteration.denied:
        return _close(state, iteration, "denied", 0.0)
    if is_restored(iteration):
        return None
    done = iteration.maker in ("ended", "gave-up")
    if done and iteration.tree == state.base_tree and goal_met(state.loop, state.baseline):
        return _record(ev.RunFinished("completed", "the goal is met and the maker changed nothing"))
    if iteration.tree != iteration.start_tree:
        return None
    if not done:
        return _close(state, iteration, "error", 0.0)
    value = _score_of(state, iteration.start_tree)
    if iteration.maker == "gave-up":
        reason = f"{state.loop.maker.agent} gave up: {iteration.maker_reason}"
        return _record(*closing(state, iteration, "empty", value), ev.RunFinished("failed", reason))
    return _close(state, iteration, "empty", value)


def _judge(state: RunState, iteration: Iteration, tree: str) -> Plan:
    proven = goal_met(state.loop, iteration.gates)
    chosen = is_restored(iteration)
    proven = proven and not (chosen and tree == state.base_tree)
    if proven and (question := due(state, tree)) is not None:
        return Plan(question)
    value = score(state.loop, iteration.gates, opinion(state, tree) if proven else None)
    if proven and not objection(state, tree):
        return _close(state, iteration, "good", value, best=True)
    if proven and (chosen or spent(state) or opinion(state, tree) is None):
        return _close(state, iteration, "disputed", value, best=True)
    if chosen:
        return _close(state, iteration, "red", value, best=True)
    seen = any(tree == earlier.tree for earlier in state.iterations[: iteration.n - 1])
    outcome = "repeat" if seen or tree == state.base_tree else "red"
    broken = any(e.state in ("error", "unavailable", "flaky") for e in iteration.gates)
    best = outcome == "red" and not broken and value >= state.best_score
    return _close(state, iteration, outcome, value, best=best)


def _close(
    state: RunState, iteration: Iteration, outcome: str, value: float, *, best: bool = False
) -> Plan:
    asked = overdrawn(state, iteration)
    more = (ev.RunPaused(asked),) if asked else ()
    return _record(*closing(state, iteration, outcome, value, best=best), *more)


def _score_of(state: RunState, tree: str) -> float:
    scores = [i.score for i in state.iterations if i.tree == tree and i.score is not None]
    return scores[0] if scores else state.baseline_score or 0.0


def _merged(state: RunState, tree: str) -> Plan:
    """Verify a candidate that was merged onto a target that moved."""
    gate = next_gate(state.loop, state.merged_gates)
    if gate is not None:
        newest = len(state.iterations)
        return Plan(fx.RunGate(gate.id, tree, newest))
    if goal_met(state.loop, state.merged_gates):
        question = due(state, tree)
        return Plan(question) if question is not None else Plan(approval(state))
    text = "the target moved, and gates fail on the merged tree; send it back with what to change"
    return _record(ev.NeedOpened(f"{state.id}.{state.next_need}", "conflict", text, tree))


# --- the next iteration ----------------------------------------------------------------------


def _would_start(state: RunState) -> bool:
    """Whether going on would begin a new iteration."""
    return state.baseline_score is not None and state.open_iteration is None


def _next_iteration(state: RunState) -> Plan:
    if state.candidate is not None:
        return Plan(approval(state))
    return _record(starting(state))


def starting(state: RunState) -> ev.IterationStarted:
    """The iteration that begins next, should one begin."""
    fresh = _start_afresh(state)
    start = state.base_tree if fresh else state.best_tree
    strategy = "fresh" if fresh else "refine"
    return ev.IterationStarted(len(state.iterations) + 1, start, strategy)


def _start_afresh(state: RunState) -> bool:
    """After three rounds without a better score a refinement often makes things worse."""
    if not state.iterations or state.best_tree == state.base_tree:
        return False
    if no_progress(state) or state.iterations[-1].feedback:
        return False
    return rounds_without_gain(state) >= state.loop.limits.stall.fresh_after


def _record(*events: ev.Event) -> Plan:
    return Plan(fx.Append(events))
