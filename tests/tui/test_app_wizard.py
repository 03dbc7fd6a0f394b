"""The new-loop wizard by keys alone: defaults that run, mistakes in place, nothing lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from textual.widgets import Input

from looptui import loopfile
from tests.tui.cockpit import Player, Project, home, make_project, playing

__all__ = ["home"]


@pytest.fixture
def project(home: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A repository without loops and a PATH without agents."""
    made = make_project(home)
    shutil.rmtree(made.repo / ".looptui")
    (made.repo / "test_calc.py").write_text(
        "from calc import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n"
    )
    (made.repo / "pyproject.toml").write_text("[tool.ruff]\n")
    made.git("add", "-A")
    made.git("commit", "-q", "-m", "no loops")
    for name in ("claude", "codex", "aider", "opencode", "gemini", "qwen", "pi", "mini", "goose"):
        if found := shutil.which(name):
            monkeypatch.setenv("PATH", str(Path(found).parent), prepend=":")
    return made


def loop_file(project: Project, name: str) -> Path:
    return project.repo / ".looptui" / "loops" / f"{name}.toml"


async def opened(player: Player) -> None:
    await player.press("ctrl+n")
    await player.sees("the file is right")


async def fill(player: Player, id_: str, text: str) -> None:
    """Put the focus on a line and type over what is in it."""
    field = player.app.screen.query_one(f"#{id_}", Input)
    field.focus()
    await player.pilot.pause()
    await player.press("home", "shift+end", "delete")
    await player.write(text)
    await player.until(lambda: field.value == text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_enter_alone_leads_to_a_file_that_runs(
    project: Project, size: tuple[int, int]
) -> None:
    async with playing(project, start=(), size=size) as player:
        await player.sees("No loops in repo yet", "a first loop from what is in here")
        await player.press("n")
        await player.sees("What is to be done?", "tests test_calc.py", "the file is right")
        await player.press("enter", "enter", "enter")
        await player.sees("Who makes the changes?", "built-in repair", "No model, no key")
        await player.press("enter")
        await player.sees("What has to pass?", "[x]  tests", "[ ]  lint", "test_calc.py, sure")
        await player.press("enter")
        await player.sees("Rounds", "Dollars", "Tokens", "Time")
        await player.press("enter", "enter", "enter", "enter")
        await player.sees(".looptui/loops/fix-tests.toml", "Make the failing tests pass")
        await player.press("ctrl+s")
        await player.sees("Start the new loop?")
        loaded = loopfile.load(loop_file(project, "fix-tests"))
        assert (loaded.loop.maker.agent, loaded.warnings) == ("repair", ())
        await player.decide("y")
        await player.sees("Start fix-tests?", "Trust them?")
        await player.decide("escape")
        assert player.app.snapshot.runs == ()


async def test_saved_and_started_in_one_go_it_lands_in_the_loop_screen(project: Project) -> None:
    async with playing(project, start=()) as player:
        await opened(player)
        await player.press("ctrl+r")
        await player.sees("Start fix-tests?")
        await player.decide("y")
        await player.until(lambda: player.state == "waiting")
        assert player.base.scope == "loop"


async def test_going_back_and_leaving_loses_nothing(project: Project) -> None:
    async with playing(project, start=()) as player:
        await opened(player)
        await fill(player, "name", "mine")
        await fill(player, "goal", "Make it right")
        await player.press("pagedown", "pagedown")
        await player.sees("What has to pass?")
        await player.press("j", "space")
        await player.sees("[x]  lint")
        await player.press("pagedown")
        await fill(player, "iterations", "7")
        await player.press("pageup", "pageup", "pageup")
        await player.sees("What is to be done?", "mine", "Make it right")
        await player.press("escape")
        await player.sees("draft is kept")
        await player.until(lambda: player.scope == "fleet")
        await player.press("ctrl+n")
        await player.sees("mine.toml", "Make it right")
        await player.press("ctrl+s")
        await player.sees("Start the new loop?")
        loop = loopfile.load(loop_file(project, "mine")).loop
        assert loop.goal.text == "Make it right"
        assert {gate.id for gate in loop.gates} == {"tests", "lint"}
        assert loop.limits.iterations == 7


async def test_another_template_and_back_keeps_what_was_said_of_each(project: Project) -> None:
    async with playing(project, start=()) as player:
        await opened(player)
        await player.press("pagedown", "pagedown", "j", "space", "pageup", "pageup")
        await player.press("j", "j")
        await player.sees("lint-autofix.toml", "Mend what the linter can mend")
        await player.press("k", "k")
        await player.sees("fix-tests.toml")
        await player.press("pagedown", "pagedown")
        await player.sees("[x]  lint")


async def test_mistakes_are_told_where_they_are_and_keep_it_from_being_saved(
    project: Project,
) -> None:
    async with playing(project, start=()) as player:
        await opened(player)
        await fill(player, "name", "Big Name")
        await player.sees("✗ name: must be small letters", "1 Goal ✗", "^ name: must be")
        await player.press("ctrl+s")
        await player.sees("not saved: name")
        assert not (project.repo / ".looptui").exists()
        await player.press("pageup", "pageup", "pageup", "pageup")
        await fill(player, "name", "small-name")
        await player.press("pagedown", "pagedown", "pagedown")
        await fill(player, "time", "soon")
        await player.sees("✗ breakers.time", "4 Limits ✗")
        await fill(player, "time", "45m")
        await player.sees("the file is right")


async def test_a_gate_of_ones_own_and_none_at_all(project: Project) -> None:
    async with playing(project, start=()) as player:
        await opened(player)
        await player.press("pagedown", "pagedown", "space")
        await player.sees("3 Gates ✗", "[ ]  tests")
        await fill(player, "gate", "true 'a b'")
        await player.press("enter")
        await player.sees("[x]  check", "the file is right")
        await fill(player, "gate", "'open")
        await player.press("enter")
        await player.sees("a quote is not closed")


async def test_a_command_of_ones_own_makes_it(project: Project) -> None:
    async with playing(project, start=()) as player:
        await opened(player)
        await player.press("pagedown", "j")
        await player.sees("another command", "Any program that changes files")
        await fill(player, "command", "python3 -c pass")
        await player.sees('argv = ["python3", "-c", "pass"]')
        await player.press("pagedown", "pageup")
        assert player.app.screen.query_one("#command", Input).value == "python3 -c pass"
        await player.press("ctrl+s")
        await player.sees("Start the new loop?")
        assert loopfile.load(loop_file(project, "fix-tests")).loop.maker.argv[0] == "python3"


async def test_what_is_there_is_not_overwritten_unasked(project: Project) -> None:
    there = loop_file(project, "mine")
    async with playing(project, start=()) as player:
        await opened(player)
        await fill(player, "name", "mine")
        there.parent.mkdir(parents=True)
        there.write_text("# mine\n")
        await player.press("ctrl+s")
        await player.sees("Replace the loop mine?")
        await player.decide("escape")
        assert there.read_text() == "# mine\n"
        await player.press("ctrl+s")
        await player.sees("Replace the loop mine?")
        await player.decide("y")
        await player.sees("Start the new loop?")
        assert loopfile.load(there).loop.name == "mine"
        assert [one.name for one in there.parent.iterdir()] == ["mine.toml"]


async def test_the_name_is_free_where_there_are_loops_and_n_n_opens_it(project: Project) -> None:
    first = loop_file(project, "fix-tests")
    first.parent.mkdir(parents=True)
    first.write_text("# not one yet\n")
    async with playing(project, start=()) as player:
        await player.sees("fix-tests")
        await player.press("n")
        await player.sees("Start a loop", "+ new loop")
        await player.press("n")
        await player.sees("fix-tests-2.toml")
        await player.press("escape", "n", "j")
        await player.decide("enter")
        await player.sees("What is to be done?")


async def test_before_the_first_commit_and_without_tests_it_says_what_is_missing(
    project: Project,
) -> None:
    project.git("update-ref", "-d", "HEAD")
    for name in ("test_calc.py", "pyproject.toml", "calc.py"):
        (project.repo / name).unlink()
    (project.repo / "package.json").write_text("{broken")
    async with playing(project, start=(), size=(80, 24)) as player:
        await opened(player)
        await player.sees("no tests found", "could not be read: package.json", "none on PATH")
        await player.press("pagedown", "pagedown")
        await player.sees("nothing like it was found here")
        await player.press("pagedown", "pagedown")
        await player.sees("no commit yet", "your-tests stands for your command")


async def test_an_agent_on_path_is_offered_with_what_it_needs(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = home / "tools"
    tools.mkdir()
    (tools / "claude").write_text("#!/bin/sh\n")
    (tools / "claude").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("CLAUDE_CODE_OAUTH_TOKEN", raising=False)
    async with playing(project, start=()) as player:
        await opened(player)
        await player.sees("Agents Claude Code")
        await player.press("pagedown", "j")
        await player.sees("none is set", "hides your home", "asks you before", "--setting-sources")


async def test_a_name_with_markup_and_controls_only_shows(project: Project) -> None:
    weird = project.repo / "[red]x \x1b[31m"
    weird.mkdir()
    (weird / "package.json").write_text('{"scripts": {"test": "x"}}')
    subprocess.run(["git", "add", "-A"], cwd=project.repo, check=True)
    async with playing(project, start=()) as player:
        await opened(player)
        await player.press("pagedown", "pagedown")
        await player.sees("[red]x")
        assert "\x1b" not in player.screen
