"""Calling a person who looks elsewhere, and what the terminal is told beside the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.drivers.headless_driver import HeadlessDriver

from looptui.tui.preferences import Calling
from tests.tui.cockpit import MENDS, Player, home, make_project, playing

__all__ = ["home"]

WAITS = (
    "import pathlib, time\n"
    "go = pathlib.Path('go')\n"
    "while not go.exists(): time.sleep(0.02)\n"
    "go.unlink()\n" + MENDS
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the terminal beside the screen."""
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda self, data: written.append(data))
    for name in ("TMUX", "TERM_PROGRAM", "TERM", "VTE_VERSION", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    return written


def _bells(told: list[str]) -> int:
    return told.count("\x07")


async def _begun(player: Player) -> None:
    """Wait until the maker is at work."""
    await player.until(lambda: player.state == "active")
    await player.until(lambda: player.app.snapshot.runs[0].phase == "making")


def _go(player: Player) -> None:
    """Let the maker end."""
    (Path(player.app.snapshot.runs[0].worktree or "") / "go").touch()


async def test_a_need_calls_a_person_who_looks_elsewhere_once(home: Path, told: list[str]) -> None:
    project = make_project(home, agent=WAITS)
    async with playing(project) as player:
        await _begun(player)
        player.app.post_message(events.AppBlur())
        await player.pilot.pause()
        _go(player)
        await player.until(lambda: _bells(told) == 1)
        await player.until(lambda: "\x1b]9;looptui needs you: fix-add: approval\x1b\\" in told)
        player.app.call_person()
        player.app.post_message(events.AppFocus())
        player.app.post_message(events.AppBlur())
        await player.pilot.pause()
        player.app.call_person()
        await player.pilot.pause()
        assert _bells(told) == 1


async def test_who_looks_is_not_called(home: Path, told: list[str]) -> None:
    project = make_project(home, agent=WAITS)
    async with playing(project) as player:
        await _begun(player)
        player.app.post_message(events.AppFocus())
        await player.pilot.pause()
        _go(player)
        await player.until(lambda: bool(player.app.snapshot.needs))
        player.app.post_message(events.AppBlur())
        await player.pilot.pause()
        player.app.call_person()
        await player.pilot.pause()
        assert _bells(told) == 0


async def test_a_channel_that_does_not_work_is_told(home: Path, told: list[str]) -> None:
    project = make_project(home, agent=WAITS)
    calling = Calling(("command",), when="always", command=("no-such-program-here",))
    async with playing(project, calling=calling) as player:
        await _begun(player)
        await player.pilot.pause()
        _go(player)
        await player.sees("the channel command did not work")
        assert _bells(told) == 0


async def test_the_title_follows_and_is_given_back(home: Path, told: list[str]) -> None:
    project = make_project(home, agent=WAITS)
    async with playing(project) as player:
        await player.until(lambda: "\x1b]2;looptui - 1 at work\x1b\\" in "".join(told))
        await _begun(player)
        _go(player)
        await player.until(lambda: "\x1b]2;looptui - 1 for you\x1b\\" in told)
    assert "".join(told).count("\x1b[22;2t") == 1
    assert told[-1] == "\x1b[23;2t"
    assert not any("]9;4" in data for data in told)


async def test_progress_goes_to_terminals_that_know_it(
    home: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "ghostty")
    async with playing(make_project(home)) as player:
        await player.until(lambda: "\x1b]9;4;3;0\x1b\\" in told)
        await player.until(lambda: "\x1b]9;4;4;100\x1b\\" in told)
    assert told[-1] == "\x1b]9;4;0;0\x1b\\\x1b[23;2t"
