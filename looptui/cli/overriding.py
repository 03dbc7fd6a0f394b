"""Flags of `run` that set limits for one run, and what it would come to: `--dry-run`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from looptui.cli.output import show, show_json, table
from looptui.cli.params import SPAN
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.wire.overriding import Overrides
    from looptui.wire.rehearsing import Rehearsal

F = TypeVar("F", bound=Callable[..., Any])
_LIMITS = {"max_iterations": "iterations", "cost": "cost", "time": "time"}


def flags(command: F) -> F:
    """Add them to a command."""
    for option in (
        click.option("--reason", default="", help="Why, with --raise; it is recorded."),
        click.option("--raise", "raising", is_flag=True, help="Allow limits above those of SPEC."),
        click.option("--time", type=SPAN, help="At most this long at work, such as 30m."),
        click.option("--cost", type=float, metavar="USD", help="At most this many dollars."),
        click.option("--max-iterations", type=int, metavar="N", help="At most N iterations."),
    ):
        command = option(command)
    return command


def overrides(options: Mapping[str, Any]) -> Overrides:
    """The limits that a person set; they can only be lower, unless they are raised with a reason.

    UsageError for --raise without a reason, and for either without a limit.
    """
    from looptui.wire.overriding import Overrides

    given = {to: options[name] for name, to in _LIMITS.items() if options[name] is not None}
    if options["raising"] and not options["reason"].strip():
        raise UsageError("Why are limits raised?", "Say it with --reason; it is recorded.")
    if (options["raising"] or options["reason"]) and not given:
        raise UsageError("Which limit?", "Give --max-iterations, --cost or --time.")
    return Overrides({name: float(n) for name, n in given.items()}, *_why(options))


def _why(options: Mapping[str, Any]) -> tuple[bool, str]:
    return bool(options["raising"]), str(options["reason"])


def rehearsed(found: Rehearsal, *, as_json: bool) -> None:
    """Print what a run would be."""
    from looptui.core.breakers import said
    from looptui.projections.figures import plural

    if as_json:
        show_json("rehearsal", **asdict(found))
        return
    show(f"{found.loop}: nothing is started; this is what a run would be")
    rows = [
        ("file", f"{found.file}{'' if found.trusted else ' (not trusted yet: --trust)'}"),
        ("base", f"{found.base[:12]}, on {found.branch or 'no branch (HEAD is detached)'}"),
        ("lands", found.landing),
        *found.commands,
    ]
    if found.left_out:
        paths = plural(len(found.left_out), "uncommitted path")
        rows.insert(2, ("left out", f"{paths}, {found.left_out[0]}"))
    rows += [(f"limit {name}", said(name, limit)) for name, limit in found.limits.items()]
    rows += [("cannot run", problem) for problem in found.problems]
    table(rows[1:], rows[0])
