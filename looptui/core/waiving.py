"""A person decides that a finding of the checker does not matter."""

from __future__ import annotations

from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.core.state import RunState

_SHORTEST = 4


def waive(state: RunState, command: cmd.Waive, at: float) -> tuple[ev.Event, ...] | cmd.Refusal:
    """Its reason is recorded with the name of the person; it is not raised again in this run."""
    if not command.reason.strip():
        return cmd.Refusal("say with -m REASON why the finding does not matter; it is recorded")
    if len(command.finding) < _SHORTEST:
        return cmd.Refusal(f"give at least {_SHORTEST} characters of the finding's id")
    named = [one for one in state.flaws if one.startswith(command.finding)]
    if len(named) > 1:
        return cmd.Refusal(f"{command.finding} is the beginning of several: {', '.join(named[:5])}")
    if not named:
        return cmd.Refusal(f"there is no finding {command.finding}: `looptui findings {state.id}`")
    if state.flaws[named[0]].state == "waived":
        return cmd.Refusal(f"finding {named[0]} is waived: {state.flaws[named[0]].why}")
    return (ev.FindingWaived(named[0], command.reason.strip()),)
