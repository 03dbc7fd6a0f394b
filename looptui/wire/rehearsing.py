"""What a run of a loop file would be, before there is one: nothing is recorded or started."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from looptui.core.breakers import EXIT_CODES, limit_of
from looptui.core.events import Record
from looptui.core.evolve import evolve, new
from looptui.core.spec import Loop
from looptui.loopfile import Loaded
from looptui.wire.desk import Desk
from looptui.wire.fitness import obstacles
from looptui.wire.overriding import Overrides


@dataclass(frozen=True, slots=True)
class Rehearsal:
    loop: str
    file: str
    trusted: bool
    base: str
    branch: str | None
    """The branch that is checked out; None where HEAD is detached."""
    left_out: tuple[str, ...]
    """Uncommitted paths of the checkout."""
    landing: str
    commands: tuple[tuple[str, str], ...]
    """What each is for, and its command line, in the order in which they would run."""
    limits: Mapping[str, float]
    problems: tuple[str, ...]
    """Why it cannot run here; empty where it can."""


async def rehearse(desk: Desk, loaded: Loaded, overrides: Overrides) -> Rehearsal:
    """RepoError where there is nothing to start from, UsageError for limits that are too high."""
    loop = loaded.loop
    checkout = await desk.repository.checkout()
    base, _ = await desk.base(loop, checkout.commit, checkout.tree)
    state = new("", loop)
    for n, event in enumerate(overrides.events("", loop), 1):
        state = evolve(state, Record(event, n, 0.0, "", 0.0))
    return Rehearsal(
        loop=loop.name,
        file=str(loaded.path),
        trusted=desk.trust.known(loaded.digest),
        base=base,
        branch=checkout.branch,
        left_out=checkout.dirty,
        landing=_landing(loop, checkout.branch),
        commands=_commands(loop),
        limits={name: limit_of(state, name) for name in EXIT_CODES},
        problems=tuple(await asyncio.to_thread(obstacles, loop, desk.repository.root)),
    )


def _landing(loop: Loop, branch: str | None) -> str:
    onto = loop.landing.target or branch or "a branch of its own"
    how = "by rule" if loop.approval.mode == "auto" else "after a person's approval"
    return f"{loop.landing.way} onto {onto}, {how}"


def _commands(loop: Loop) -> tuple[tuple[str, str], ...]:
    setup = [("setup", shlex.join(argv)) for argv in loop.workspace.setup.argv]
    maker = ("maker", shlex.join((loop.maker.agent, *loop.maker.argv)))
    gates = sorted(loop.gates, key=lambda gate: gate.order)
    shown = [(f"gate {gate.id}", shlex.join(gate.argv) or gate.kind) for gate in gates]
    return (*setup, maker, *shown)
