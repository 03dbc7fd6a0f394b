"""What a session that died left of a run: looked at, never touched."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from looptui.core import events as ev
from looptui.proctable import carriers
from looptui.text import safe
from looptui.tui.handing import Leftovers

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

_BACK = 2000
"""Events of a run in which the beginning of its last session is looked for."""


async def leftovers(desk: Desk, runs: Sequence[str]) -> tuple[Leftovers, ...]:
    """What is left of each run: the session that died, money, processes, worktree."""
    trees = {entry.run: entry for entry in await desk.repository.inventory()}
    found = []
    for run in runs:
        left = await asyncio.to_thread(carriers, f"LOOPTUI_RUN_ID={run}")
        tree = trees.get(run)
        one = replace(_of_log(desk, run), processes=left)
        if tree is not None:
            one = replace(one, worktree=safe(str(tree.path)), size=tree.size, dirty=tree.dirty)
        found.append(one)
    return tuple(found)


def _of_log(desk: Desk, run: str) -> Leftovers:
    session, began = "", None
    for stored in reversed(desk.reader.latest(_BACK, run=run)):
        event, _ = ev.decode(stored.kind, stored.data)
        if isinstance(event, ev.SessionStarted):
            session = f"{event.mode}, process {event.pid}"
        elif isinstance(event, ev.EffectStarted):
            began = stored.at
    return Leftovers(run, safe(session), began, desk.reader.money(run=run).held / 1e6)
