"""The memory screen over a real store: what is seen, every edit, and a run that waits meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, NoReturn

import pytest
from textual import events
from textual.widgets import TextArea

from looptui.core import commands as cmd
from looptui.core.memory import Memory
from looptui.errors import StoreError
from looptui.tui.app import LooptuiApp
from looptui.tui.dialogs.record import RecordDialog
from looptui.tui.screens.memory import MemoryScreen
from looptui.wire import remembering
from looptui.wire.ids import person
from looptui.wire.reading import Reading
from tests.tui.cockpit import MENDS, SLEEPS, Player, home, make_project, playing

__all__ = ["home"]

FAILS = """
import pathlib, sys
pathlib.Path("calc.py").write_text("def add(a, b):\\n    return 1\\n")
print("skip the tests")
sys.exit(3)
"""
WAITS = """
import time
print(flush=True)
while not pathlib.Path("go").exists():
    time.sleep(0.05)
pathlib.Path("go").unlink()
"""
HOSTILE = "\x1b[31mred\x1b]0;owned\x07 [b]@click[/b] \u202ereversed"


async def opened(player: Player) -> MemoryScreen:
    await player.press("3")
    await player.until(lambda: isinstance(player.base, MemoryScreen))
    assert isinstance(player.base, MemoryScreen)
    screen = player.base
    await player.until(lambda: screen.shelved is not None)
    return screen


async def add(player: Player, *records: cmd.Remember) -> list[str]:
    """Records by hand, through the door that the command line uses, too."""
    desk = await player.app.controller.desk()  # type: ignore[attr-defined]
    names = [await remembering.carry_out(desk, record) for record in records]
    player.app.feed.hurry()
    return names


async def record(player: Player, name: str) -> Memory:
    found = await player.app.controller.read(lambda reads: reads.memories.record(name))
    assert found is not None
    return found


async def at(player: Player, screen: MemoryScreen, name: str) -> None:
    """Put the cursor on a record."""
    await player.until(lambda: screen.list.table.find(name) is not None)
    screen.list.move_to(screen.list.table.find(name) or 0)
    await player.pilot.pause()
    assert screen.item is not None
    assert screen.item.record.id == name


SAID: list[str] = []
"""Everything that the app told in a corner of the screen, where it stays for seconds only."""


@pytest.fixture(autouse=True)
def _heard(monkeypatch: pytest.MonkeyPatch) -> None:
    tell = LooptuiApp.tell

    def heard(self: LooptuiApp, text: str, *more: Any, **options: Any) -> None:
        SAID.append(text)
        tell(self, text, *more, **options)

    SAID.clear()
    monkeypatch.setattr(LooptuiApp, "tell", heard)


async def told(player: Player, *words: str) -> None:
    """Wait until words were told."""
    for word in words:
        await player.until(lambda word=word: any(word in text for text in SAID))  # type: ignore[misc]


async def test_every_edit_once(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        screen = await opened(player)
        assert screen.wish.run == player.app.snapshot.runs[0].id
        await player.sees("Memory of fix-add", "in the next prompt", "of 2,000 tok")
        await player.press("n")
        await player.sees("A new record", "loop:fix-add")
        await player.write("use cursors")
        await player.press("tab")
        await player.write("rows go")
        await player.press("ctrl+s")
        await told(player, "m-001 is recorded")
        await player.sees("use cursors")
        made = await record(player, "m-001")
        assert (made.scope, made.why, made.actor) == ("loop:fix-add", "rows go", person())
        await at(player, screen, "m-001")
        await player.press("*")
        await player.until(lambda: bool(screen.item and screen.item.record.pinned))
        await player.sees("P✓", "1 pinned")
        await player.press("e")
        await player.sees("Edit m-001")
        await player.write("!")
        await player.press("ctrl+s")
        await told(player, "m-001: text changed")
        await player.sees("use cursors!")
        await player.press("z")
        await player.until(lambda: "use cursors!" not in screen.item.record.text)  # type: ignore[union-attr]
        await player.press("x")
        await player.until(lambda: screen.list.table.find("m-001") is None)
        await player.press("z")
        await player.until(lambda: screen.list.table.find("m-001") is not None)
        await at(player, screen, "m-001")
        await player.press("]")
        await player.sees("use cursors", "as it would be sent now", "goal ", "# Goal")
        await player.press("]")
        await player.sees("v5", "undid edit", person())
        await player.press("*")
        await player.sees("v6", "no longer pinned")


async def test_several_become_one_and_a_clash_is_settled_by_a_person(home: Path) -> None:
    async with playing(make_project(home)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        screen = await opened(player)
        await add(
            player,
            cmd.Remember("fact", "max page size is 100", subject="page size"),
            cmd.Remember("fact", "max page size is 50", subject="page size"),
            cmd.Remember("rule", "use cursors"),
            cmd.Remember("rule", "never offsets", tags=("api",)),
        )
        await player.sees("needs a decision", "clash", "<> m-001")
        await at(player, screen, "m-003")
        await player.press("space")
        await at(player, screen, "m-004")
        await player.press("space", "M")
        await player.sees("Merge 2 records into m-003", "never offsets")
        await player.press("ctrl+s")
        await told(player, "1 record merged into m-003")
        assert (await record(player, "m-004")).state == "superseded"
        merged = await record(player, "m-003")
        assert (merged.text, merged.tags) == ("use cursors\nnever offsets", ("api",))
        await player.press("z")
        await player.until(lambda: screen.list.table.find("m-004") is not None)
        await at(player, screen, "m-001")
        await player.decide("a")
        await player.sees("Which holds of page size?", "max page size is 50")
        await player.decide("enter")
        await told(player, "m-001 holds; m-002 is superseded")
        await player.until(lambda: screen.list.table.find("m-002") is None)
        assert "needs a decision" not in player.screen
        await player.press("z")
        await player.until(lambda: screen.list.table.find("m-002") is not None)
        await at(player, screen, "m-002")
        await player.decide("a")
        await player.sees("Which holds of page size?")
        await player.press("j", "j")
        await player.decide("enter")
        await told(player, "are both kept")
        await player.until(lambda: "needs a decision" not in player.screen)
        assert (await record(player, "m-002")).beside == ("m-001",)


async def test_search_facets_runs_and_what_an_agent_said(home: Path) -> None:
    async with playing(make_project(home, agent=FAILS, iterations=1)) as player:
        await player.until(lambda: player.state == "tripped")
        screen = await opened(player)
        elsewhere = cmd.Remember("fact", "cursors", "loop:other")
        await add(player, cmd.Remember("rule", HOSTILE), elsewhere)
        await player.sees("unsure", "1 to confirm")
        await at(player, screen, "m-001")
        await player.sees("␛[31mred␛]0;owned␇", "[b]@click[/b]", "<U+202E>")
        said = next(item.record for item in screen.items if item.record.state == "quarantined")
        await at(player, screen, said.id)
        await player.sees("an agent said it", "left out")
        await player.decide("a")
        await player.until(lambda: screen.item is not None and screen.item.group == "next")
        assert (await record(player, said.id)).actor == person()
        await player.press("/")
        await player.write("cursors")
        await player.decide("enter")
        await player.sees("of loop:other: not for this run", "/cursors")
        assert len(screen.items) == 1
        await player.press("escape", "f")
        await player.sees("Show only", "rule")
        dialog = player.app.screen.query_one("#choices")
        dialog.move_to(dialog.table.find(("kind", "rule")))  # type: ignore[attr-defined]
        await player.press("enter")
        await player.until(lambda: [item.record.id for item in screen.items] == ["m-001"])
        await at(player, screen, "m-001")
        await player.press("e")
        await player.sees("Edit m-001")
        await player.write("!")
        await player.press("ctrl+s")
        await player.until(lambda: bool(screen.item and screen.item.record.text.endswith("!")))
        await player.press("escape", ")")
        await player.sees("Memory of all loops", "cursors", "scope all loops")
        assert screen.subject is None
        await player.press("(")
        await player.sees("Memory of fix-add")


async def test_writing_pauses_the_run_and_it_goes_on_afterwards(home: Path) -> None:
    async with playing(make_project(home, agent=SLEEPS)) as player:
        await player.sees("half way")
        await opened(player)
        await add(player, cmd.Remember("rule", "use cursors"))
        await player.sees("use cursors")
        run = player.app.snapshot.runs[0].id
        await player.press("n")
        await player.sees("A new record", "pauses at its next safe point while you write")
        await player.until(lambda: run in player.app.snapshot.pausing)
        await player.press("escape")
        await told(player, "fix-add goes on")
        await player.until(lambda: run not in player.app.snapshot.pausing)
        assert player.state == "active"


async def test_a_run_that_came_to_its_safe_point_waits_there_for_the_writer(home: Path) -> None:
    async with playing(make_project(home, agent=MENDS + WAITS)) as player:
        await player.until(lambda: player.app.snapshot.runs != ())
        await player.until(lambda: bool(player.app.snapshot.runs[0].worktree))
        go = Path(player.app.snapshot.runs[0].worktree or "") / "go"
        await player.sees("characters")
        await opened(player)
        await player.press("n")
        await player.sees("pauses at its next safe point while you write")
        await player.until(lambda: bool(player.app.snapshot.pausing))
        go.touch()
        await player.until(lambda: player.state == "paused")
        await player.sees("fix-add is paused while you write")
        await player.write("use cursors")
        await player.press("ctrl+s")
        await told(player, "m-001 is recorded", "fix-add goes on")
        await player.until(lambda: player.state == "waiting")


async def test_two_people_edit_one_record_and_neither_is_overwritten_unseen(home: Path) -> None:
    project = make_project(home)
    async with playing(project) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        screen = await opened(player)
        await add(player, cmd.Remember("rule", "use cursors"))
        await at(player, screen, "m-001")
        await player.press("e")
        await player.sees("Edit m-001")
        other = await asyncio.create_subprocess_exec(
            *_looptui("-C", str(project.repo), "memory", "edit", "m-001", "--text", "use pages"),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, told = await other.communicate()
        assert other.returncode == 0, told
        await player.write("!")
        await player.press("ctrl+s")
        await player.sees("was changed meanwhile", "It says now: use pages")
        assert (await record(player, "m-001")).text == "use pages"
        assert isinstance(player.app.screen, RecordDialog)
        await player.press("ctrl+s")
        await player.until(lambda: not isinstance(player.app.screen, RecordDialog))
        assert (await record(player, "m-001")).text == "use cursors!"


def _looptui(*words: str) -> tuple[str, ...]:
    import sys

    return (sys.executable, "-m", "looptui", *words)


async def test_the_list_is_edited_as_a_file_and_a_broken_file_is_opened_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from looptui.tui import editing

    written: list[str] = []
    answers = ["[[record]\n", None]

    async def edit(app: Any, argv: Any, file: Path) -> int:
        written.append(file.read_text())
        answer = answers.pop(0)
        text = written[0].replace('"use cursors"', '"use pages"') + '\n[[record]]\ntext = "new"\n'
        file.write_text(answer or text)
        return 0

    monkeypatch.setattr(editing, "edit", edit)
    monkeypatch.setattr(editing, "editor", lambda wanted: ("true",))
    monkeypatch.setattr(editing, "steps_aside", lambda app, file: None)
    async with playing(make_project(home)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        screen = await opened(player)
        await add(player, cmd.Remember("rule", "use cursors"))
        await at(player, screen, "m-001")
        await player.press("E")
        await told(player, "this is no TOML", "E opens it again")
        await player.press("E")
        await told(player, "2 records changed")
        await player.sees("use pages")
        assert written[1] == "[[record]\n"
        await player.until(lambda: any(item.record.text == "new" for item in screen.items))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_every_size_shows_the_list_and_one_key_more_the_record(
    home: Path, size: tuple[int, int]
) -> None:
    async with playing(make_project(home), size=size, theme="daylight") as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await opened(player)
        await player.sees("in the next prompt", "iteration 1 changed calc.py", "? help")
        if size[0] == 80:
            await player.press("enter")
        await player.sees("Record", "scope ", "Why it is here", "score", "source")
        if size[0] == 200:
            await player.sees("History", "recorded")
        await player.press("escape", "q")
        assert player.scope == "loop"


async def test_nothing_learnt_and_a_store_that_cannot_be_read_are_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(home)
    async with playing(project, start=()) as player:
        await opened(player)
        await player.sees("Nothing learned yet", "n adds a record", "all loops")
        await player.press("e", "x", "*", "a", "space", "M")
        await told(player, "mark two records or more")
        await player.press("E")
        assert player.scope == "memory"
        await player.press("n")
        await player.sees("A new record")
        await player.press("ctrl+s")
        await player.sees("a record needs a text")
        player.app.screen.query_one(TextArea).post_message(events.Paste(f"first {HOSTILE}"))
        await player.sees("first ")
        await player.press("ctrl+s")
        await told(player, "m-001 is recorded")
        await player.sees("fact        first ␛")
        desk = await player.app.controller.desk()  # type: ignore[attr-defined]
        assert "\x1b" not in remembering.find(desk.reader, "m-001").text

        def fails(reading: Reading) -> NoReturn:
            raise StoreError("the state is gone", "Put it back.")

        monkeypatch.setattr(Reading, "version", fails)
        await player.sees("the state is gone. Put it back.", "first ␛")
