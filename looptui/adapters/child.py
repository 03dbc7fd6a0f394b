"""One child of a gate or a maker: confined by the sandbox, run by `proc`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from looptui import proc
from looptui.ports import Confinement, OnOutput, Sandbox


async def run(
    sandbox: Sandbox,
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    confinement: Confinement,
    seconds: float,
    idle_seconds: float | None = None,
    stdin: bytes | int = b"",
    keep_head: int = 64 * proc.KIB,
    keep_tail: int = 64 * proc.KIB,
    flood_limit: int = 4 * proc.GIB,
    sink: Path | None = None,
    on_output: OnOutput | None = None,
    on_errors: OnOutput | None = None,
    scrubber: proc.Scrubber | None = None,
) -> proc.Ended:
    """Run a command in the sandbox until its whole process tree is gone; see `proc.run`."""
    with sandbox.launch(argv, cwd=cwd, env=env, confinement=confinement) as launch:
        return await proc.run(
            launch.argv,
            env=launch.env,
            cwd=launch.cwd,
            owns_tree=launch.owns_tree,
            stdin=stdin,
            seconds=seconds,
            idle_seconds=idle_seconds,
            keep_head=keep_head,
            keep_tail=keep_tail,
            flood_limit=flood_limit,
            sink=sink,
            on_output=on_output,
            on_errors=on_errors,
            scrubber=scrubber,
        )


def filled(argv: Sequence[str], places: Mapping[str, str]) -> tuple[str, ...]:
    """The words with each `{name}` of `places` replaced; other braces are left alone."""
    words = []
    for word in argv:
        for name, value in places.items():
            word = word.replace(f"{{{name}}}", value)
        words.append(word)
    return tuple(words)


def seeing(confinement: Confinement, *readable: Path) -> Confinement:
    """The same confinement with more to read."""
    return replace(confinement, readable=(*confinement.readable, *readable))
