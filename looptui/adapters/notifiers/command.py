"""Through a command of the person's own, which is told on its standard input."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from looptui import proc
from looptui.ports import Surroundings

SECONDS = 10.0
"""How long a command may take."""


class OwnCommand:
    """Runs `notify.command` with `{"schema": "looptui.notify/1", "title": ..., "body": ...}`."""

    name = "command"

    def __init__(self, surroundings: Surroundings) -> None:
        self._argv, self._env = surroundings.command, surroundings.env

    async def notify(self, title: str, body: str) -> str:
        if not self._argv:
            return "notify.command is not set"
        told = {"schema": "looptui.notify/1", "title": title, "body": body}
        return await called(self._argv, self._env, json.dumps(told).encode() + b"\n")


async def called(argv: Sequence[str], env: Mapping[str, str], stdin: bytes = b"") -> str:
    """Run a command to its end; an empty string, or why it failed."""
    ended = await proc.run(
        tuple(argv), env=env, cwd=Path.home(), owns_tree=False, stdin=stdin, seconds=SECONDS
    )
    if ended.reason == "exit" and ended.exit_code == 0:
        return ""
    said = ended.output.strip().split("\n")[0]
    return said or f"{argv[0]}: {ended.reason}, exit code {ended.exit_code}"
