"""What is said on the normal terminal after the screen is gone: what waits, and how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import plural

if TYPE_CHECKING:
    from looptui.projections.values import RunView


def farewell(
    views: Sequence[RunView],
    drove: frozenset[str],
    pid: int = 0,
    away: frozenset[str] = frozenset(),
) -> str:
    """A line for each run that was driven here and is paused or `away` now, one for open needs.

    `views` are all runs, newest first; those that are away the process `pid` drives. A run is
    named by its loop where that means this run on the command line: where it is the newest of its
    loop.
    """
    newest = {view.loop: view.id for view in reversed(views)}
    lines = []
    for view in views:
        name = view.loop if newest[view.loop] == view.id else view.id
        if view.id in away and view.live:
            follow = f"looptui logs {name} -f follows it, looptui shows it"
            lines.append(f"{view.loop} goes on in the background (process {pid}); {follow}")
        elif view.id in drove and view.state == "paused":
            lines.append(f"{view.loop} is paused; to go on: looptui resume {name}")
    needs = sum(len(view.needs) for view in views)
    if needs:
        waits = "waits" if needs == 1 else "wait"
        lines.append(f"{plural(needs, 'need')} {waits} for you: looptui needs")
    return "\n".join(lines)
