"""Agents on PATH, and what git's own files say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from looptui.detecting import survey
from looptui.detecting.agents import offered
from looptui.detecting.presets import Preset


def git(repo: Path, *words: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, *words], cwd=repo, check=True, capture_output=True)


@pytest.mark.parametrize("preset", offered(), ids=lambda one: one.name)
def test_each_agent_is_found_and_its_keys_are_only_named(tmp_path: Path, preset: Preset) -> None:
    program = tmp_path / "bin" / preset.program
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    environ = {"PATH": str(program.parent), preset.keys[0]: "sk-of-mine"}
    (agent,) = survey(tmp_path, environ).agents
    assert (agent.name, agent.path, agent.keys_set) == (
        preset.name, str(program), (preset.keys[0],),
    )  # fmt: skip
    assert "sk-of-mine" not in repr(agent)
    assert not (tmp_path / "ran").exists()


def test_no_agent_on_path(tmp_path: Path) -> None:
    assert survey(tmp_path, {"PATH": str(tmp_path)}).agents == ()
    assert survey(tmp_path, {}).agents == ()


def test_the_branch_and_the_default_branch_at_each_stage(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    assert survey(repo, {}).git.state == "none"
    git(repo, "init", "-q", "-b", "main")
    unborn = survey(repo, {}).git
    assert (unborn.state, unborn.branch) == ("unborn", "main")
    git(repo, "commit", "-q", "--allow-empty", "-m", "x")
    git(repo, "checkout", "-q", "-b", "topic/a")
    born = survey(repo, {}).git
    assert (born.state, born.branch, born.default) == ("branch", "topic/a", "main")
    git(repo, "pack-refs", "--all")
    assert survey(repo, {}).git == born
    git(repo, "checkout", "-q", "--detach")
    assert survey(repo, {}).git.state == "detached"
    git(repo, "worktree", "add", "-q", str(tmp_path / "beside"), "topic/a")
    beside = survey(tmp_path / "beside", {}).git
    assert (beside.state, beside.branch, beside.default) == ("branch", "topic/a", "main")


def test_what_the_remote_calls_default_wins(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "x")
    remote = tmp_path / ".git/refs/remotes/origin"
    remote.mkdir(parents=True)
    (remote / "HEAD").write_text("ref: refs/remotes/origin/stable\n")
    found = survey(tmp_path, {}).git
    assert (found.default, found.default_from) == ("stable", ".git/refs/remotes/origin/HEAD")


def test_loops_that_are_there_and_languages(tmp_path: Path) -> None:
    (tmp_path / ".looptui/loops").mkdir(parents=True)
    (tmp_path / ".looptui/loops/b.toml").write_text("")
    (tmp_path / ".looptui/loops/a.toml").write_text("")
    (tmp_path / "tsconfig.json").write_text("{}")
    (tmp_path / "go.mod").write_text("module x")
    found = survey(tmp_path, {})
    assert found.loops == ("a", "b")
    assert [one.name for one in found.languages] == ["TypeScript", "Go"]
