"""`worktree`: nothing that anybody still needs is ever removed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from looptui.core.commands import Stop
from looptui.wire.desk import Desk
from tests.cli.shell import Shell
from tests.cli.test_driving import working

GOING_ROUND = 'import pathlib, secrets\npathlib.Path("note.txt").write_text(secrets.token_hex())'


def _listed(shell: Shell) -> dict[str, dict[str, object]]:
    rows = shell("worktree", "list", "--json").json["worktrees"]
    return {row["run"]: row for row in rows}


def _shadow(shell: Shell) -> Path:
    (found,) = (shell.place / "state").glob("*/git")
    return found


def test_where_looptui_never_ran_there_is_nothing_and_nothing_is_made(shell: Shell) -> None:
    assert shell("worktree", "list", "--json").json["worktrees"] == []
    done = shell("worktree", "clean", "--yes")
    assert (done.code, done.out) == (0, "")
    assert not (shell.place / "state").exists()


def test_a_run_that_waits_keeps_its_worktree(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    run = shell.state()["id"]
    row = _listed(shell)[run]
    assert (row["state"], row["loop"], row["driven"]) == ("waiting", "fix-tests", False)
    assert isinstance(row["size"], int)
    assert row["size"] > 0
    done = shell("worktree", "clean", "--yes")
    assert done.code == 0
    assert "its run has not ended (waiting)" in done.err
    assert Path(str(row["path"])).is_dir()
    shown = shell("worktree", "list").out.splitlines()
    assert shown[0].split() == ["run", "loop", "state", "size", "work", "driven", "path"]


def test_a_driven_run_keeps_its_worktree(shell: Shell) -> None:
    with working(shell):
        (row,) = _listed(shell).values()
        assert row["driven"] is True
        done = shell("worktree", "clean", "--yes")
        assert "a process drives its run" in done.err
        assert Path(str(row["path"])).is_dir()


def test_an_unknown_worktree_goes_and_its_work_is_kept(shell: Shell) -> None:
    """The state of its run is lost: a database that was moved away, say."""
    assert shell.run(shell.loop(GOING_ROUND, breakers="iterations = 1")).code == 10
    (row,) = _listed(shell).values()
    (Path(str(row["path"])) / "mine.txt").write_text("precious")
    state = _shadow(shell).parent
    for file in state.glob("state.db*"):
        file.unlink()
    shutil.rmtree(state / "audit", ignore_errors=True)

    (unknown,) = _listed(shell).values()
    assert (unknown["state"], unknown["dirty"]) == ("unknown", True)
    asked = shell("worktree", "clean")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert Path(str(row["path"])).is_dir()

    cleaned = shell("worktree", "clean", "--yes")
    assert cleaned.code == 0
    assert cleaned.out == f"removed {row['run']}\n"
    assert _listed(shell) == {}
    ref = f"refs/looptui/rescue/{row['run']}"
    assert ref in cleaned.err
    assert shell.git("show", f"{ref}:mine.txt") == "precious"


async def test_an_ended_run_that_was_not_tidied_is_let_go_on_record(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process died between the end of the run and the end of its worktree."""
    assert shell.run(shell.loop()).code == 4
    state = shell.state()
    for name, value in shell.env.items():
        monkeypatch.setenv(name, value)
    desk = Desk.open(shell.repo)
    await desk.carry_out(state["id"], Stop())
    await desk.close()
    (row,) = _listed(shell).values()
    assert (row["state"], row["ended"], row["dirty"]) == ("stopped", True, False)

    done = shell("worktree", "clean", "--yes")
    assert done.code == 0, done.err
    assert _listed(shell) == {}
    ref = f"refs/looptui/rescue/{state['id']}"
    assert shell.git("rev-parse", f"{ref}^{{tree}}") == state["tree"]
    last = shell("audit", "list", "--json").json["events"][-1]
    assert (last["type"], last["data"]["rescued"]) == (
        "worktree.removed",
        ref,
    )
    assert shell("audit", "verify").code == 0


def test_a_worktree_that_the_loop_file_keeps_goes_when_a_person_says_so(shell: Shell) -> None:
    assert shell.run(shell.loop(more='[workspace]\nkeep = "always"')).code == 4
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 0
    (row,) = _listed(shell).values()
    assert (row["state"], row["ended"]) == ("landed", True)
    done = shell("worktree", "clean", "--yes")
    assert (done.code, done.out) == (0, f"removed {row['run']}\n")
    assert "rescue" not in done.err
    assert _listed(shell) == {}
    assert shell.state()["worktree"] is None


def test_files_that_cannot_be_captured_stay(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    worktree = Path(shell.state()["worktree"])
    assert shell("stop", "fix-tests").code == 0
    assert _listed(shell) == {}
    worktree.mkdir()
    (worktree / "mine.txt").write_text("precious")
    done = shell("worktree", "clean", "--yes")
    assert done.code == 0
    assert "cannot be kept" in done.err
    assert (worktree / "mine.txt").read_text() == "precious"
