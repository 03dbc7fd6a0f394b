"""Runs of another process, runs that nobody drives, and signals to the screen itself."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from looptui.wire.reading import Reading
from tests.tui.cockpit import SLEEPS, Project, home, make_project, playing

__all__ = ["home"]

ROOT = Path(__file__).parents[2]
_STYLES = re.compile(rb"\x1b\[[0-9;]*m")
"""They may come in the middle of a word, where a part of a line is drawn again."""


async def _headless(project: Project, home: Path) -> asyncio.subprocess.Process:
    words = ("run", str(project.loop), "--headless", "--trust")
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "looptui", *words, cwd=project.repo, env=_environment(home),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


async def test_a_run_of_another_process_shows_live_and_obeys_keys(home: Path) -> None:
    project = make_project(home, agent=SLEEPS)
    process = await _headless(project, home)
    async with playing(project, start=()) as player:
        await player.until(lambda: bool(player.app.snapshot.at_work))
        await player.press("enter")
        await player.sees(f"driven by pid {process.pid}", "half way")
        await player.press("p", "p")
        await player.until(lambda: player.state == "paused")
    assert await process.wait() == 4


async def test_an_interrupted_run_is_named_and_waits_for_a_key(home: Path) -> None:
    project = make_project(home, agent=SLEEPS)
    process = await _headless(project, home)
    async with playing(project, start=()) as player:
        await player.until(lambda: bool(player.app.snapshot.at_work))
        await player.press("enter")
        await player.sees("half way")
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await player.press("1")
        await player.sees("interrupted", "press I: 1 interrupted run (fix-add)")
        assert player.state == "active"
        await player.press("p")
        await player.until(lambda: bool(player.app.snapshot.driven_here))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_pauses_the_run_and_gives_the_terminal_back(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    project = make_project(home, agent=SLEEPS)
    parent, child = pty.openpty()
    words = [sys.executable, "-m", "looptui", "run", str(project.loop), "--trust"]
    environment = _environment(home) | {"TERM": "xterm-256color"}
    process = subprocess.Popen(
        words, cwd=project.repo, env=environment, stdin=child, stdout=child, stderr=child,
        start_new_session=True,
    )  # fmt: skip
    os.close(child)
    seen = _read(parent, b"half way")
    process.send_signal(number)
    seen += _read(parent, None)
    assert process.wait(20) == code
    os.close(parent)
    assert seen.rindex(b"\x1b[?1049l") > seen.rindex(b"\x1b[?1049h")
    assert b"Traceback" not in seen
    said = seen[seen.rindex(b"\x1b[?1049l") :]
    assert b"fix-add is paused; to go on: looptui resume fix-add\r\n" in said
    assert not _running(str(home / "agent.py"))
    monkeypatch.setenv("LOOPTUI_HOME", str(home / "home"))
    assert [view.state for view in Reading(project.repo).runs()] == ["paused"]


def test_ctrl_z_gives_the_terminal_back_until_it_goes_on(home: Path) -> None:
    project = make_project(home, agent=SLEEPS)
    parent, child = pty.openpty()
    words = [sys.executable, "-m", "looptui", "run", str(project.loop), "--trust"]
    process = subprocess.Popen(
        words, cwd=project.repo, env=_environment(home) | {"TERM": "xterm-256color"},
        stdin=child, stdout=child, stderr=child, start_new_session=True,
    )  # fmt: skip
    os.close(child)
    _read(parent, b"half way")
    os.write(parent, b"\x1a")
    assert b"\x1b[?1049l" in _read(parent, b"\x1b[?1049l")
    _until_stopped(process.pid)
    process.send_signal(signal.SIGCONT)
    seen = _read(parent, b"half way")
    assert b"\x1b[?1049h" in seen
    process.send_signal(signal.SIGTERM)
    _read(parent, None)
    assert process.wait(20) == 143
    os.close(parent)
    assert not _running(str(home / "agent.py"))


def _until_stopped(pid: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _running(words: str) -> list[str]:
    """The command lines of living processes that hold some words."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(file.read_bytes().replace(b"\0", b" ").decode())
    return [line for line in lines if words in line]


def _read(parent: int, until: bytes | None, seconds: float = 30) -> bytes:
    """What comes from the terminal until some bytes, or until it is closed."""
    seen, deadline = b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            chunk = os.read(parent, 1 << 16)
        except OSError:
            return seen
        seen += chunk
        if not chunk or (until is not None and until in seen + b"\0" + _STYLES.sub(b"", seen)):
            return seen
    raise AssertionError(f"{until!r} never came: {seen[-2000:]!r}")


def _environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    return {**kept, "LOOPTUI_HOME": str(home / "home"), "PYTHONPATH": str(ROOT)}
