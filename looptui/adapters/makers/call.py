"""What all makers have in common: how their child is called, and how its end is told."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import looptui
from looptui.adapters import child
from looptui.ports import Confinement, MakerReport, MakerTask, OnOutput, Sandbox, Usage
from looptui.proc import MIB, Ended

MOST_OUTPUT = 64 * MIB
"""Bytes of a transcript; who prints more is ended as `flooded`."""


FREE = Usage(micro_usd=0)
"""What a maker without a model costs; of any other command nobody knows."""


async def call(
    task: MakerTask,
    sandbox: Sandbox,
    on_output: OnOutput,
    argv: Sequence[str],
    *,
    confinement: Confinement,
    stdin: bytes = b"",
) -> Ended:
    """Run a maker's child in the worktree, with the deadlines and the transcript of the task."""
    return await child.run(
        sandbox,
        argv,
        cwd=task.worktree,
        env=task.env,
        confinement=confinement,
        seconds=task.seconds,
        idle_seconds=task.idle_seconds,
        stdin=stdin,
        flood_limit=MOST_OUTPUT,
        sink=task.transcript,
        on_output=on_output,
        scrubber=task.scrubber,
    )


def own_command(module: str, *words: str) -> tuple[str, ...]:
    """A module of ours as a command; `-P` keeps a `looptui` in the worktree out of it."""
    return (sys.executable, "-P", "-X", "utf8", "-m", module, *words)


def seeing_us(confinement: Confinement) -> Confinement:
    """The same confinement with our interpreter and our package to read."""
    package = Path(looptui.__file__).parent
    return child.seeing(confinement, Path(sys.prefix), Path(sys.base_prefix), package)


def report(task: MakerTask, ended: Ended) -> MakerReport:
    """How the child ended, in words for a person."""
    code, seconds = ended.exit_code, ended.seconds
    match ended.reason:
        case "missing":
            words = ended.output.strip().splitlines() or ["it could not be started"]
            return MakerReport("missing", None, seconds, words[0].removeprefix("looptui: ")[:300])
        case "timeout":
            return MakerReport("timeout", code, seconds, f"it took longer than {task.seconds:g} s")
        case "idle":
            reason = f"it printed nothing for {task.idle_seconds:g} s"
            return MakerReport("idle", code, seconds, reason)
        case "flooded":
            reason = f"it printed more than {MOST_OUTPUT // MIB} MiB"
            return MakerReport("flooded", code, seconds, reason)
    if code == 0:
        return MakerReport("ended", 0, seconds)
    return MakerReport("failed", code, seconds, _failure(code or 0, ended))


def _failure(code: int, ended: Ended) -> str:
    """Exit code or signal, with the last line that was printed."""
    lines = ended.output.strip().splitlines()
    last = f": {lines[-1][:200]}" if lines else ""
    if code > 128 and code - 128 in set(signal.Signals):
        return f"killed by {signal.Signals(code - 128).name}{last}"
    return f"exit {code}{last}"
