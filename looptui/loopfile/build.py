"""From the tables of a file to the frozen values of the core."""

from __future__ import annotations

from looptui.core import peeking, protect, spec
from looptui.loopfile.later_model import Checker
from looptui.loopfile.model import (
    Breakers,
    Gate,
    LoopTable,
    Maker,
    Permissions,
    Workspace,
)


def loop(table: LoopTable, later: tuple[str, ...]) -> spec.Loop:
    """The loop that `table` describes; `later` names what has no engine yet."""
    goal = table.goal
    return spec.Loop(
        name=table.name,
        owner=table.owner,
        goal=spec.Goal(goal.text, tuple(goal.context), goal.red_first),
        criteria=tuple(spec.Criterion(one.id, one.text, one.gate) for one in table.criteria),
        maker=_maker(table.maker),
        checker=None if table.checker is None else _checker(table.checker),
        gates=peeking.last(tuple(_gate(one) for one in table.gates)),
        limits=_limits(table.breakers),
        title=table.title or "",
        labels=tuple(table.labels),
        risk=table.risk,
        workspace=_workspace(table.workspace),
        permissions=_permissions(table.permissions),
        approval=spec.Approval(table.approval.mode, table.approval.expires),
        landing=spec.Landing(table.landing.way, table.landing.target),
        memory=spec.MemorySpec(
            table.memory.budget_tokens,
            table.memory.max_entries,
            spec.MemoryWeights(**table.memory.weights.model_dump()),
        ),
        later=later,
    )


def _workspace(table: Workspace) -> spec.Workspace:
    setup = spec.Setup(
        argv=tuple(tuple(command) for command in table.setup),
        timeout=table.setup_timeout,
        env=tuple(table.setup_env),
        share=tuple(table.share),
        share_with_gates=tuple(table.share_with_gates),
    )
    return spec.Workspace(table.base, setup, table.keep)


def _maker(table: Maker) -> spec.MakerSpec:
    return spec.MakerSpec(
        agent=table.agent,
        argv=tuple(table.argv or table.run or ()),
        args=tuple(table.args),
        model=table.model or "",
        prompt_by=table.prompt_by,
        timeout=table.timeout,
        idle_timeout=table.idle_timeout,
        env=tuple(table.env),
        script=table.script,
        batch=table.batch,
    )


def _checker(table: Checker) -> spec.CheckerSpec:
    return spec.CheckerSpec(
        agent=table.agent,
        model=table.model or "",
        pass_score=table.pass_score,
        votes=table.votes,
        rounds=table.rounds,
        timeout=table.timeout,
        rubric=table.rubric or "",
        sees=tuple(table.sees),
        allow_equal=table.allow_equal,
    )


def _gate(table: Gate) -> spec.GateSpec:
    return spec.GateSpec(
        id=table.id,
        kind=table.kind,
        argv=tuple(table.argv or table.run or ()),
        timeout=table.timeout,
        required=table.required,
        order=table.order,
        report=table.report,
        report_path=table.report_path,
        env=tuple(table.env),
        baseline=table.baseline,
        known_failures=tuple(table.known_failures),
        max_files=table.max_files,
        max_lines=table.max_lines,
        deny_paths=tuple(table.deny_paths),
        held_out=table.held_out or peeking.names_held_out(table.argv or table.run or ()),
        peeks=table.peeks,
    )


def _limits(table: Breakers) -> spec.Limits:
    errors, stall = table.error_rate, table.stall
    return spec.Limits(
        iterations=table.iterations,
        cost_micro_usd=table.cost_usd,
        tokens=table.tokens,
        iteration_cost_micro_usd=table.iteration_cost_usd,
        loop_day_cost_micro_usd=table.loop_day_cost_usd,
        time=table.time,
        error_rate=spec.ErrorRate(errors.max, errors.window, errors.min_samples, errors.in_a_row),
        permission_denials=table.permission_denials,
        human_wait=table.human_wait.give_up_after,
        stall=spec.Stall(stall.no_progress, stall.same_failure, stall.fresh_after),
        warn_at=table.warn_at,
        escalate_at=table.escalate_at,
    )


def _permissions(table: Permissions) -> spec.Permissions:
    denied = dict.fromkeys([*table.deny, *protect.ALWAYS_DENIED])
    return spec.Permissions(
        write=tuple(table.write),
        deny=tuple(denied),
        protected=None if table.protected is None else tuple(table.protected),
        network="none" if table.network == "none" else "maker",
        commands=tuple(table.commands),
        on_denied=table.on_denied,
    )
