"""A branch on its way to the user's remote: by their own git, with their config and their login."""

from __future__ import annotations

import os
from pathlib import Path

from looptui import proc
from looptui.adapters.repository.errors import GitFailed
from looptui.text import safe

_PATIENCE = 300.0
"""Seconds; a push of much can take long."""


async def push(root: Path, remote: str, branch: str) -> None:
    """Push a branch under its own name, never by force. GitFailed with what git said.

    It is the one command that does what the user's own would do, hooks and helpers of logins
    included: a person asked for exactly this push.
    """
    ref = f"refs/heads/{branch}"
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    argv = ["git", "push", remote, f"{ref}:{ref}"]
    ended = await proc.run(argv, env=env, cwd=root, seconds=_PATIENCE, grace=5.0)
    if ended.reason != "exit" or ended.exit_code:
        code = -1 if ended.exit_code is None else ended.exit_code
        raise GitFailed("push", code, safe(ended.output).strip())
