"""Held-out gates: what a maker learns of them, and how often.

Each failure that is told is a bit about a check that was to stay unknown: so there is a budget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from looptui.core.spec import GateSpec
from looptui.core.state import Iteration, RunState

PLACE = "{held_out}"
"""In a gate's command: the person's own directory for checks of this loop."""
SAID = {
    "pass": "it passes",
    "fail": "it fails; what it checks is not shown to the maker",
    "flaky": "it does not say the same twice; what it checks is not shown to the maker",
    "error": "it could not be carried out",
    "unavailable": "it cannot run here",
}
"""All that a maker is told, by the state of the gate."""


def names_held_out(argv: Iterable[str]) -> bool:
    return any(PLACE in word for word in argv)


def last(gates: tuple[GateSpec, ...]) -> tuple[GateSpec, ...]:
    """The gates with those held out behind all others: a red one of these spares them."""
    seen = max((gate.order for gate in gates if not gate.held_out), default=0)
    return tuple(
        replace(gate, order=max(gate.order, seen + 1)) if gate.held_out else gate for gate in gates
    )


def overdrawn(state: RunState, iteration: Iteration) -> str:
    """Why the maker may not be told of this iteration without a person, or nothing."""
    for gate in state.loop.gates:
        if not gate.held_out or not _failed(gate, iteration):
            continue
        told = sum(_failed(gate, earlier) for earlier in state.iterations[: iteration.n - 1])
        if told >= gate.peeks:
            times = "once" if told == 1 else f"{told} times"
            return (
                f"held-out gate {gate.id} fails again, and the maker was told so {times}, as often"
                f" as peeks allows; `looptui resume {state.id}` tells it once more"
            )
    return ""


def _failed(gate: GateSpec, iteration: Iteration) -> bool:
    return any(e.gate == gate.id and e.state in ("fail", "flaky") for e in iteration.gates)
