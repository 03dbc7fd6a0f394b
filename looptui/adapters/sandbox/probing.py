"""Whether a program is the same inside the sandbox as outside, before anything is spent on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from looptui.adapters.sandbox.none import Unconfined
from looptui.adapters.sandbox.places import real, within
from looptui.adapters.sandbox.tools import program_of
from looptui.ports import Confinement, Sandbox
from looptui.proc import Ended, run

_SECONDS = 20.0


async def probe(
    sandbox: Sandbox,
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    confinement: Confinement,
) -> str | None:
    """Why `argv[0]` cannot be used in this sandbox, or None if it can.

    Runs `argv[0] --version` inside, with nothing writable, and outside, and compares exit codes
    and first lines. A program in a writable directory is not ours to run outside: it only has to
    start.
    """
    program = program_of(argv[0], cwd, env)
    if program is None:
        return f"{argv[0]}: command not found"
    looking = replace(
        confinement, writable=(), readable=(*confinement.readable, *confinement.writable)
    )
    command = (*argv[:1], "--version")
    inside = await _ended(sandbox, command, cwd, env, looking)
    if inside.reason == "missing":
        return f"{argv[0]} does not start in the {sandbox.name} sandbox: {inside.output.strip()}"
    if not sandbox.confines or within(real(program), map(real, confinement.writable)):
        return None
    outside = await _ended(Unconfined(), command, cwd, env, looking)
    if _shown(inside) == _shown(outside):
        return None
    return (
        f"{argv[0]} --version differs: {_words(outside)} outside, "
        f"{_words(inside)} in the {sandbox.name} sandbox"
    )


async def _ended(
    sandbox: Sandbox,
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    confinement: Confinement,
) -> Ended:
    with sandbox.launch(argv, cwd=cwd, env=env, confinement=confinement) as launch:
        return await run(
            launch.argv,
            env=launch.env,
            cwd=launch.cwd,
            owns_tree=launch.owns_tree,
            seconds=_SECONDS,
            grace=1.0,
        )


def _shown(ended: Ended) -> tuple[str, int | None, str]:
    line = ended.output.strip().partition("\n")[0] if ended.exit_code == 0 else ""
    return ended.reason, ended.exit_code, line


def _words(ended: Ended) -> str:
    reason, code, line = _shown(ended)
    last = ended.output.strip().rpartition("\n")[2]
    return f"{reason if code is None else f'exit code {code}'} ({line or last or 'no output'})"
