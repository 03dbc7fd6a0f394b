"""Any command-line agent, formatter or script as maker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from looptui.adapters import child
from looptui.adapters.makers.call import call, report
from looptui.adapters.sandbox.scratch import scratch
from looptui.core.spec import MakerSpec
from looptui.ports import MakerReport, MakerTask, OnOutput, Sandbox

LONGEST_ARGUMENT = 120 * 1024
"""Bytes; Linux refuses a single argument of 128 KiB (MAX_ARG_STRLEN in its binfmts.h)."""


class CommandMaker:
    """Runs `argv` in the worktree with the prompt on stdin, in a file or as the last word."""

    name = "command"

    def check(self, spec: MakerSpec) -> str | None:
        if not spec.argv:
            return "the maker has no command; set argv in [maker]"
        program = spec.argv[0]
        here = "/" not in program or Path(program).is_absolute()
        if here and shutil.which(program) is None:
            return f"{program} was not found; install it or correct argv in [maker]"
        return None

    async def make(self, task: MakerTask, sandbox: Sandbox, on_output: OnOutput) -> MakerReport:
        spec = task.loop.maker
        prompt = task.prompt.encode()
        with _prompt_file(prompt) as file:
            places = {"prompt_file": str(file), "worktree": str(task.worktree)}
            argv = child.filled(spec.argv, places)
            if spec.prompt_by == "argument":
                if len(prompt) > LONGEST_ARGUMENT:
                    return MakerReport("failed", None, 0.0, _too_long(len(prompt)))
                argv = (*argv, task.prompt.replace("\0", "\N{SYMBOL FOR NULL}"))
            ended = await call(
                task,
                sandbox,
                on_output,
                argv,
                confinement=child.seeing(task.confinement, file),
                stdin=prompt if spec.prompt_by == "stdin" else b"",
            )
        return report(task, ended)


@contextmanager
def _prompt_file(prompt: bytes) -> Iterator[Path]:
    """The prompt in a file that only we and the child can read, for as long as the call lasts."""
    with scratch() as place:
        file = place / "prompt.md"
        file.touch(mode=0o600)
        file.write_bytes(prompt)
        yield file


def _too_long(size: int) -> str:
    return (
        f"the prompt has {size:,} bytes, too many for an argument;"
        ' set prompt_by = "stdin" or "file" in [maker]'
    )
