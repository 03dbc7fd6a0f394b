"""What the agent can do: read, search, edit, write, run, finish. We do it, the model only asks.

Files are touched by us and so outside the sandbox: no path leads out of the worktree, not through
a link that the model made before. Commands run in the sandbox.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from looptui.adapters import child
from looptui.adapters.chat.edits import EditError, patched, replaced
from looptui.core.permission import Request
from looptui.core.protect import matches
from looptui.making import MakerTask
from looptui.ports import Sandbox
from looptui.text import excerpt, safe

_MOST_FILE = 2_000_000
_MOST_SHOWN = 24_000
"""Characters of one answer of a tool."""
_MOST_LINES = 400
_MOST_HITS = 60
_MOST_FILES = 20_000
_RUN_SECONDS = 300.0


class Refused(Exception):
    """Why a tool did nothing; the words are for the model."""


def _tool(name: str, about: str, required: tuple[str, ...], **keys: str) -> dict[str, Any]:
    kinds = {"from_line": "integer", "lines": "integer", "all": "boolean"}
    properties = {
        key: {"type": kinds.get(key, "string"), "description": words} for key, words in keys.items()
    }
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    function = {"name": name, "description": about, "parameters": parameters}
    return {"type": "function", "function": function}


TOOLS = (
    _tool("read", "Read a file, or list a directory.", ("path",),
          path="Relative to the repository.", from_line="The first line, from 1.",
          lines="How many; at most 400."),
    _tool("search", "Find a text (no pattern) in the files.", ("text",),
          text="What to find.", path="Only below this directory or in this file."),
    _tool("edit", "Replace a text in a file that stands there exactly once.",
          ("path", "old", "new"), path="The file.", old="Exactly as it stands there.",
          new="What takes its place.", all="Replace every one."),
    _tool("patch", "Change a file by a unified diff of that file.", ("path", "patch"),
          path="The file.", patch="Hunks that begin with @@; line numbers need not be right."),
    _tool("write", "Write a whole file, a new one or in the place of one.", ("path", "content"),
          path="The file.", content="All of it."),
    _tool("run", "Run a command with sh in the repository; it has no input.", ("command",),
          command="The command line."),
    _tool("finish", "End the work; it is then checked by machines.", ("summary",),
          summary="What was changed, in a sentence."),
)  # fmt: skip


@dataclass(slots=True)
class Toolbox:
    """The tools over one worktree."""

    task: MakerTask
    sandbox: Sandbox
    changed: bool = False
    """Whether anything may differ from how the iteration began."""
    finished: str | None = None
    _root: Path = field(init=False)

    def __post_init__(self) -> None:
        self._root = self.task.worktree.resolve()

    async def use(self, name: str, arguments: str) -> str:
        """What the tool answers; a mistake of the model comes back as words, too."""
        try:
            given = _arguments(arguments)
            return _shown(await self._use(name, given))
        except (Refused, EditError) as no:
            return f"error: {no}"
        except (KeyError, TypeError) as error:
            return f"error: {name} lacks or does not take {error}"
        except (OSError, UnicodeError) as error:
            return f"error: {getattr(error, 'strerror', None) or error}"

    async def _use(self, name: str, given: Mapping[str, Any]) -> str:
        match name:
            case "read":
                return self._read(given)
            case "search":
                return self._search(str(given["text"]), str(given.get("path") or "."))
            case "edit":
                new = replaced(
                    self._text(given["path"]),
                    str(given["old"]),
                    str(given["new"]),
                    everywhere=given.get("all") is True,
                )
                return await self._put(given["path"], new)
            case "patch":
                new = patched(self._text(given["path"]), str(given["patch"]))
                return await self._put(given["path"], new)
            case "write":
                return await self._put(given["path"], str(given["content"]))
            case "run":
                return await self._run(str(given["command"]))
            case "finish":
                self.finished = safe(str(given.get("summary", "")))[:500]
                return "done"
        known = ", ".join(tool["function"]["name"] for tool in TOOLS)
        raise Refused(f"there is no tool {name!r}; there are {known}")

    # --- files --------------------------------------------------------------------------------

    def _place(self, path: object) -> Path:
        """Where a path leads, which is in the worktree and not its .git."""
        if not isinstance(path, str) or not path or "\0" in path:
            raise Refused("path is a text, relative to the repository")
        place = (self._root / path).resolve()
        if place != self._root and self._root not in place.parents:
            raise Refused(f"{path} is outside of the repository")
        if place.relative_to(self._root).parts[:1] == (".git",):
            raise Refused(f"{path} is not yours to touch")
        return place

    def _bytes(self, place: Path) -> bytes:
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Refused("that is no regular file")
            content = file.read(_MOST_FILE + 1)
        if len(content) > _MOST_FILE:
            raise Refused(f"the file is larger than {_MOST_FILE:,} bytes")
        return content

    def _text(self, path: object) -> str:
        try:
            return self._bytes(self._place(path)).decode()
        except UnicodeDecodeError:
            raise Refused("the file is not UTF-8 text") from None

    def _read(self, given: Mapping[str, Any]) -> str:
        place = self._place(given["path"])
        if place.is_dir():
            names = sorted(f"{one.name}/" if one.is_dir() else one.name for one in place.iterdir())
            return "\n".join(names[:_MOST_LINES]) or "(empty)"
        lines = self._text(given["path"]).splitlines()
        first = max(1, int(given.get("from_line") or 1))
        count = min(_MOST_LINES, int(given.get("lines") or _MOST_LINES))
        chosen = lines[first - 1 : first - 1 + count]
        more = len(lines) - (first - 1 + len(chosen))
        rest = [f"({more} more lines; read on from_line {first + len(chosen)})"] if more > 0 else []
        return "\n".join([*chosen, *rest]) or "(empty)"

    def _search(self, text: str, below: str) -> str:
        if not text:
            raise Refused("text is empty")
        hits: list[str] = []
        for place in self._files(self._place(below)):
            try:
                content = self._bytes(place).decode()
            except (Refused, OSError, UnicodeDecodeError):
                continue
            name = place.relative_to(self._root).as_posix()
            for number, line in enumerate(content.splitlines(), 1):
                if text in line:
                    hits.append(f"{name}:{number}: {line.strip()[:200]}")
                if len(hits) >= _MOST_HITS:
                    return "\n".join([*hits, "(there are more; search below a path)"])
        return "\n".join(hits) or "nothing found"

    def _files(self, top: Path) -> Iterator[Path]:
        if top.is_file():
            yield top
            return
        left = _MOST_FILES
        for directory, names, files in os.walk(top):
            names[:] = sorted(n for n in names if n not in (".git", "node_modules", "__pycache__"))
            for file in sorted(files):
                left -= 1
                if left < 0:
                    return
                yield Path(directory, file)

    async def _put(self, path: object, content: str) -> str:
        place = self._place(path)
        name = place.relative_to(self._root).as_posix()
        permissions = self.task.loop.permissions
        if rule := matches(name, permissions.deny):
            raise Refused(f"the loop does not let you change {name} (deny {rule})")
        if not matches(name, permissions.write):
            raise Refused(f"the loop lets you change only {', '.join(permissions.write)}")
        place.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOFOLLOW
        with os.fdopen(os.open(place, flags | os.O_CLOEXEC, 0o666), "w", newline="") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Refused("that is no regular file")
            file.write(content)
        self.changed = True
        return f"{name} has {len(content.splitlines())} lines now"

    # --- commands -----------------------------------------------------------------------------

    async def _run(self, command: str) -> str:
        if self.task.ask is not None:
            answer = await self.task.ask(Request("command", command, "run"))
            if answer.word == "deny":
                raise Refused(f"not allowed: {answer.reason or 'refused'}")
        self.changed = True
        ended = await child.run(
            self.sandbox,
            ("sh", "-c", command),
            cwd=self.task.worktree,
            env=self.task.env,
            confinement=self.task.confinement,
            seconds=min(_RUN_SECONDS, self.task.seconds),
            keep_head=8_000,
            keep_tail=12_000,
        )
        if ended.reason == "exit":
            how = f"exit {ended.exit_code}"
        else:
            how = f"ended after {ended.seconds:.0f} s: {ended.reason}"
        return f"{how}\n{excerpt(ended.head, ended.tail, ended.total)}"


def _arguments(text: str) -> Mapping[str, Any]:
    """The arguments of a call; some streams say the same object twice in a row."""
    try:
        given, end = json.JSONDecoder().raw_decode(text.strip() or "{}")
    except ValueError as error:
        raise Refused(f"the arguments are no JSON ({error}); call the tool again") from None
    rest = text.strip()[end:]
    if not isinstance(given, dict) or (rest and not text.strip().startswith(rest)):
        raise Refused("the arguments are not one JSON object; call the tool again")
    return given


def _shown(text: str) -> str:
    if len(text) <= _MOST_SHOWN:
        return text
    half = _MOST_SHOWN // 2
    return f"{text[:half]}\n({len(text) - _MOST_SHOWN:,} characters left out)\n{text[-half:]}"
