"""A landing that conflicts is sent back from the screen, and lands after all."""

from __future__ import annotations

from pathlib import Path

from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]

AGENT = """\
import pathlib
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b").replace("b - a", "b + a"))
"""


async def _approve(player: Player) -> None:
    await player.sees("to review: 1 file +1 -1, all gates pass")
    await player.press("r")
    await player.sees("return ")
    await player.decide("A")
    await player.sees("Approve this change of fix-add?")
    await player.decide("y")


async def test_a_conflict_is_sent_back_and_lands_after_all(home: Path) -> None:
    project = make_project(home, agent=AGENT)
    async with playing(project) as player:
        await player.sees("to review: 1 file +1 -1, all gates pass")
        (project.repo / "calc.py").write_text("def add(a, b):\n    return b - a\n")
        project.git("commit", "-qam", "Somebody else's idea")
        await _approve(player)
        await player.until(lambda: _need(player) == "conflict")
        await player.press("!")
        await player.sees("try again", "keep on a branch", "send back", "stop")
        await player.press("j", "j")
        await player.decide("enter")
        await player.sees("say in the line below what should change")
        await player.write("keep their order")
        await player.decide("enter")
        await player.until(lambda: _need(player) == "approval")
        await player.press("!")
        await player.sees("return b + a")
        await player.decide("A")
        await player.sees("Approve this change of fix-add?")
        await player.decide("y")
        await player.until(lambda: player.state == "landed")
    assert "b + a" in project.git("show", "main:calc.py")
    assert project.git("rev-list", "--count", "main") == "3"


def _need(player: Player) -> str:
    needs = player.app.snapshot.needs
    return needs[0].kind if needs else ""
