"""What a run that rests tells the shell."""

from __future__ import annotations

from looptui.core.breakers import EXIT_CODES
from looptui.core.state import RunState
from looptui.core.status import TERMINAL

RESTS = TERMINAL | {"waiting", "paused", "tripped"}


def exit_code(state: RunState) -> int:
    """The stable exit code of a state; 4 for one that still needs a person or a session."""
    match state.status:
        case "landed" | "completed":
            return 0
        case "rejected":
            return 5
        case "stopped":
            return 3
        case "failed":
            return 6 if state.unfit else 3
        case "tripped":
            return EXIT_CODES[state.tripped or "iterations"]
        case "waiting" if state.blocked.startswith("identity"):
            return 6
        case _:
            return 4


def keeps_worktree(state: RunState) -> bool:
    """Whether the worktree of an ended run stays; landed work never needs it to."""
    keep = state.loop.workspace.keep
    failed = state.status in ("failed", "stopped", "rejected")
    return not state.discarded and (keep == "always" or (keep == "on-failure" and failed))
