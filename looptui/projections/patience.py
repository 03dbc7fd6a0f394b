"""How long the step in flight of a run may take: the countdown to its safe point."""

from __future__ import annotations

from looptui.core.spec import Loop


def at_most(loop: Loop, in_flight: str) -> float | None:
    """Seconds from its start, by the loop file; None where no deadline of it is known.

    `in_flight` is the effect and its subject: `make 3`, `gate pytest`.
    """
    effect, _, subject = in_flight.partition(" ")
    match effect:
        case "make":
            return loop.maker.timeout
        case "gate":
            return next((gate.timeout for gate in loop.gates if gate.id == subject), None)
        case "check":
            judge = loop.checker
            return judge.timeout * judge.votes if judge is not None else None
        case "setup":
            setup = loop.workspace.setup
            return setup.timeout * len(setup.argv)
    return None
