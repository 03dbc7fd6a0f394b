"""Text that others wrote is shown on every screen and obeyed on none."""

from __future__ import annotations

from pathlib import Path

from rich.segment import Segment

from tests.tui.cockpit import Player, home, make_project, playing
from tests.tui.small_app import strips_of

__all__ = ["home"]

GOAL = "[bold red]Make[/] [@click=app.bell]add[/] add [/nonsense] $error"
NAME = "new[red]\\x1b]0;owned\\x07\\u202efile.py"
AGENT = f"""\
import pathlib, sys
sys.stdout.write("\\x1b]52;c;aGk=\\x07\\x1b[2J\\x1b[31mowned\\x1b[0m [blink]x[/] \\u202eabc\\n")
sys.stdout.flush()
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b  # [reverse]\\x1b[5m"))
pathlib.Path("{NAME}").write_text("[bold]\\x1b[31mx\\n")
"""


def _obeyed(player: Player) -> list[Segment]:
    """What a terminal would take as an order, or a person could not see."""
    bad = set("\x1b\x07\x9b\u202e\u200b")
    segments = [segment for strip in strips_of(player.app) for segment in strip]
    return [one for one in segments if one.control or bad & set(one.text) or _linked(one)]


def _linked(segment: Segment) -> bool:
    return bool(segment.style and (segment.style.link or segment.style.meta.get("@click")))


async def test_nothing_that_a_maker_or_a_goal_says_is_obeyed(home: Path) -> None:
    project = make_project(home, agent=AGENT, goal=GOAL)
    async with playing(project, size=(200, 60)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.sees("owned", "[blink]x[/]")
        assert not _obeyed(player)
        for _ in range(4):
            await player.press("]")
            await player.pilot.pause(0.2)
            assert not _obeyed(player)
        await player.press("]", "]")
        await player.sees("[bold red]Make[/]")
        await player.press("1")
        await player.sees("[@click=app.bell]add[/]")
        assert not _obeyed(player)
        await player.press("r")
        await player.sees("new[red]", "[reverse]")
        assert not _obeyed(player)
        await player.decide("A")
        await player.sees("Approve this change")
        assert not _obeyed(player)
        await player.decide("escape", "X")
        assert not _obeyed(player)
        await player.press("escape", "1", "S")
        await player.sees("Stop fix-add?")
        assert not _obeyed(player)
