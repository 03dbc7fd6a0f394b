"""What this machine offers: interpreter, git, sandbox, SQLite, agents, pytest, terminal."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from looptui import proc
from looptui.adapters import child
from looptui.adapters.repository.runner import require_git
from looptui.adapters.sandbox import choose
from looptui.adapters.sandbox.none import Unconfined
from looptui.detecting.agents import offered
from looptui.errors import LooptuiError
from looptui.ports import Confinement, Sandbox
from looptui.text import clip

State = Literal["ok", "warn", "fail"]

KEYS = (
    "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY",
    "MISTRAL_API_KEY", "DEEPSEEK_API_KEY", "XAI_API_KEY",
)  # fmt: skip
"""Variables in which agents look for a key. Only whether they are set is ever told."""
_PATIENCE = 10.0
"""Seconds in which a program has to tell its version."""
_SMALLEST = (80, 24)
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `fail` means that loops cannot run here."""

    name: str
    state: State
    text: str
    fix: str = ""
    """What to do about it; empty where all is well."""


def failed(name: str, error: LooptuiError) -> Finding:
    return Finding(name, "fail", error.message, error.hint)


def python() -> Finding:
    return Finding("python", "ok", f"{platform.python_version()} ({sys.executable})")


async def git() -> Finding:
    try:
        await asyncio.to_thread(require_git)
    except LooptuiError as error:
        return failed("git", error)
    return Finding("git", "ok", await _said(("git", "version")) or "it does not tell its version")


def sandbox() -> tuple[Finding, Sandbox | None]:
    """The sandbox that runs would use, tried out; None where none works."""
    try:
        found = choose()
    except LooptuiError as error:
        return failed("sandbox", error), None
    if found.name == "bubblewrap":
        return Finding("sandbox", "ok", "bubblewrap works"), found
    text = f"{found.name} works; weaker than bubblewrap, which does not work here"
    return Finding("sandbox", "warn", text, "Install bubblewrap: apt install bubblewrap"), found


def sqlite() -> Finding:
    from looptui.store import driver

    text = f"{driver.sqlite3.sqlite_version} ({driver.sqlite3.__name__})"
    try:
        driver.require_version()
    except LooptuiError as error:
        return failed("sqlite", error)
    numbers = [int(part) for part in driver.sqlite3.sqlite_version.split(".")]
    if driver.wal_is_safe((numbers[0], numbers[1], numbers[2])):
        return Finding("sqlite", "ok", f"{text}, WAL is safe")
    fix = "Install the package `pysqlite3`, or a Python with SQLite 3.53 or newer."
    return Finding("sqlite", "warn", f"{text} has a WAL bug, so the slower journal is used", fix)


async def agents(names: Sequence[str] | None = None) -> list[Finding]:
    """The known agents on PATH with what they say of their version."""
    names = tuple(preset.program for preset in offered()) if names is None else names
    found = {name: path for name in names if (path := shutil.which(name))}
    said = await asyncio.gather(*(_said((path, "--version")) for path in found.values()))
    findings = [
        Finding("agent", "ok", f"{name}: {version} ({path})")
        if version
        else Finding(
            "agent",
            "warn",
            f"{name}: does not tell its version ({path})",
            f"See what `{name} --version` does.",
        )
        for (name, path), version in zip(found.items(), said, strict=True)
    ]
    text = f"none of {', '.join(names)} is on PATH; the built-in repair maker needs none"
    return findings or [Finding("agent", "ok", text)]


def keys(env: Mapping[str, str] = os.environ) -> Finding:
    """Which keys are set; a loop still has to name in `maker.env` what its maker may see."""
    given = [name for name in KEYS if env.get(name)]
    unset = [name for name in KEYS if name not in given]
    text = f"set: {', '.join(given) or 'none'}; unset: {', '.join(unset) or 'none'}"
    return Finding("keys", "ok", text)


async def pytest(confined: Sandbox | None) -> Finding:
    """Whether `python3 -m pytest` works as a gate would call it."""
    command = ("python3", "-m", "pytest", "--version")
    fix = "python3 -m pip install pytest (in the environment that your tests use)"
    if shutil.which("python3") is None:
        return Finding("pytest", "warn", "there is no python3 on PATH", "Put one on PATH.")
    inside = await _in_sandbox(confined or Unconfined(), command)
    if inside is not None:
        return Finding("pytest", "ok", f"python3 has {inside}")
    outside = await _in_sandbox(Unconfined(), command) if confined else None
    if outside is None:
        return Finding("pytest", "warn", "python3 has no pytest", fix)
    text = f"python3 has {outside}, but not in the sandbox: it lies where agents cannot look"
    return Finding("pytest", "warn", text, f"Use a virtual environment: {fix}")


def terminal(env: Mapping[str, str] = os.environ) -> Finding:
    """What the screen would have to work with."""
    term = env.get("TERM") or "unset"
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Finding("terminal", "ok", f"none here (TERM {term}): headless use only")
    size = shutil.get_terminal_size()
    words = [f"TERM {term}", f"{size.columns}x{size.lines}"]
    words += [f"COLORTERM {env['COLORTERM']}"] if env.get("COLORTERM") else ["16 or 256 colours"]
    words += ["in tmux"] if env.get("TMUX") else []
    words += ["NO_COLOR"] if env.get("NO_COLOR") else []
    text = ", ".join(words)
    if term in ("dumb", "unset"):
        return Finding("terminal", "warn", text, "Set TERM, for instance to xterm-256color.")
    if size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]:
        return Finding("terminal", "warn", f"{text}: small", "Make it 80x24 or larger.")
    return Finding("terminal", "ok", text)


async def _said(argv: Sequence[str]) -> str:
    """The line in which a program of the user's tells its version; empty where it does not.

    It runs in `/`, where nothing of a repository can change what it does.
    """
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    ended = await proc.run(argv, env=env, cwd=Path("/"), seconds=_PATIENCE, grace=0.5)
    return _version(ended)


async def _in_sandbox(confined: Sandbox, argv: Sequence[str]) -> str | None:
    with tempfile.TemporaryDirectory(prefix="looptui-doctor-") as name:
        place = Path(os.path.realpath(name))
        ended = await child.run(
            confined,
            argv,
            cwd=place,
            env={},
            confinement=Confinement(writable=(place,)),
            seconds=_PATIENCE,
        )
    return _version(ended) or None


def _version(ended: proc.Ended) -> str:
    """The first line with a number in it."""
    if ended.reason != "exit" or ended.exit_code != 0:
        return ""
    lines = [line.strip() for line in ended.output.splitlines() if re.search(r"\d", line)]
    return clip(lines[0], 80, 0).split("\n")[0] if lines else ""
