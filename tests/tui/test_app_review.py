"""A change of several files is reviewed hunk by hunk, by keys alone, on the real app."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from looptui.core import commands as cmd
from looptui.projections.values import IterationView
from looptui.tui.remarks import Draft
from looptui.tui.screens.review import ReviewScreen
from tests.tui.cockpit import Player, Project, home, make_project, playing

__all__ = ["home"]

MANY = """\
import pathlib, sys
asked = sys.stdin.read()
calc = pathlib.Path("calc.py")
text = calc.read_text().replace("a - b", "a + b").replace("# line 20\\n", "# line twenty\\n")
calc.write_text(text.replace("HELLO = 1", "HELLO = 2"))
pathlib.Path("notes.md").write_text("one note\\n")
pathlib.Path("uv.lock").write_text("lock\\n" * 3)
pathlib.Path("run.sh").chmod(0o755)
"""
"""Mends the fault in hunk 1; hunks 2 and 3 and three more files are what nobody asked for."""
PARTS = 6


def _project(home: Path, agent: str = MANY) -> Project:
    project = make_project(home, agent=agent)
    lines = "".join(f"# line {n}\n" for n in range(60))
    calc = project.repo / "calc.py"
    calc.write_text(f"{calc.read_text()}\n\n{lines[:200]}\n\n{lines[200:]}HELLO = 1\n")
    (project.repo / "run.sh").write_text("echo\n")
    project.git("add", "-A")
    project.git("commit", "-qm", "more")
    return project


async def _review(player: Player) -> ReviewScreen:
    await player.until(lambda: bool(player.app.snapshot.needs))
    await player.press("!")
    await player.sees("return a + b")
    assert isinstance(player.base, ReviewScreen)
    return player.base


def _draft(player: Player) -> Draft:
    return player.app.remarks.draft(player.app.snapshot.runs[0].id)


def _verdicts(player: Player) -> list[str]:
    screen = player.base
    assert isinstance(screen, ReviewScreen)
    draft = _draft(player)
    return [draft.verdicts.get(key, "") for key in screen.diff.keys]


async def _iterations(player: Player) -> tuple[IterationView, ...]:
    run = player.app.snapshot.runs[0].id
    return await player.app.controller.read(lambda reads: reads.iterations(run))


# --- marks ----------------------------------------------------------------------------------------


async def test_hunks_are_marked_one_after_the_other_and_undone(home: Path) -> None:
    async with playing(_project(home), size=(200, 60)) as player:
        screen = await _review(player)
        assert len(screen.diff.parts) == PARTS
        await player.press("a")
        assert _verdicts(player) == ["accepted", "", "", "", "", ""]
        await player.sees("1 ✓ accepted", "2 ○ open", "✓ 1 accepted")
        spot = screen.diff_view.spot
        assert spot is not None
        assert spot.hunk == 1
        await player.press("x", "x")
        assert _verdicts(player)[:4] == ["accepted", "rejected", "rejected", ""]
        await player.press("z")
        assert _verdicts(player)[:4] == ["accepted", "rejected", "", ""]
        await player.press("z", "Z", "Z")
        assert _verdicts(player)[:4] == ["accepted", "rejected", "rejected", ""]
        await player.press("g", "n", "u")
        assert _verdicts(player)[:4] == ["", "rejected", "rejected", ""]
        await player.press("g", "a")
        assert _verdicts(player)[:3] == ["accepted"] * 3
        await player.press("a", "a", "a")
        assert _verdicts(player) == ["accepted"] * 6
        await player.sees("every hunk is decided: enter submits")
        for _ in range(12):
            await player.press("z")
        assert _draft(player) == Draft()
        await player.sees("nothing to undo here")
        assert player.state == "waiting"


async def test_files_are_viewed_folded_and_jumped_to(home: Path) -> None:
    async with playing(_project(home), size=(120, 40)) as player:
        screen = await _review(player)
        names = [file.path for file in screen.diff.files]
        assert names == ["calc.py", "notes.md", "run.sh", "uv.lock"]
        await player.sees("Files  viewed 0 of 4", "uv.lock  +3 -0  added  folded")
        await player.press("space")
        await player.sees("Files  viewed 1 of 4", "calc.py  +3 -3  folded", "✓ viewed")
        spot = screen.diff_view.spot
        assert spot is not None
        assert spot.file.path == "notes.md"
        await player.press("z")
        await player.sees("Files  viewed 0 of 4")
        assert "calc.py  +3 -3  folded" not in player.screen
        await player.press("[", "f")
        await player.sees("calc.py  +3 -3  folded")
        await player.press("f", "]", "]")
        await player.sees("mode 100644 to 100755", "it can be executed from now")
        await player.press("F")
        assert player.app.focused is screen.query_one("#files")
        await player.press("g", "enter")
        assert player.app.focused is screen.diff_view
        await player.press("g", "F", "space")
        await player.sees("Files  viewed 1 of 4")


async def test_on_a_small_screen_the_files_take_the_place_of_the_diff(home: Path) -> None:
    async with playing(_project(home), size=(80, 24)) as player:
        screen = await _review(player)
        assert "notes.md" not in player.screen.split("notes.md  +1")[0]
        await player.press("F")
        await player.sees("Files  viewed 0 of 4", "Gates on tree", "notes.md")
        assert not screen.diff_view.region.area
        await player.press("j", "enter")
        await player.sees("notes.md  +1 -0  added")
        assert screen.diff_view.region.area


async def test_unchanged_lines_come_from_the_file(home: Path) -> None:
    async with playing(_project(home), size=(120, 60)) as player:
        await _review(player)
        assert "# line 12" not in player.screen
        await player.press("}")
        await player.sees("# line 12", "unchanged lines")
        await player.press("}", "}")
        await player.until(lambda: "unchanged line" not in player.screen)
        await player.press("{", "{", "{")
        await player.until(lambda: "# line 12" not in player.screen)
        await player.press("]", "}")
        await player.sees("notes.md  +1 -0  added")


async def test_it_is_split_by_a_key_and_at_two_hundred_columns(home: Path) -> None:
    async with playing(_project(home), size=(200, 60)) as player:
        screen = await _review(player)
        assert screen.diff_view.split
        await player.sees("-     return a - b")
        await player.press("|")
        assert not screen.diff_view.split
        await player.press("W")
        assert not screen.diff_view.blanks
        await player.press("W", "|")
        await player.pilot.resize_terminal(120, 40)
        assert screen.diff_view.split


# --- comments -------------------------------------------------------------------------------------


async def test_a_range_is_commented_edited_and_taken_back(home: Path) -> None:
    async with playing(_project(home), size=(120, 40)) as player:
        screen = await _review(player)
        await player.press("v", "j", "c")
        await player.sees("Comment on calc.py:2")
        await player.write("why so?")
        await player.decide("enter")
        await player.sees("c1 you, line 2: why so?")
        assert _draft(player).notes[0].lines == ("-    return a - b", "+    return a + b")
        assert len(screen.diff_view.selection_spots) == 1
        await player.press("j", "c")
        await player.write(" please")
        await player.decide("enter")
        await player.sees("c1 you, line 2: why so? please")
        await player.press("z")
        await player.sees("c1 you, line 2: why so?")
        await player.press("u")
        await player.until(lambda: not _draft(player).notes)


async def test_comment_only_decides_nothing(home: Path) -> None:
    async with playing(_project(home), size=(120, 40)) as player:
        await _review(player)
        await player.press("c")
        await player.write("hm")
        await player.decide("enter", "enter", "4")
        await player.sees("nothing is decided")
        await player.write("think of it")
        await player.decide("enter")
        await player.until(lambda: player.app.snapshot.runs[0].nudges == 1)
        assert player.state == "waiting"
        assert not _draft(player).notes


# --- deciding -------------------------------------------------------------------------------------


async def test_the_hunks_that_stay_are_verified_and_land_alone(home: Path) -> None:
    project = _project(home)
    async with playing(project, size=(120, 40)) as player:
        await _review(player)
        await player.press("a", "x", "x", "x", "x", "x")
        await player.decide("enter")
        await player.sees("not offered: 5 hunks rejected", "Take 1 hunk")
        await player.decide("1")
        assert player.scope == "submit"
        await player.decide("3")
        await player.sees("Approve hunks 1 of this change", "check run on this tree first")
        assert project.git("log", "--format=%s", "-1") == "more"
        await player.decide("y")
        await player.until(lambda: player.state == "landed")
    changed = project.git("diff", "--name-only", "HEAD~1", "HEAD")
    assert changed == "calc.py"
    text = project.git("show", "main:calc.py")
    assert "a + b" in text
    assert "# line 20\n" in text
    assert "HELLO = 1" in text
    assert "Hunks: 1" in project.git("log", "-1", "--format=%B")
    assert "Approved-by:" in project.git("log", "-1", "--format=%B")


async def test_a_part_that_fails_is_back_with_its_marks(home: Path) -> None:
    project = _project(home)
    async with playing(project, size=(120, 40)) as player:
        await _review(player)
        await player.press("x")
        need = player.app.snapshot.needs[0].id
        await player.decide("enter", "3")
        await player.sees("Approve hunks 2-6 of this change")
        await player.decide("y")
        await player.until(
            lambda: [one.id for one in player.app.snapshot.needs] not in ([], [need])
        )
        await player.press("2")
        await player.sees("with hunks 2-6 alone gates do not pass", "1 ✗ rejected")
    assert project.git("log", "--format=%s", "-1") == "more"


async def test_rejected_hunks_are_sent_back_and_gone_from_the_next_start(home: Path) -> None:
    project = _project(home)
    async with playing(project, size=(120, 40)) as player:
        await _review(player)
        await player.press("a", "x")
        await player.decide("enter", "2")
        await player.sees("2 calc.py  @@ -", "The next iteration starts without these hunks")
        await player.write("leave it")
        await player.decide("enter")
        await player.until(lambda: player.app.snapshot.runs[0].iteration > 1)
        while (second := (await _iterations(player))[1]).prompt is None:
            await player.pilot.pause()
        blob = second.prompt
        prompt = await player.app.controller.read(lambda reads: reads.blob(blob or ""))
    assert "leave it" in prompt
    assert "These changes were rejected" in prompt
    assert "> +# line twenty" in prompt
    start = await _start_of(project, second)
    assert "# line 20\n" in start
    assert "a + b" in start


async def _start_of(project: Project, iteration: IterationView) -> str:
    (objects,) = project.repo.parent.glob("home/**/git/HEAD")
    where = f"--git-dir={objects.parent}"
    return project.git(where, "cat-file", "-p", f"{iteration.start_tree}:calc.py")


async def test_a_decision_that_was_not_carried_out_is_taken_back(home: Path) -> None:
    project = _project(home)
    async with playing(project, size=(120, 40)) as player:
        await _review(player)
        (project.repo / "calc.py").write_text("dirty\n")
        await player.decide("A", "y")
        await player.until(lambda: any(n.kind == "conflict" for n in player.app.snapshot.needs))
        await player.press("2", "z")
        await player.until(lambda: any(n.kind == "approval" for n in player.app.snapshot.needs))
        await player.sees("taken back: the review is open again")
        project.git("checkout", "-q", "calc.py")
        await player.decide("enter")
        await player.decide("A", "y")
        await player.until(lambda: player.state == "landed")
        await player.press("2", "z")
        await player.sees("has ended: landed")
    assert "a + b" in project.git("show", "main:calc.py")


# --- nothing by accident --------------------------------------------------------------------------


async def test_what_should_be_looked_at_twice_needs_a_typed_reason(home: Path) -> None:
    agent = MANY + "calc.write_text(calc.read_text() + 'x = \"\\u202e\"\\n')\n"
    async with playing(_project(home, agent), size=(120, 40)) as player:
        await _review(player)
        await player.sees("look twice: calc.py:68: hidden characters", "look twice")
        await player.decide("A")
        await player.sees("Say why that is right")
        await player.decide("enter")
        await player.decide("y", "enter")
        await player.sees("Say it in a few words")
        assert (player.scope, player.state) == ("confirm", "waiting")
        await player.write("es it is a test of mine")
        await player.decide("enter")
        await player.until(lambda: player.state == "landed")


@pytest.mark.parametrize("held", ["y", "enter", "1", "A"])
async def test_a_key_that_is_held_down_never_decides(
    home: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    """It repeats 30 times a second, three times as long as keys are dead."""
    from looptui.tui import guard

    now = 1_000.0
    async with playing(_project(home), size=(120, 40)) as player:
        await _review(player)
        monkeypatch.setattr(guard, "monotonic", lambda: now)
        player.app.guard.shown()
        now += 10
        await player.press("A" if held == "y" else "enter" if held == "1" else held)
        dialogs = len(player.app.screen_stack)
        for _ in range(45):
            now += 1 / 30
            await player.pilot.press(held)
        await player.pilot.pause()
        assert len(player.app.screen_stack) == dialogs
        assert player.state == "waiting"


async def test_another_tree_keeps_marks_and_makes_old_decisions_void(home: Path) -> None:
    """A dialog that is open while the tree changes decides nothing about the new one."""
    agent = MANY + "if 'better' in asked: calc.write_text(text.replace('a + b', 'b + a'))\n"
    project = _project(home, agent)
    async with playing(project, size=(120, 40)) as player:
        await _review(player)
        await player.press("a", "x")
        need = player.app.snapshot.needs[0]
        await player.decide("A")
        await player.sees("Decide about this change")
        await player.press("escape")
        await player.press("u", "N", "u")
        await player.decide("A")
        await player.sees("Approve this change")
        send = player.app.controller.send
        assert await send(need.run, cmd.SendBack(need.tree or "", "better")) == ""
        await player.until(
            lambda: [one.tree for one in player.app.snapshot.needs] not in ([], [need.tree])
        )
        await player.decide("y")
        await player.sees("is stale: the candidate is now")
        assert player.state == "waiting"
    assert project.git("log", "--format=%s", "-1") == "more"


async def test_marks_wait_on_the_new_tree_where_the_hunk_is_the_same(home: Path) -> None:
    agent = MANY + "if 'better' in asked: calc.write_text(text.replace('a + b', 'b + a'))\n"
    async with playing(_project(home, agent), size=(120, 40)) as player:
        await _review(player)
        await player.press("a", "x", "x")
        need = player.app.snapshot.needs[0]
        send = player.app.controller.send
        assert await send(need.run, cmd.SendBack(need.tree or "", "better")) == ""
        await player.sees("the tree changed", "enter shows the new one")
        await player.press("a")
        assert _verdicts(player) == ["accepted", "rejected", "rejected", "", "", ""]
        await player.decide("enter")
        await player.sees("b + a")
        assert _verdicts(player) == ["", "rejected", "rejected", "", "", ""]


async def test_it_is_asked_with_the_tree_of_the_part_before_anything_is_decided(
    home: Path,
) -> None:
    async with playing(_project(home), size=(120, 40)) as player:
        screen = await _review(player)
        await player.press("a", "x", "x", "x", "x", "x")
        run = player.app.snapshot.runs[0].id
        taken, problem = await player.app.controller.picked(run, screen._loaded, "1")
        assert problem == ""
        await player.decide("enter", "3")
        await player.sees(taken)
        await player.decide("escape")
        assert player.state == "waiting"
        _, problem = await player.app.controller.picked(run, screen._loaded, "99")
        assert "none with number 99" in problem


KINDS = """\
import os, pathlib, sys
sys.stdin.read()
calc = pathlib.Path("calc.py")
calc.write_text(calc.read_text().replace("a - b", "a + b"))
pathlib.Path("crlf.txt").write_bytes(b"one\\r\\nTWO\\r\\n")
pathlib.Path("latin.txt").write_bytes(b"caf\\xe9s\\n")
pathlib.Path("end.txt").write_text("a\\nb")
pathlib.Path("logo.bin").write_bytes(b"\\0\\1" * 90)
os.rename("old name.md", "new name.md")
os.chmod("run.sh", 0o755)
os.remove("plain")
os.symlink("/etc/passwd", "plain")
os.remove("gone.txt")
pathlib.Path("a b").mkdir()
pathlib.Path("a b/c\\td").write_text("x\\n")
pathlib.Path("sneaky.py").write_text("role = 'user\\u202e\\u2066# admin\\u2069'\\x1b[2J\\n")
"""


async def test_every_kind_of_change_is_shown_as_it_is(home: Path) -> None:
    project = _project(home, KINDS)
    repo = project.repo
    (repo / "crlf.txt").write_bytes(b"one\r\ntwo\r\n")
    (repo / "latin.txt").write_bytes(b"caf\xe9\n")
    (repo / "end.txt").write_text("a\nb\n")
    (repo / "logo.bin").write_bytes(b"\0\1" * 50)
    (repo / "old name.md").write_text("text\n" * 9)
    (repo / "plain").write_text("data\n")
    (repo / "gone.txt").write_text("gone\n")
    project.git("add", "-A")
    project.git("commit", "-qm", "kinds")
    async with playing(project, size=(120, 120)) as player:
        await player.until(lambda: bool(player.app.snapshot.needs))
        await player.press("!")
        await player.sees(
            "a b/c␉d  +1 -0  added", "- two␍", "+ TWO␍", "- caf\\xe9", "+ caf\\xe9s",
            "No newline at end of file", "binary, not shown", "renamed from old name.md",
            "mode 100644 to 100755", "replaced by a symbolic link", "+ /etc/passwd",
            "gone.txt  +0 -1  deleted", "<U+202E><U+2066># admin<U+2069>'␛[2J",
            "plain: a link to /etc/passwd", "sneaky.py:1: hidden characters",
        )  # fmt: skip


async def test_a_file_is_read_in_the_editor_and_cannot_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = home / "told.txt"
    (home / "vi").write_text(
        f"#!{sys.executable}\nimport pathlib, os, sys\nfile = pathlib.Path(sys.argv[-1])\n"
        f"pathlib.Path({str(told)!r}).write_text(f'{{sys.argv[1:-1]}} {{file.name}} '\n"
        "    f'{oct(file.stat().st_mode)} {file.read_text()}')\n"
    )
    (home / "vi").chmod(0o755)
    monkeypatch.setenv("EDITOR", str(home / "vi"))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    async with playing(_project(home)) as player:
        await _review(player)
        await player.press("e")
        await player.until(lambda: told.exists() and told.read_text().endswith("HELLO = 2\n"))
        assert told.read_text().startswith(
            "['+2'] calc.py 0o100400 def add(a, b):\n    return a + b"
        )
