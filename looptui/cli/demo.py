"""`looptui demo`: the main job, on a real project, without a key or a network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from looptui.cli.driving import report, streamer, with_desk
from looptui.cli.output import say, show
from looptui.core.rest import exit_code
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.core.state import RunState
    from looptui.wire.demo import Stage
    from looptui.wire.desk import Desk


@click.command()
@click.option("--seed", type=int, help="Draws project, fault and place; printed at the start.")
@click.option(
    "--scenario",
    type=click.Choice(["reject", "breaker", "escalate", "crash"]),
    help="A scripted maker shows this state instead of a real repair.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    metavar="N",
    help="With --scenario: the scripted maker is N times as fast.",
)
@click.option("--headless", is_flag=True, help="No screen; end at the review (exit 4).")
@click.option("--plain", is_flag=True, help="Print events as lines to read.")
@click.option("--jsonl", is_flag=True, help="Print events as JSON lines.")
@click.option("--keep", is_flag=True, help="Keep the project and its state, and say where.")
def demo(
    seed: int | None,
    scenario: str | None,
    speed: float | None,
    headless: bool,
    plain: bool,
    jsonl: bool,
    keep: bool,
) -> int:
    """Watch a real loop repair a small project; no key, no network.

    \b
    Example:
      looptui demo
      looptui demo --headless --plain --seed 7

    The maker is given nothing but the repository. It finds small faults by trial, and says so
    when it finds none. Without a terminal this is --headless --plain, and exit 4, at the review,
    is its success.
    """
    from looptui.wire.demo import stage

    if speed is not None and scenario is None:
        raise UsageError(
            "--speed goes with --scenario", "The repair works for real, as fast as it can."
        )
    if seed is not None and scenario is not None:
        raise UsageError("--seed draws a fault, and a scenario has its own", "Say one of them.")
    with stage(seed=seed, scenario=scenario, speed=speed or 1.0, keep=keep) as where:
        _introduce(where, scenario)
        if headless or plain or jsonl or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return _headless(where, jsonl=jsonl, keep=keep)
        from looptui.cli.screen import open_screen

        code = open_screen(where.root, [str(where.loop)], trust=True, lasting=keep)
        _farewell(where, keep=keep)
        return code


def _introduce(where: Stage, scenario: str | None) -> None:
    maker = f"scripted maker, scenario {scenario}" if scenario else "the built-in repair maker"
    drawn = "" if scenario else f", --seed {where.seed}"
    say(f"demo: project {where.project}, {maker}{drawn}")
    say(f"  in {where.root}")


def _headless(where: Stage, *, jsonl: bool, keep: bool) -> int:
    state = with_desk(
        lambda desk: _run(desk, where), where.root, listen=streamer(jsonl=jsonl, plain=not jsonl)
    )
    report(state)
    _farewell(where, keep=keep)
    return exit_code(state)


def _farewell(where: Stage, *, keep: bool) -> None:
    if keep:
        say("the project is kept; to go on with it:")
        say(f"  export LOOPTUI_HOME={where.directory / 'state'}; cd {where.root}")
    else:
        say("the demo's project is removed now; --keep keeps it, so that you can go on with it")


async def _run(desk: Desk, where: Stage) -> RunState:
    from looptui import loopfile

    made = await desk.make_run(loopfile.load(where.loop), trust=True)
    state = await desk.drive(made.run)
    newest = state.iteration
    if newest is not None and newest.diff and newest.outcome != "empty":
        show((await desk.store.get(newest.diff)).decode("utf-8", "replace").rstrip())
    return state
