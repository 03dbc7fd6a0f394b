"""An agent's permission requests: what they are about, and how they are decided."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from looptui.adapters.agents.patience import Patience
from looptui.adapters.agents.story import Story
from looptui.core.permission import LONGEST, Answer, Request
from looptui.making import MakerTask
from looptui.text import safe

_EDITS = frozenset(("Write", "Edit", "MultiEdit", "NotebookEdit"))
_READS = frozenset(("Read", "Glob", "Grep", "LS"))
_SHELL = ("bash", "sh", "zsh", "dash")


class Asking:
    """Passes requests on for one call; the call's clock stands still meanwhile."""

    def __init__(self, task: MakerTask, story: Story, patience: Patience) -> None:
        self._task, self._story, self._patience = task, story, patience

    async def decide(self, *requests: Request) -> Answer:
        """One answer for all: a refusal of any is a refusal of the act."""
        answer = Answer("deny", "nothing was asked")
        for request in requests:
            answer = await self._one(request)
            if answer.word == "deny":
                return answer
        return answer

    async def _one(self, request: Request) -> Answer:
        if self._task.ask is None:
            return Answer("deny", "there is nobody to ask")
        with self._patience.asking():
            answer = await self._task.ask(request)
        if answer.word == "deny":
            self._story.note(f"refused: {request.scope} ({answer.reason})")
        return answer

    def located(self, path: str) -> str:
        """A path as rules know it: relative to the worktree, or absolute where it is elsewhere."""
        worktree = Path(os.path.realpath(self._task.worktree))
        given = Path(os.path.normpath(worktree / path))
        real = Path(os.path.realpath(given.parent)) / given.name
        stand_ins = map(os.path.realpath, self._task.confinement.stands_for)
        for root in (worktree, *map(Path, stand_ins)):
            if real.is_relative_to(root):
                return safe(real.relative_to(root).as_posix())
        return safe(str(real))

    def edit(self, path: object, tool: str = "") -> Request:
        return Request("edit", self.located(str(path or ".")), tool)

    def command(self, line: object, tool: str = "") -> Request:
        """A command line; of `bash -lc LINE` the line."""
        if isinstance(line, list):
            words = [str(word) for word in line]
            shell = len(words) == 3 and Path(words[0]).name in _SHELL and words[1] in ("-c", "-lc")
            line = words[2] if shell else " ".join(words)
        return Request("command", safe(_unwrapped(str(line)))[: LONGEST + 1], tool)

    def tool(self, name: str, given: Mapping[str, Any]) -> Request:
        """A request by the names of Claude Code's tools."""
        path = given.get("file_path") or given.get("notebook_path") or given.get("path")
        if name in _EDITS:
            return self.edit(path, name)
        if name == "Bash":
            return self.command(given.get("command"), name)
        if name in _READS:
            return Request("read", self.located(str(path or ".")), name)
        if name in ("WebFetch", "WebSearch"):
            return Request("network", host(given.get("url")) or "a web search", name)
        return Request("tool", safe(name)[:200], name)


def host(url: object) -> str:
    try:
        return safe(urlsplit(str(url)).hostname or "")
    except ValueError:
        return ""


def _unwrapped(line: str) -> str:
    """`/bin/bash -lc 'LINE'`, as Codex says it, is LINE."""
    import shlex

    try:
        words = shlex.split(line)
    except ValueError:
        return line
    shell = len(words) == 3 and Path(words[0]).name in _SHELL and words[1] in ("-c", "-lc")
    return words[2] if shell else line
