"""The values that are shown, made from the state of a run."""

from __future__ import annotations

from looptui.core.breakers import Gauge, gauges
from looptui.core.effects import Effect
from looptui.core.state import Evidence, Iteration, Need, RunState
from looptui.projections.checking import verdict_view
from looptui.projections.values import (
    BreakerView,
    Diffstat,
    GateView,
    IterationView,
    NeedView,
    RunView,
    branch_of,
)

_PHASES = {effect.name: effect.phase for effect in Effect.__subclasses__()}


def run_view(state: RunState, at: float) -> RunView:
    newest = state.iteration
    readings = gauges(state, at, state.active)
    return RunView(
        id=state.id,
        loop=state.loop.name,
        state=state.status,
        phase=_phase(state),
        iteration=len(state.iterations),
        base=state.base,
        branch=branch_of(state.loop.name, state.id),
        tree=state.candidate or (newest.tree if newest else None),
        breakers={g.breaker: _breaker(g) for g in readings},
        gates=_gates(state),
        cost_usd=state.micro_usd / 1e6,
        tokens=state.tokens,
        needs=tuple(need_view(state, need) for need in state.needs),
        cost_known=state.priced,
        target=state.loop.landing.target or state.target,
        owner=state.loop.owner,
        goal=state.loop.goal.text.strip(),
        agent=state.loop.maker.agent,
        risk=state.loop.risk,
        reason=state.reason,
        latest=_latest(state),
        created=state.created,
        updated=state.updated,
        active_s=round(state.active, 3),
        score=newest.score if newest else state.baseline_score,
        best=state.best,
        baseline_score=state.baseline_score,
        tripped=state.tripped,
        landed=state.landed,
        worktree=state.worktree,
        sandbox=state.sandbox,
        events=state.events,
        nudges=len(state.nudges),
        in_flight=_in_flight(state),
        reverted=state.reverted,
        rescued=state.rescued,
        good=_good(state),
        labels=state.loop.labels,
        checker=state.loop.checker.model if state.loop.checker else "",
        verdict=verdict_view(state, state.candidate or (newest.tree if newest else None)),
        tidy=state.removed,
    )


def iteration_view(state: RunState, iteration: Iteration) -> IterationView:
    return IterationView(
        n=iteration.n,
        tree=iteration.tree,
        gates=tuple(_gate(seen) for seen in iteration.gates),
        score=iteration.score,
        diffstat=Diffstat(iteration.files, iteration.added, iteration.deleted),
        cost_usd=iteration.micro_usd / 1e6,
        seconds=round(iteration.seconds + sum(e.seconds for e in iteration.gates), 3),
        outcome=iteration.outcome,
        strategy=iteration.strategy,
        start_tree=iteration.start_tree,
        best=state.best == iteration.n,
        maker=iteration.maker,
        maker_reason=iteration.maker_reason,
        tokens=iteration.tokens,
        prompt=iteration.prompt,
        prompt_tokens=iteration.prompt_tokens,
        memory=iteration.memory,
        diff=iteration.diff,
        paths=iteration.paths,
        protected=iteration.protected,
        denied=iteration.denied,
        feedback=iteration.feedback,
        findings=state.scanned.get(iteration.tree or "", ()),
        verdict=verdict_view(state, iteration.tree),
    )


def base_view(state: RunState) -> IterationView | None:
    """The base in the form of an iteration, number 0; None until its gates have run."""
    if state.baseline_score is None:
        return None
    return IterationView(
        n=0,
        tree=state.base_tree,
        gates=tuple(_gate(seen) for seen in state.baseline),
        score=state.baseline_score,
        diffstat=Diffstat(0, 0, 0),
        cost_usd=0.0,
        seconds=round(sum(e.seconds for e in state.baseline), 3),
        outcome="base",
    )


def need_view(state: RunState, need: Need) -> NeedView:
    return NeedView(
        need.id,
        state.id,
        state.loop.name,
        need.type,
        need.since,
        need.text,
        need.tree,
        need.flagged,
        approved=state.approved is not None,
        findings=state.scanned.get(need.tree or "", ()),
        verdict=verdict_view(state, need.tree),
        gate=need.gate,
    )


def _breaker(gauge: Gauge) -> BreakerView:
    return BreakerView(gauge.value, gauge.limit, gauge.ratio, gauge.state, gauge.forecast)


def _gate(seen: Evidence) -> GateView:
    return GateView(
        seen.gate,
        seen.state,
        seen.summary,
        round(seen.seconds, 3),
        seen.passed,
        seen.failed,
        seen.failing,
        seen.output,
        seen.flaky,
    )


def _gates(state: RunState) -> tuple[GateView, ...]:
    """Each gate as it stands for the newest tree: judged, running or waiting."""
    newest = state.iteration
    seen = newest.gates if newest else state.baseline
    if state.merged_onto is not None:
        seen = state.merged_gates
    if state.picking is not None and state.picking.taken:
        seen = state.picking.gates
    judged = {e.gate: _gate(e) for e in seen}
    running = state.in_flight.subject if state.in_flight and _verifying(state) else ""
    return tuple(
        judged.get(spec.id) or GateView(spec.id, "running" if spec.id == running else "waiting")
        for spec in sorted(state.loop.gates, key=lambda gate: gate.order)
    )


def _verifying(state: RunState) -> bool:
    return state.in_flight is not None and state.in_flight.effect == "gate"


def _phase(state: RunState) -> str | None:
    if state.status != "active":
        return None
    if state.in_flight is None:
        if state.approved is not None:
            return "landing"
        return "preparing" if state.baseline_score is None else "making"
    return _PHASES.get(state.in_flight.effect)


def _in_flight(state: RunState) -> str:
    effect = state.in_flight
    return f"{effect.effect} {effect.subject}".strip() if effect else ""


def _good(state: RunState) -> int:
    unwanted = state.discarded or state.status == "rejected"
    return 0 if unwanted or state.good is None else state.good.n


def _latest(state: RunState) -> str:
    if state.needs:
        return state.needs[0].text
    if state.terminal and (n := _good(state)):
        return f"iteration {n} passed every gate, promote takes it; {state.reason}"
    if state.reverted is not None:
        return f"{state.reason}, reverted by {state.reverted[:12]}"
    if state.status != "active":
        return state.reason
    newest = state.iteration
    match state.in_flight.effect if state.in_flight else "":
        case "make":
            return f"{state.loop.maker.agent} at work"
        case "gate":
            where = " on the base" if state.baseline_score is None else ""
            where = f" on hunks {state.picking.hunks}" if state.picking else where
            return f"gate {state.in_flight.subject if state.in_flight else ''} running{where}"
        case "check":
            return f"{state.loop.checker.model if state.loop.checker else 'a model'} judges"
        case "setup":
            return "setting up the environment"
        case "pick":
            return "making the tree of the hunks that stay"
        case "rebase":
            return "carrying the work onto the moved target"
        case "plan-landing" | "publish":
            return "landing"
    return f"iteration {newest.n}: {newest.outcome}" if newest and newest.outcome else "starting"
