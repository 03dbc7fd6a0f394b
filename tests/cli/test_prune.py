"""`prune` shows first, and never takes what anybody still needs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_breakers import GUESSING
from tests.cli.test_driving import working


def _state(shell: Shell) -> Path:
    (found,) = (shell.place / "state").glob("*/state.db")
    return found.parent


def _transcript(shell: Shell, name: str = "fix-tests") -> Path:
    return _state(shell) / "transcripts" / str(shell.state(name)["id"])


@pytest.fixture
def ended(shell: Shell) -> Shell:
    """A run that was stopped with unlanded work."""
    guessing = f"{GUESSING}\nprint('that was a guess')\n"
    assert shell.run(shell.loop(guessing, breakers="iterations = 2")).code == 10
    assert shell("stop", "fix-tests").code == 0
    return shell


def test_it_shows_first_and_then_does_what_it_showed(ended: Shell) -> None:
    run, where = ended.state()["id"], _transcript(ended)
    ref = f"refs/looptui/rescue/{run}"
    kept = ended.git("rev-parse", ref)
    shown = ended("prune", "--older-than", "1ms")
    assert shown.code == 0, shown.err
    assert f"transcripts  {run}" in shown.out
    assert "loose objects" in shown.out
    assert "--yes does it" in shown.err
    assert where.is_dir()
    told = ended("prune", "--older-than", "1ms", "--json").json
    assert (told["done"], told["all_ended"]) == (False, True)
    assert [item["path"] for item in told["items"]] == [str(where)]
    assert told["size"] > 0

    with closing(sqlite3.connect(_state(ended) / "state.db")) as connection:
        texts = [bytes.fromhex(text.partition(":")[2]) for text in told["items"][0]["texts"]]
        found = "SELECT packed FROM blobs WHERE digest = ?"
        assert all(connection.execute(found, [text]).fetchone()[0] for text in texts)
    assert len(texts) > 1

    done = ended("prune", "--older-than", "1ms", "--yes")
    assert done.code == 0, done.err
    assert f"removed the transcripts of {run}" in done.out
    assert not where.exists()
    assert "looptui prune let go of this" in ended("logs", "fix-tests", "--prompt", "1").out
    with closing(sqlite3.connect(_state(ended) / "state.db")) as connection:
        assert {connection.execute(found, [text]).fetchone()[0] for text in texts} == {b""}
    assert ended.git("rev-parse", ref) == kept
    assert ended("audit", "verify").code == 0
    last = ended("audit", "list", "--json").json["events"][-1]
    assert (last["type"], last["data"]["size"]) == ("transcripts.removed", told["size"])
    assert ended("diff", "fix-tests", "--iteration", "1").code == 0
    assert ended("logs", "fix-tests", "--maker", "1").code == 2

    again = ended("prune", "--older-than", "1ms", "--yes")
    assert (again.code, "removed" in again.out) == (0, False)


def test_what_ended_lately_stays(ended: Shell) -> None:
    assert ended("prune", "--yes").code == 0
    assert _transcript(ended).is_dir()
    wrong = ended("prune", "--older-than", "long")
    assert wrong.code == 2
    assert "30d" in wrong.err


def test_what_killed_processes_left_of_it_goes_at_any_age(ended: Shell) -> None:
    run = ended.state()["id"]
    export = _state(ended) / "exports" / f"{run}-leftover"
    export.mkdir(parents=True)
    (export / "big").write_bytes(b"x" * 5000)
    unknown = _state(ended) / "exports" / "nobody-knows"
    unknown.mkdir()
    done = ended("prune", "--yes")
    assert f"removed the export of {run}: 5 kB" in done.out
    assert not export.exists()
    assert unknown.exists()


def test_a_run_that_waits_or_works_keeps_everything(shell: Shell) -> None:
    assert shell.run(shell.loop(name="waits")).code == 4
    tree = shell.need()["tree"]
    with working(shell):
        done = shell("prune", "--older-than", "1ms", "--yes")
        assert done.code == 0, done.err
        assert "removed" not in done.out
        assert _transcript(shell, "waits").is_dir()
        assert _transcript(shell).is_dir()
    landed = shell("approve", "waits", "--tree", tree)
    assert landed.code == 0, landed.err
    assert shell.git("rev-parse", "HEAD^{tree}") == tree


def test_where_looptui_never_ran_nothing_is_made(shell: Shell) -> None:
    done = shell("prune", "--yes")
    assert (done.code, done.err) == (0, "There is nothing to let go of.\n")
    assert not (shell.place / "state").exists()
