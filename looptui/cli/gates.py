"""Gates over all runs: which tests are flaky, and which of them a person set aside."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from looptui.cli.driving import with_desk
from looptui.cli.groups import Group
from looptui.cli.output import line, say, show, show_json
from looptui.cli.sources import reader_of

if TYPE_CHECKING:
    from looptui.wire.flaking import Flaky

_test = click.argument("test", metavar="TEST")


@click.group(cls=Group)
def gates() -> None:
    """See flaky tests, and set them aside with a reason.

    A gate that fails in a new way runs once more on the same tree. If it does not say the same
    twice it is flaky: that is no pass and no progress.

    \b
    Example:
      looptui gates flaky
      looptui gates quarantine tests/test_net.py::test_retry -m "needs a free port"
    """


@gates.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def flaky(ctx: click.Context, /, as_json: bool) -> None:
    """List tests that failed in one run of two on the same tree, and those in quarantine.

    \b
    Example:
      looptui gates flaky --json
    """
    from looptui.wire.flaking import found

    reader, _ = reader_of(ctx.obj)
    tests = found(reader)
    if as_json:
        show_json("gates.flaky", tests=[asdict(one) for one in tests])
        return
    for one in tests:
        _tell(one)
    if not tests:
        say("No gate has been seen to say two things of one tree, and no test is in quarantine.")


def _tell(one: Flaky) -> None:
    show(line(one.test or f"gate {one.gate} (it names no tests)"))
    if one.seen:
        day = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
        times = "once" if one.seen == 1 else f"{one.seen} times"
        show(f"  {times} in gate {one.gate}, last in run {one.run} ({day})")
        show(f"  {line(one.first)}; then {line(one.second)}")
    if one.quarantined:
        show(f"  in quarantine by {one.by}: {line(one.reason)}")


@gates.command()
@_test
@click.option("-m", "--reason", required=True, help="Why; it is recorded with your name.")
@click.pass_context
def quarantine(ctx: click.Context, /, test: str, reason: str) -> None:
    """Set a test aside: it still has to run, but no gate is red for it alone.

    That holds for all loops of this repository from their next gate on; `looptui rerun RUN` lets
    the gates of a run that rests look again.

    \b
    Example:
      looptui gates quarantine tests/test_net.py::test_retry -m "needs a free port"
    """
    from looptui.wire.flaking import quarantine as put

    with_desk(lambda desk: put(desk, test, reason), ctx.obj)
    say(f"{line(test)} is in quarantine; `looptui gates release` takes it out again")


@gates.command()
@_test
@click.option("-m", "--reason", default="", help="Why; it is recorded with your name.")
@click.pass_context
def release(ctx: click.Context, /, test: str, reason: str) -> None:
    """Take a test out of quarantine: it counts again.

    \b
    Example:
      looptui gates release tests/test_net.py::test_retry
    """
    from looptui.wire.flaking import release as take

    with_desk(lambda desk: take(desk, test, reason), ctx.obj)
    say(f"{line(test)} counts again")
