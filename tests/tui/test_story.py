"""What a maker prints is told whole, however it comes."""

from __future__ import annotations

from pathlib import Path

from looptui.tui.widgets.tail_view import _unpacked
from tests.tui.cockpit import home, make_project, playing

__all__ = ["home"]

PIECES = """\
import pathlib, sys, time
go = pathlib.Path(sys.argv[1])
print("one line ", end="", flush=True)
while not go.exists():
    time.sleep(0.01)
print("in two pieces", flush=True)
time.sleep(60)
"""


async def test_a_line_that_is_printed_in_pieces_is_one_line(home: Path) -> None:
    project = make_project(home, agent=PIECES)
    text = project.loop.read_text()
    project.loop.write_text(text.replace('agent.py"]', 'agent.py", "{worktree}/go"]'))
    async with playing(project) as player:
        await player.sees("one line")
        worktree = player.app.snapshot.runs[0].worktree or ""
        (Path(worktree) / "go").touch()
        await player.sees("one line in two pieces")


async def test_ten_thousand_lines_are_told_to_the_last(home: Path) -> None:
    agent = "for n in range(10_000): print('line', n, 'x' * 60)\n"
    async with playing(make_project(home, agent=agent, iterations=1)) as player:
        await player.until(lambda: player.state in ("waiting", "tripped"))
        story = player.app.screen.query_one("#transcript")
        ring = story.ring  # type: ignore[attr-defined]
        await player.until(lambda: any("line 9999 x" in line for line in ring._lines))
        wanted = [f"line {n} {'x' * 60}" for n in range(10_000)]
        lines = ["".join(text for text, _ in _unpacked(line)).strip() for line in ring._lines]
        assert [one for one in lines if "xxx" in one] == wanted
