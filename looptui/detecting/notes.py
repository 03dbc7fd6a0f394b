"""Commands that AGENTS.md and its like tell people and agents: suggestions, never taken unasked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from looptui.detecting.reading import Tree
from looptui.detecting.values import Finding, Purpose
from looptui.text import redact, safe

FILES = (
    "AGENTS.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md", "CONTRIBUTING.md",
)  # fmt: skip
_SHELLS = ("", "bash", "sh", "shell", "console", "zsh", "text")
_WORDS: tuple[tuple[Purpose, re.Pattern[str]], ...] = (
    ("types", re.compile(r"\b(?:mypy|pyright|tsc|typecheck|type-check)\b")),
    ("format", re.compile(r"\b(?:fmt|format|prettier|black|gofmt|rustfmt)\b")),
    ("lint", re.compile(r"\b(?:lint|ruff|flake8|eslint|clippy|vet|biome|golangci-lint)\b")),
    ("coverage", re.compile(r"\b(?:coverage|--cov)\b")),
    ("test", re.compile(r"\b(?:tests?|pytest|tox|nox|jest|vitest|rspec|check)\b")),
)
_NEVER = re.compile(
    r"^(?:sudo|doas|rm|mv|cp|dd|curl|wget|git|ssh|scp|docker|podman|kubectl|cd|export|source|"
    r"npx|pip|pip3|apt|brew|echo|cat|open|kill)$"
)
_SHELL_SYNTAX = re.compile(r"[|&;<>$`(){}\\*?~#]|\.\.\.")
_FENCE = re.compile(r"\s*(?:```|~~~)\s*([A-Za-z0-9_+-]*)")
_INLINE = re.compile(r"`([^`]+)`")
_LONGEST = 160
_MOST = 12


def look(tree: Tree) -> Iterator[Finding]:
    """One finding for each command that could be a gate."""
    seen: set[tuple[str, ...]] = set()
    for file in FILES:
        for line, text in _commands(tree.lines(file)):
            found = _read(text)
            if found is None or found[1] in seen or len(seen) >= _MOST:
                continue
            seen.add(found[1])
            why = "a suggestion of this file"
            yield Finding(*found, file, line, "guess", why, suggestion=True)


def _commands(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines of blocks that are for a shell, and short pieces of code in prose."""
    block: str | None = None
    for number, line in enumerate(lines, 1):
        fence = _FENCE.match(line)
        if fence:
            block = fence[1].lower() if block is None else None
        elif block is None:
            yield from ((number, piece) for piece in _INLINE.findall(line))
        elif block in _SHELLS:
            yield number, line


def _read(text: str) -> tuple[Purpose, tuple[str, ...]] | None:
    """What a command line is for; None for what is no plain command, or for nothing of ours."""
    line = text.strip().removeprefix("$ ").split(" #")[0].strip()
    if not line or len(line) > _LONGEST or _SHELL_SYNTAX.search(line):
        return None
    if safe(line) != line or redact(line) != line:
        return None
    try:
        argv = tuple(shlex.split(line))
    except ValueError:
        return None
    if len(argv) < 2 and argv[:1] not in (("pytest",), ("tox",), ("nox",)):
        return None
    if not re.fullmatch(r"[A-Za-z0-9_./-]+", argv[0]) or _NEVER.match(argv[0]):
        return None
    purpose = next((purpose for purpose, words in _WORDS if words.search(line)), None)
    return None if purpose is None or "install" in argv or "add" in argv else (purpose, argv)
