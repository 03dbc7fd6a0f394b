"""`doctor`: what is missing, each with one thing to do, and never a secret."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from looptui.adapters.sandbox.none import Unconfined
from looptui.wire import machine
from tests.cli.shell import Done, Shell


def _checks(done: Done) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in done.json["checks"]}


def _program(directory: Path, name: str, script: str) -> None:
    directory.mkdir(exist_ok=True)
    file = directory / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_a_fit_machine_and_repository(shell: Shell) -> None:
    (shell.repo / "new.txt").write_text("")
    done = shell("doctor", "--json")
    assert (done.code, done.json["ok"]) == (0, True), done.out
    checks = _checks(done)
    assert checks.keys() >= {
        "python", "git", "sandbox", "sqlite", "pytest", "agent", "keys", "terminal", "settings",
        "state", "database", "repository", "identity",
    }  # fmt: skip
    assert {one["state"] for one in checks.values()} <= {"ok", "warn"}
    assert all(one["fix"] for one in checks.values() if one["state"] != "ok")
    assert checks["identity"]["text"] == "Ada <ada@example.org>"
    assert "uncommitted paths: 1 (fine" in checks["repository"]["text"]
    assert "on main" in checks["repository"]["text"]
    assert shell.git("status", "--porcelain") == "?? new.txt"

    makers = {one["name"]: one for one in done.json["makers"]}
    assert makers["claude-code"]["can"]["approvals"]
    assert makers["command"]["can"]["usage"] == ""

    told = shell("doctor")
    assert "Loops can run here." in told.err
    assert "  command: interrupt (signal)\n    lacks approvals, usage" in told.out
    assert any(line.startswith("✓ ok   git") for line in told.out.splitlines())


def test_a_detached_head_is_a_normal_state(shell: Shell) -> None:
    shell.git("checkout", "-q", "--detach")
    repository = _checks(shell("doctor", "--json"))["repository"]
    assert repository["state"] == "ok"
    assert "detached" in repository["text"]


def test_without_an_author_nothing_could_land(shell: Shell) -> None:
    shell.git("config", "--unset", "user.name")
    done = shell("doctor", "--json")
    assert done.code == 6
    identity = _checks(done)["identity"]
    assert (identity["state"], "user.name" in identity["fix"]) == ("fail", True)


def test_outside_of_a_repository_the_machine_is_looked_at(shell: Shell) -> None:
    done = shell("doctor", "--json", cwd=shell.place)
    assert done.code == 0
    checks = _checks(done)
    assert checks["repository"]["state"] == "warn"
    assert "not in a git repository" in checks["repository"]["text"]
    assert checks["git"]["state"] == "ok"
    told = shell("doctor", cwd=shell.place).err
    assert told == (
        "Loops can run on this machine, but not in this directory: it is in no repository.\n"
    )


@pytest.mark.parametrize(
    ("options", "words"), [(("--bare",), "bare repository"), ((), "no commit to start from")]
)
def test_a_repository_that_cannot_be_used(
    shell: Shell, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", *options, str(other)], check=True, env=shell.env)
    done = shell("doctor", "--json", cwd=other)
    assert done.code == 6
    assert words in _checks(done)["repository"]["text"]


def test_a_state_directory_inside_the_repository_is_refused(shell: Shell) -> None:
    shell.env["LOOPTUI_HOME"] = str(shell.repo / ".state")
    done = shell("doctor", "--json")
    assert done.code == 6
    assert "inside the repository" in _checks(done)["state"]["text"]
    assert not (shell.repo / ".state").exists()


def test_the_database_is_looked_at(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    assert "as their checkpoint says" in _checks(shell("doctor", "--json"))["database"]["text"]
    (database,) = (shell.place / "state").glob("*/state.db")
    for beside in database.parent.glob("state.db-*"):
        beside.unlink()
    database.write_bytes(b"\0" * 4096)
    done = shell("doctor", "--json")
    assert (done.code, _checks(done)["database"]["state"]) == (6, "fail")


def test_keys_are_named_and_never_told(shell: Shell) -> None:
    shell.env["ANTHROPIC_API_KEY"] = "hunter2hunter2"
    done = shell("doctor")
    assert "set: ANTHROPIC_API_KEY; unset: OPENAI_API_KEY" in done.out
    assert "hunter2" not in done.out + done.err


def test_agents_are_found_with_their_versions_but_not_waited_for(
    tmp_path: Path, shell: Shell
) -> None:
    place = tmp_path / "bin"
    _program(place, "claude", "echo '2.1.3 (Claude Code)'; echo \"cwd $PWD\" >&2")
    _program(place, "codex", "echo starting; exit 3")
    _program(place, "pi", "printf 'pi \\033[31m0.9\\n'; exit 0")
    shell.env["PATH"] = f"{place}{os.pathsep}{shell.env['PATH']}"
    done = shell("doctor", "--json")
    assert done.code == 0
    agents = {
        one["text"].partition(":")[0]: one for one in done.json["checks"] if one["name"] == "agent"
    }
    assert agents["claude"]["text"] == f"claude: 2.1.3 (Claude Code) ({place}/claude)"
    assert agents["codex"]["state"] == "warn"
    assert "codex --version" in agents["codex"]["fix"]
    assert "pi ␛[31m0.9" in agents["pi"]["text"]


async def test_a_program_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path / "bin", "slow", "sleep 600")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(machine, "_PATIENCE", 0.3)
    (finding,) = await machine.agents(("slow", "not-there-at-all"))
    assert (finding.state, finding.text.partition(" (")[0]) == (
        "warn",
        "slow: does not tell its version",
    )


async def test_pytest_that_is_missing_or_hidden_from_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "bin"
    _program(here, "python3", "echo 'No module named pytest'; exit 1")
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")
    missing = await machine.pytest(Unconfined())
    assert (missing.state, missing.text) == ("warn", "python3 has no pytest")
    assert "pip install pytest" in missing.fix

    _finding, box = machine.sandbox()
    if box is None:
        pytest.skip("no sandbox works here")
    marker = tmp_path / "outside-only"
    marker.write_text("")
    _program(here, "python3", f"test -e {marker} && echo pytest 9.9")
    hidden = await machine.pytest(box)
    assert (hidden.state, "not in the sandbox" in hidden.text) == ("warn", True)


def test_a_git_that_is_too_old_or_missing_is_the_only_thing_said_of_it(
    shell: Shell, tmp_path: Path
) -> None:
    place = tmp_path / "old"
    _program(place, "git", "echo git version 2.20.1")
    shell.env["PATH"] = f"{place}{os.pathsep}{shell.env['PATH']}"
    done = shell("doctor", "--json")
    assert done.code == 6
    checks = _checks(done)
    assert "too old" in checks["git"]["text"]
    assert "Install git" in checks["git"]["fix"]
    assert "repository" not in checks


def test_the_terminal_is_described() -> None:
    assert "none here" in machine.terminal({"TERM": "xterm"}).text


def test_fix_puts_right_what_is_in_our_own_hands(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    (database,) = shell.place.glob("state/*/state.db")
    left = database.parent / "exports/check-0ld"
    left.mkdir(parents=True)
    os.utime(left, (1.0, 1.0))
    database.parent.chmod(0o755)
    assert _checks(shell("doctor", "--json"))["leftovers"]["fix"] == "looptui doctor --fix"
    fixed = shell("doctor", "--fix", "--json")
    assert (fixed.code, fixed.json["ok"]) == (0, True)
    assert f"mended: removed {left}" in fixed.err
    assert _checks(fixed)["leftovers"]["state"] == "ok"
    assert database.parent.stat().st_mode & 0o077 == 0
    assert shell("doctor", "--fix", cwd=shell.place).code == 0
