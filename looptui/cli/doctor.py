"""`doctor`: what is missing on this machine, and how to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from looptui.cli.output import say, show, show_json
from looptui.errors import LooptuiError

if TYPE_CHECKING:
    from looptui.wire.doctor import Finding

_GLYPHS = {"ok": "✓", "warn": "!", "fail": "✗"}
_UNFIT = 6


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--fix", is_flag=True, help="Put right first what is in looptui's own hands.")
@click.pass_context
def doctor(ctx: click.Context, /, as_json: bool, fix: bool) -> int:
    """Say what is missing on this machine, and in this repository, and how to mend it.

    The table at its end says what each maker can do: a loop that needs what its maker lacks is
    refused with that word.

    With --fix it first tidies up after ended runs and killed processes, closes its directories to
    others, and upgrades its database. It installs nothing and leaves your repository alone.

    \b
    Example:
      looptui doctor
      looptui doctor --fix

    Exit codes: 0 nothing that loops need is missing, 6 something is.
    """
    from looptui.wire.doctor import examine
    from looptui.wire.makers import table

    if fix:
        for done in _mended(ctx.obj):
            say(f"mended: {done}")
    findings = asyncio.run(examine(ctx.obj))
    bad = [finding for finding in findings if finding.state == "fail"]
    if as_json:
        checks, makers = [asdict(one) for one in findings], [asdict(row) for row in table()]
        show_json("doctor", ok=not bad, checks=checks, makers=makers)
        return _UNFIT if bad else 0
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        glyph = _GLYPHS[finding.state]
        show(f"{glyph} {finding.state:4} {finding.name:{width}}  {finding.text}")
        if finding.fix and finding.state != "ok":
            show(f"{'':{width + 9}}{finding.fix}")
    _show_makers()
    say(_verdict(findings))
    return _UNFIT if bad else 0


def _show_makers() -> None:
    """What the makers that could work here can do; `--json` has all of them."""
    from looptui.wire.makers import described, table

    show("makers")
    for row in table():
        if row.here:
            has, lacks = described(row)
            show(f"  {row.name}: {has or 'nothing of its own'}")
            show(f"    lacks {lacks}" if lacks else "    lacks nothing")


def _mended(directory: Path) -> list[str]:
    """What was put right; nothing where it cannot begin, which the findings then tell."""
    from looptui.cli.driving import with_desk
    from looptui.cli.sources import root_of
    from looptui.wire.mending import mend

    if root_of(directory) is None:
        return []
    try:
        return with_desk(mend, directory)
    except LooptuiError:
        return []


def _verdict(findings: Sequence[Finding]) -> str:
    if any(finding.state == "fail" for finding in findings):
        return "Loops cannot run here yet."
    if any(finding.name == "repository" and finding.state != "ok" for finding in findings):
        return "Loops can run on this machine, but not in this directory: it is in no repository."
    return "Loops can run here."
