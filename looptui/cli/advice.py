"""What a person can do next with a run, in the words of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.core import commands as cmd

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView

_TAKEN: dict[type[cmd.Command], str] = {
    cmd.Approve: "approved; the process that drives it lands it",
    cmd.TakeHunks: "approved in part; the process that drives it runs the gates on it first",
    cmd.Withdraw: "taken back; the review is open again",
    cmd.SendBack: "sent back; what you said goes into the next prompt",
    cmd.Reject: "rejected; the process that drives it ends it",
    cmd.Answer: "answered; the process that drives it goes on with it",
    cmd.Resume: "another process drives it already, and goes on",
    cmd.Stop: "stopped; the process that drives it tidies up",
    cmd.Discard: "discarded; the process that drives it tidies up",
    cmd.Restore: "gone back; the process that drives it goes on from there",
    cmd.Rerun: "the process that drives it runs the gates again",
    cmd.SetLimit: "the limit holds from now on",
    cmd.Waive: "waived; the checker does not raise it again",
    cmd.Promote: "the process that drives it tries the landing again",
}


def taken(command: cmd.Command) -> str:
    """What becomes of a command that the process takes which drives the run."""
    if isinstance(command, cmd.Pause):
        return "interrupted, and paused" if command.now else "pauses at its next safe point"
    return _TAKEN[type(command)]


def next_prompt(view: RunView, iterations: Sequence[IterationView], *, driven: bool) -> str:
    """When a word is used that was just recorded for the next prompt.

    An iteration whose maker was interrupted gets its prompt anew.
    """
    newest = iterations[-1] if iterations else None
    unmade = newest is not None and not newest.outcome and newest.maker is None
    asking = newest is not None and newest.prompt is not None and driven
    n = newest.n if newest and unmade and not asking else view.iteration + 1
    words = f"it goes into the prompt of iteration {n}"
    if view.needs:
        return f"{words}, if there is one after what waits for you"
    if not driven:
        return f"{words}, once the run goes on (`looptui resume {view.id}`)"
    return words


def kept(view: RunView) -> list[str]:
    """Where the work of a run is that never landed, and how to get it; nothing where it waits."""
    lines = []
    if view.good and not view.needs:
        lines.append(f"iteration {view.good} passed every gate; its candidate never landed:")
        lines.append(f"  looptui diff {view.id} --iteration {view.good}")
        end = "" if view.ended else f"looptui stop {view.id}; "
        lines.append(f"  {end}looptui promote {view.id}   puts it on a branch of its own")
    if view.rescued:
        lines.append(f"its work is kept: git show {view.rescued}")
    return lines
