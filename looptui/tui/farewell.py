"""What is said on the normal terminal after the screen is gone: what waits, and how to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from looptui.projections.figures import plural

if TYPE_CHECKING:
    from looptui.projections.values import RunView


def farewell(views: Sequence[RunView], drove: frozenset[str]) -> str:
    """A line for each run that was driven here and is paused now, and one for open needs.

    `views` are all runs, newest first. A run is named by its loop where that means this run on
    the command line: where it is the newest of its loop.
    """
    newest = {view.loop: view.id for view in reversed(views)}
    lines = [
        f"{view.loop} is paused; to go on: "
        f"looptui resume {view.loop if newest[view.loop] == view.id else view.id}"
        for view in views
        if view.id in drove and view.state == "paused"
    ]
    needs = sum(len(view.needs) for view in views)
    if needs:
        waits = "waits" if needs == 1 else "wait"
        lines.append(f"{plural(needs, 'need')} {waits} for you: looptui needs")
    return "\n".join(lines)
