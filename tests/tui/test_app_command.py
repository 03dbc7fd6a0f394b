"""The command line of the screen, in the real app."""

from __future__ import annotations

from pathlib import Path

from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]


async def _waiting(player: Player) -> None:
    await player.until(lambda: bool(player.app.snapshot.needs))


async def test_a_line_is_carried_out_and_remembered(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press(":")
        await player.sees("Command for fix-add", "approve  reject")
        await player.write("nud")
        await player.press("tab")
        await player.sees("[RUN] TEXT  words for the next prompt")
        await player.write("look at calc")
        await player.press("enter")
        await player.sees("the nudge goes into the next prompt")
        await player.until(lambda: player.scope == "loop")
        await player.press(":", "up")
        await player.sees("nudge look at calc")
        await player.press("down", "escape")
        assert player.scope == "loop"


async def test_what_is_wrong_is_said_in_place(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await _waiting(player)
        await player.press(":")
        await player.write("paus")
        await player.press("enter")
        await player.sees("there is no verb 'paus'. Did you mean 'pause'?")
        await player.press("ctrl+u")
        await player.write("approve 0000000")
        await player.press("enter")
        await player.until(lambda: "! " in player.screen.split("\n")[-3])
        assert player.scope == "command"
        assert player.state == "waiting"


async def test_an_approval_by_its_tree_lands(home: Path) -> None:
    project = make_project(home)
    async with playing(project, size=(80, 24)) as player:
        await _waiting(player)
        tree = player.app.snapshot.needs[0].tree or ""
        await player.press(":")
        await player.write(f"approve {tree[:9]}")
        await player.press("enter")
        await player.until(lambda: player.state == "landed")
    assert project.git("log", "--format=%an") == "Tester\nTester"


async def test_lines_lead_to_screens_and_start_loops(home: Path) -> None:
    async with playing(make_project(home), start=()) as player:
        await player.sees("ready")
        for line, scope in (("config", "settings"), ("status", "fleet"), ("keys", "help")):
            await player.press(":")
            await player.write(line)
            await player.press("enter")
            await player.until(lambda scope=scope: player.scope == scope)  # type: ignore[misc]
        await player.press("escape", ":")
        await player.write("stop")
        await player.press("enter")
        assert player.scope == "fleet"
        await player.press(":")
        await player.write("run fix")
        await player.press("tab", "enter")
        await player.sees("Start fix-add?")
