"""A question that is no review names what it is about, all of it, on a small terminal too."""

from __future__ import annotations

from pathlib import Path

from looptui.projections.values import NeedView
from looptui.tui.dialogs.need import NeedDialog
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]

STRAYS = """\
import pathlib
for number in range(12):
    folder = pathlib.Path(f"outside/of/what/it/may/write/{number:02}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file.txt").write_text("x")
"""


async def test_an_escalation_names_every_path_and_the_rule(home: Path) -> None:
    project = make_project(home, agent=STRAYS)
    limits = "iterations = 4\npermission_denials = 13\nescalate_at = 0.5\n"
    text = project.loop.read_text().replace("iterations = 4\n", limits)
    project.loop.write_text(text + '\n[permissions]\nwrite = ["*.py"]\n')
    async with playing(project, size=(80, 24)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.press("!")
        await player.sees("needs you: escalation", "permission 12 of 13", "12/13", "stop")
        await player.sees("Paths that it may not touch")
        wanted = {f"may/write/{number:02}/file.txt" for number in range(12)}
        for _ in range(40):
            wanted = {words for words in wanted if words not in player.screen}
            await player.press("J")
        assert not wanted
        assert "(outside" in player.screen
        await player.press("K", "k", "k")
        await player.decide("escape")
        assert player.app.snapshot.needs


async def test_a_gate_that_would_say_it_of_any_candidate_can_look_again(home: Path) -> None:
    need = NeedView("n", "r", "fix-add", "escalation", 0.0, "check: exit 127", gate="check")
    async with playing(make_project(home), start=()) as player:
        player.app.push_screen(NeedDialog(need))
        await player.sees("look again", "runs again on the same candidate", "the run ends")
        assert "change a limit" not in player.screen
