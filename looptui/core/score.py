"""How good a candidate is: pure functions of the gates' evidence."""

from __future__ import annotations

from looptui.core.spec import GateSpec, Loop
from looptui.core.state import Evidence, RunState, evidence, ordered_gates


def score(loop: Loop, seen: tuple[Evidence, ...], opinion: float | None = None) -> float:
    """Mean over the required gates of the share that passes, 0 to 1; a gate not run counts 0.

    Where a checker is set its opinion counts like one more gate.
    """
    required = [gate for gate in loop.gates if gate.required]
    if not required:
        return 0.0
    shares = [_share(seen, gate.id) for gate in required]
    shares += [opinion or 0.0] if loop.checker is not None else []
    return round(sum(shares) / len(shares), 6)


def good(loop: Loop, seen: tuple[Evidence, ...]) -> bool:
    """Every required gate passed; only pass counts as pass."""
    required = [gate for gate in loop.gates if gate.required]
    return bool(required) and all(_passed(seen, gate.id) for gate in required)


def met(loop: Loop, seen: tuple[Evidence, ...]) -> tuple[str, ...]:
    """The criteria whose gate passed in full."""
    return tuple(c.id for c in loop.criteria if _passed(seen, c.gate))


def goal_met(loop: Loop, seen: tuple[Evidence, ...]) -> bool:
    return good(loop, seen) and len(met(loop, seen)) == len(loop.criteria)


def next_gate(loop: Loop, seen: tuple[Evidence, ...]) -> GateSpec | None:
    """The gate to run next: cheap ones first; a red required gate spares those of a later order."""
    for gate in ordered_gates(loop):
        if evidence(seen, gate.id) is not None:
            continue
        red = any(
            earlier.required and earlier.order < gate.order and not _passed(seen, earlier.id)
            for earlier in loop.gates
        )
        return None if red else gate
    return None


def unfit_gate(state: RunState) -> Evidence | None:
    """A required gate that cannot run at all on the base, such as a missing program."""
    return next(
        (e for e in _required(state, state.baseline) if e.blameless or e.state == "unavailable"),
        None,
    )


def blind_gate(state: RunState, seen: tuple[Evidence, ...]) -> Evidence | None:
    """A required gate that says nothing about the candidate, nor would it about another one.

    A program that is missing may be the candidate's doing, unless the gate has never run before.
    """
    return next(
        (
            e
            for e in _required(state, seen)
            if e.blameless or (e.state == "unavailable" and not evidence(state.baseline, e.gate))
        ),
        None,
    )


def _required(state: RunState, seen: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    required = {gate.id for gate in state.loop.gates if gate.required}
    return tuple(e for e in seen if e.gate in required)


def _passed(seen: tuple[Evidence, ...], gate: str) -> bool:
    found = evidence(seen, gate)
    return found is not None and found.state == "pass"


def _share(seen: tuple[Evidence, ...], gate: str) -> float:
    found = evidence(seen, gate)
    if found is None:
        return 0.0
    return 1.0 if found.state == "pass" else min(found.share, 0.999)
