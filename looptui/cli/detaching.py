"""`--detach`: runs go on in the background, and the shell has its prompt back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.cli.advice import taken
from looptui.cli.output import say, show
from looptui.errors import LooptuiError, RefusedError

if TYPE_CHECKING:
    from looptui.core.commands import Resume
    from looptui.wire.desk import Desk


async def go_away(desk: Desk, runs: Sequence[str]) -> int:
    """Leave runs that nobody drives to a process in the background; their ids go to stdout."""
    from looptui.wire.detaching import give_away

    try:
        pid = await give_away(desk, runs)
    except LooptuiError:
        say(f"not all of them are driven: {' '.join(runs)}; `looptui resume RUN` goes on with one")
        raise
    for run in runs:
        show(run)
    say(f"in the background now, process {pid}; it ends when they rest")
    say(f"  looptui logs {runs[0]} -f, looptui status --watch, or the screen: looptui")
    return 0


async def resume_detached(desk: Desk, runs: Sequence[str], command: Resume) -> int:
    """Have runs go on in the background; the highest exit code of those that refuse, else 0."""
    ours, codes = [], [0]
    for run in runs:
        try:
            if await desk.carry_out(run, command):
                say(f"{run}: {taken(command)}")
            else:
                ours.append(run)
        except RefusedError as refused:
            if len(runs) == 1:
                raise
            say(f"{run}: {refused.message}")
            codes.append(refused.exit_code)
    if ours:
        await go_away(desk, ours)
    return max(codes)
