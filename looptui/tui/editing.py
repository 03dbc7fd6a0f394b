"""The person's editor over the screen, with the screen out of the way."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.errors import EnvironmentUnfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

_COMMON = ("nano", "vim", "vi")
_AT_LINE = ("nano", "vim", "vi", "nvim", "view", "emacs", "emacsclient", "micro", "kak")
"""Editors that take `+LINE` before the name of the file."""


def editor(wanted: Sequence[str], env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The command of the editor: the setting, $VISUAL, $EDITOR, or one that is there.

    EnvironmentUnfit where there is none, or it is not on PATH.
    """
    given = next((env[name] for name in ("VISUAL", "EDITOR") if env.get(name, "").strip()), "")
    there = next((name for name in _COMMON if shutil.which(name, path=env.get("PATH"))), "")
    try:
        argv = tuple(wanted) or tuple(shlex.split(given)) or ((there,) if there else ())
    except ValueError:
        argv = (given,)
    hint = "Set EDITOR, or editor.command in your config.toml."
    if not argv:
        raise EnvironmentUnfit("there is no editor", hint)
    if shutil.which(argv[0], path=env.get("PATH")) is None:
        raise EnvironmentUnfit(f"the editor {argv[0]} is not on PATH", hint)
    return argv


def at_line(argv: Sequence[str], line: int) -> tuple[str, ...]:
    """The command of an editor so that it opens a file at a line, where it is known how."""
    known = line > 0 and Path(argv[0]).name in _AT_LINE
    return (*argv, f"+{line}") if known else tuple(argv)


def steps_aside(app: App[None], file: Path) -> None:
    """EnvironmentUnfit where the screen cannot make room for an editor: in a browser."""
    driver = app._driver
    if driver is None or not driver.can_suspend:
        raise EnvironmentUnfit("an editor needs a terminal", f"Edit {file} yourself.")


async def edit(app: App[None], argv: Sequence[str], file: Path) -> int:
    """Open a file in an editor and wait until it is closed; the exit code of the editor.

    Nothing is drawn meanwhile.
    """
    with app.batch_update(), app.suspend(), _interrupts_are_the_editors():
        try:
            child = await asyncio.create_subprocess_exec(*argv, str(file))
        except OSError as error:
            raise EnvironmentUnfit(f"the editor {argv[0]} does not start: {error}") from error
        return await child.wait()


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """While a terminal is not ours, ctrl+c goes to every process of its group, so to us, too."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
