"""Beginning: no loops at all, loop files that nobody trusted, files that are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]


async def test_a_repository_without_loops_says_how_to_begin(home: Path) -> None:
    project = make_project(home)
    shutil.rmtree(project.repo / ".looptui")
    async with playing(project, start=(), size=(80, 24)) as player:
        await player.sees("No loops in repo yet", "looptui demo", "looptui init")
        await player.press("p", "r", "b", "i", "S", "D", "enter", "!")
        assert player.scope == "fleet"
        await player.press("n")
        assert player.scope == "wizard"


async def test_a_loop_file_shows_its_commands_before_it_runs(home: Path) -> None:
    project = make_project(home)
    async with playing(project, start=(), trust=False) as player:
        await player.sees("fix-add", "ready", "enter shows and starts it")
        await player.press("enter")
        await player.sees("Start fix-add?", "gate check", "agent.py", "Trust them?")
        await player.press("y")
        assert player.scope == "confirm"
        await player.decide("escape")
        assert player.app.snapshot.runs == ()
        await player.press("n")
        await player.sees("Start a loop")
        await player.decide("enter")
        await player.sees("Trust them?")
        await player.decide("y")
        await player.until(lambda: player.state == "waiting")
        assert player.base.scope == "loop"


async def test_a_file_that_changes_while_it_is_read_does_not_start(home: Path) -> None:
    project = make_project(home)
    async with playing(project, start=(), trust=False) as player:
        await player.sees("fix-add")
        await player.press("enter")
        await player.sees("Trust them?")
        project.loop.write_text(project.loop.read_text() + "\n# more\n")
        await player.decide("y")
        await player.sees("changed while you read it")
        assert player.app.snapshot.runs == ()


async def test_an_untrusted_file_of_the_command_line_is_asked_about_once(home: Path) -> None:
    project = make_project(home)
    async with playing(project, trust=False) as player:
        await player.sees("Trust them?")
        await player.decide("escape")
        await player.sees("did not start: its commands were not trusted")
    async with playing(project, trust=False) as player:
        await player.sees("Trust them?")
        await player.decide("y")
        await player.until(lambda: player.state == "waiting")
    async with playing(project, trust=False) as player:
        await player.until(lambda: len(player.app.snapshot.runs) == 2)


async def test_a_wrong_loop_file_says_what_is_wrong(home: Path) -> None:
    project = make_project(home)
    project.loop.write_text(project.loop.read_text().replace("[goal]", "[gaol]"))
    async with playing(project, start=()) as player:
        await player.sees("fix-add")
        await player.press("enter")
        await player.sees("fix-add.toml cannot be started", "gaol", "goal: is missing")
        await player.decide("y", "enter")
        assert player.app.snapshot.runs == ()
