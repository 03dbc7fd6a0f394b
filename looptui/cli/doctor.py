"""`doctor`: what is missing on this machine, and how to mend it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from looptui.cli.output import say, show, show_json

_GLYPHS = {"ok": "✓", "warn": "!", "fail": "✗"}
_UNFIT = 6


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(ctx: click.Context, /, as_json: bool) -> int:
    """Say what is missing on this machine, and how to mend it.

    \b
    Example:
      looptui doctor

    Exit codes: 0 loops can run here, 6 something that they need is missing.
    """
    from looptui.wire.doctor import examine

    findings = asyncio.run(examine(ctx.obj))
    bad = [finding for finding in findings if finding.state == "fail"]
    if as_json:
        show_json("doctor", ok=not bad, checks=[asdict(finding) for finding in findings])
        return _UNFIT if bad else 0
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        glyph = _GLYPHS[finding.state]
        show(f"{glyph} {finding.state:4} {finding.name:{width}}  {finding.text}")
        if finding.fix and finding.state != "ok":
            show(f"{'':{width + 9}}{finding.fix}")
    say("Loops cannot run here yet." if bad else "Loops can run here.")
    return _UNFIT if bad else 0
