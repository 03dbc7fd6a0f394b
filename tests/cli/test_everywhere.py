"""Flags that stand before the command."""

from __future__ import annotations

import os

import pytest

from tests.cli.shell import Shell


@pytest.mark.parametrize("words", [("status",), ("needs",), ("worktree", "list"), ("config",)])
def test_json_before_the_command_is_json_behind_it(shell: Shell, words: tuple[str, ...]) -> None:
    before, behind = shell("--json", *words), shell(*words, "--json")
    assert before.json.keys() == behind.json.keys()


def test_a_flag_that_a_command_has_not_is_refused(shell: Shell) -> None:
    done = shell("--json", "nudge", "fix-tests", "faster")
    assert (done.code, done.out) == (2, "")
    assert "nudge has no --json" in done.err
    assert "worktree" not in shell("--plain", "worktree", "list").out
    assert shell("--plain").code == 2


def test_quiet_leaves_data_and_errors(shell: Shell) -> None:
    assert shell("needs").err
    assert shell("-q", "needs").err == ""
    assert "There is no run" in shell("-q", "show", "nobody").err
    ran = shell("-q", "run", str(shell.loop()), "--headless", "--trust", "--jsonl")
    assert (ran.code, ran.err) == (4, "")
    assert "need.opened" in [event["type"] for event in ran.events]


def test_state_and_settings_can_be_elsewhere(shell: Shell) -> None:
    mine, kept = shell.place / "mine.toml", shell.place / "kept"
    mine.write_text('[ui]\ntheme = "daylight"\n')
    shown = shell("--config", str(mine), "config", "show", "--origin").out
    assert 'ui.theme = "daylight"' in shown
    assert str(mine) in shown
    assert shell("--config", "nowhere.toml", "config").code == 2
    here = shell("--state", os.path.relpath(kept, shell.repo), "run", str(shell.loop()), "--trust")
    assert here.code == 4, here.err
    assert len(list(kept.rglob("state.db"))) == 1
    assert shell("status", "--json").json["runs"] == []
    assert len(shell("--state", str(kept), "status", "--json").json["runs"]) == 1
    inside = shell("--state", str(shell.repo / "state"), "run", str(shell.loop()), "--trust")
    assert inside.code == 6
    assert "inside the repository" in inside.err


def test_verbose_says_what_happens(shell: Shell) -> None:
    ran = shell("-v", "run", str(shell.loop()), "--headless", "--trust")
    assert (ran.code, ran.out.strip()) == (4, shell.need()["id"])
    assert "effect.started" in ran.err
    assert "candidate.captured" in ran.err
    assert shell("-q", "-v", "needs").code == 2
