"""`run` and `resume`: drive runs to their next rest."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from looptui.cli import overriding
from looptui.cli.detaching import go_away, resume_detached
from looptui.cli.driving import (
    act_among,
    drive,
    find_run,
    outlast,
    report,
    streamer,
    tell_needs,
    with_desk,
)
from looptui.cli.output import say
from looptui.core import commands as cmd
from looptui.core.rest import exit_code
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.loopfile import Loaded
    from looptui.wire.desk import Desk
    from looptui.wire.overriding import Overrides

_detach = click.option(
    "--detach", is_flag=True, help="Go on in the background; print the ids of the runs."
)


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@click.option("--headless", is_flag=True, help="No screen; end at the next rest.")
@click.option("--trust", is_flag=True, help="I have read this file; its commands may run here.")
@_detach
@overriding.flags
@click.option(
    "--until",
    type=click.Choice(["review", "done"]),
    default="review",
    help="With done: wait for people's decisions, and go on after them.",
)
@click.option("--dry-run", is_flag=True, help="Say what would run, where and up to which limits.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: one JSON object a SPEC.")
@click.option("--jsonl", is_flag=True, help="Print every event as a line of JSON.")
@click.option("--plain", is_flag=True, help="Print events as lines to read.")
@click.option("--unsandboxed", is_flag=True, help="Run without a sandbox where none works.")
@click.pass_context
def run(ctx: click.Context, /, specs: tuple[str, ...], **options: Any) -> int:
    """Run loops to their next rest: files, or names of loops in .looptui/loops.

    On a terminal this opens the screen. Without one nothing asks: --trust says that the commands
    of the file may run here. With --detach the runs are driven by a process in the background,
    which ends when they rest; `status`, `logs -f`, `pause` and the screen reach them all the same.

    Limits of the file can be lowered for one run; --raise --reason WHY makes them higher. Who set
    them is recorded.

    \b
    Example:
      looptui run fix-tests
      looptui run fix-tests --headless --trust --jsonl
      looptui run fix-tests --trust --detach
      looptui run fix-tests --max-iterations 3 --time 30m
      looptui run fix-tests --dry-run

    Exit codes: 0 goal met, 3 not met, 4 needs a person, 5 rejected, 6 environment unfit,
    10 to 15 a breaker tripped (iterations, cost, time, errors, permission, escalation).
    What it needs of a person is on standard output by its id, unless events are printed there.
    Of several loops the highest; with --detach 0 once they are on their way.
    """
    directory: Path = ctx.obj
    trust, detach = bool(options["trust"]), bool(options["detach"])
    streams, limits = _streams(options), overriding.overrides(options)
    if options["as_json"] and not options["dry_run"]:
        raise UsageError("--json goes with --dry-run", "Events come with --jsonl.")
    if options["dry_run"]:
        return _rehearse(directory, specs, limits, as_json=options["as_json"])
    if options["until"] == "done" and detach:
        raise UsageError("--until done stays here", "Leave --detach out; `&` is your shell's way.")
    if not (options["headless"] or streams or detach) and _terminal():
        from looptui.cli.screen import open_screen

        return open_screen(
            directory,
            specs,
            trust=trust,
            unsandboxed=options["unsandboxed"],
            overrides=limits,
        )
    listen = streamer(jsonl=options["jsonl"], plain=options["plain"])
    onward = outlast if options["until"] == "done" else drive

    async def work(desk: Desk) -> int:
        made = await _make(desk, directory, specs, limits, trust=trust)
        if detach:
            return await go_away(desk, made)
        states = await asyncio.gather(*(onward(desk, run) for run in made))
        for state in states:
            report(state)
            if not streams:
                tell_needs(state)
        return max(exit_code(state) for state in states)

    return with_desk(
        work,
        directory,
        unsandboxed=options["unsandboxed"],
        listen=listen,
    )


@click.command()
@click.argument("names", nargs=-1, metavar="RUN...")
@click.option("--all", "every", is_flag=True, help="Every run that is paused or interrupted.")
@click.option("--reset", is_flag=True, help="Let the breaker that tripped pass once more.")
@click.option("--reason", default="", help="Why, with --reset; it is recorded.")
@_detach
@click.option("--jsonl", is_flag=True, help="Print every event as a line of JSON.")
@click.option("--plain", is_flag=True, help="Print events as lines to read.")
@click.option("--unsandboxed", is_flag=True, help="Run without a sandbox where none works.")
@click.pass_context
def resume(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    every: bool,
    reset: bool,
    reason: str,
    **options: Any,
) -> int:
    """Go on with runs that were paused, tripped or interrupted, to their next rest.

    A tripped run goes on when its limit was raised (`looptui limits`), or with --reset --reason.

    \b
    Example:
      looptui resume fix-tests
      looptui resume fix-tests --reset --reason "one more try"
      looptui resume --all --detach

    Exit codes: those of `looptui run`.
    """
    if bool(names) == every:
        raise UsageError("Which runs?", "Name them, or say --all; `looptui status` lists them.")
    _streams(options)
    return with_desk(
        lambda desk: _resume(desk, names, cmd.Resume(reset, reason), detach=options["detach"]),
        ctx.obj,
        unsandboxed=options["unsandboxed"],
        listen=streamer(jsonl=options["jsonl"], plain=options["plain"]),
    )


async def _resume(desk: Desk, names: tuple[str, ...], command: cmd.Resume, *, detach: bool) -> int:
    runs = list(dict.fromkeys(find_run(desk, name) for name in names)) or _resting(desk)
    if not runs:
        say("No run is paused or interrupted: nothing to do.")
        return 0
    if detach:
        return await resume_detached(desk, runs, command)
    acts = (act_among(desk, run, command, of=len(runs)) for run in runs)
    return max(await asyncio.gather(*acts))


def _resting(desk: Desk) -> list[str]:
    """Runs that a person paused, or whose session ended without a word."""
    from looptui.wire import views

    return [
        view.id
        for view in views.runs(desk.reader)
        if view.state == "paused" or (view.live and desk.store.leases.holder(view.id) is None)
    ]


async def _make(
    desk: Desk, directory: Path, specs: tuple[str, ...], limits: Overrides, *, trust: bool
) -> list[str]:
    """The ids of new runs, one a loop file: all of them, or none."""
    from looptui.projections.figures import plural
    from looptui.wire.tidying import tidy

    await tidy(desk)
    loaded = [read_loop(directory, spec) for spec in specs]
    for each in loaded:
        desk.examine(each, trust=trust)
        limits.events("", each.loop)
    for warning in desk.settings.warnings:
        say(str(warning))
    desk.require_place()
    made = [await desk.make_run(each, trust=trust, overrides=limits) for each in loaded]
    for each, new in zip(loaded, made, strict=True):
        say(f"{each.loop.name}: run {new.run}")
        if new.left_out:
            paths = plural(len(new.left_out), "uncommitted path")
            say(f"  not part of it: {paths}, {new.left_out[0]}")
    return [new.run for new in made]


def _rehearse(directory: Path, specs: tuple[str, ...], limits: Overrides, *, as_json: bool) -> int:
    from looptui.wire.rehearsing import Rehearsal, rehearse

    async def work(desk: Desk) -> list[Rehearsal]:
        return [await rehearse(desk, read_loop(directory, spec), limits) for spec in specs]

    found = with_desk(work, directory)
    for one in found:
        overriding.rehearsed(one, as_json=as_json)
    return 6 if any(one.problems for one in found) else 0


def read_loop(directory: Path, spec: str) -> Loaded:
    """The loop that a word names, its warnings told; LoopFileErrors with every problem."""
    from looptui import loopfile

    loaded = loopfile.load(find_loop_file(directory, spec))
    for warning in loaded.warnings:
        say(str(warning))
    return loaded


def find_loop_file(directory: Path, spec: str) -> Path:
    """A path, or the name of a loop in `.looptui/loops`."""
    from looptui import paths

    named = paths.loops_dir(paths.repo_root(directory)) / f"{spec}.toml"
    for path in (directory / spec, named):
        if path.is_file():
            return path
    raise UsageError(f"There is no loop file {spec}", "`looptui new NAME` writes one.")


def _streams(options: dict[str, Any]) -> bool:
    """Whether events are to be printed as they come; with --detach nobody is there for that."""
    wanted = bool(options["jsonl"] or options["plain"])
    if wanted and options["detach"]:
        raise UsageError(
            "--detach leaves nobody here to print events",
            "Say --detach alone; `looptui logs RUN -f` (with --jsonl) follows a run.",
        )
    return wanted


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
