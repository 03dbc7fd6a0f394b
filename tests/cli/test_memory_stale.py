"""A record that cites files is out of prompts when they change, until a person says it holds."""

from __future__ import annotations

from tests.cli.shell import Shell
from tests.cli.test_breakers import GUESSING


def add(shell: Shell) -> None:
    words = ("add() is the only function", "--file", "calc.py", "--file", "notes.txt", "--pin")
    assert shell("memory", "add", *words).code == 0


def state(shell: Shell) -> str:
    record = shell("memory", "show", "m-001", "--json").json["record"]
    return str(record["stale"])


def test_a_changed_file_makes_a_record_stale_until_it_is_refreshed(shell: Shell) -> None:
    add(shell)
    assert state(shell) == ""
    oid = shell.git("rev-parse", "HEAD:calc.py")
    assert f"calc.py ({oid[:10]}), notes.txt" in shell("memory", "show", "m-001").out
    (shell.repo / "calc.py").write_text("def sub(a, b):\n    return a - b\n")
    assert state(shell) == "", "an edit that is not committed is on no base"
    shell.commit("Rename")
    assert state(shell) == "stale: calc.py changed since it was cited"
    assert "m-001" in shell("memory", "list", "--state", "stale").out
    assert "`looptui memory refresh m-001`" in shell("memory", "show", "m-001").out
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 1")).code == 10
    assert "the only function" not in shell("logs", "fix-tests", "--prompt", "1").out
    assert "the only function" not in shell("prompt", "preview", "fix-tests").out
    assert "calc.py changed since" in shell("memory", "why", "fix-tests").out
    assert "(active, pinned)" in shell("memory", "refresh", "m-001").err
    assert state(shell) == ""
    assert "the only function" in shell("prompt", "preview", "fix-tests").out
    assert shell("memory", "undo").code == 0
    assert state(shell).startswith("stale: ")
    shell.git("rm", "-q", "calc.py")
    shell.commit("Remove")
    assert state(shell) == "stale: calc.py is gone"
    told = shell("memory", "refresh", "m-001")
    assert (told.code, "None of the files" in told.err) == (2, True)
    assert "(active" in shell("memory", "refresh", "m-001", "--run", "fix-tests").err
    assert "the only function" in shell("prompt", "preview", "fix-tests").out
    assert shell("audit", "verify").code == 0


def test_a_record_holds_on_the_base_of_one_run_and_not_of_another(shell: Shell) -> None:
    add(shell)
    shell.run(shell.loop(GUESSING, breakers="iterations = 1", name="older"))
    (shell.repo / "calc.py").write_text("def add(a, b):\n    return b - a\n")
    shell.commit("Change")
    shell.run(shell.loop(GUESSING, breakers="iterations = 1", name="newer"))
    found = {
        loop: shell("memory", "why", loop, "--json").json["records"] for loop in ("older", "newer")
    }
    inside = {
        loop: [one["in_prompt"] for one in records if one["id"] == "m-001"]
        for loop, records in found.items()
    }
    assert inside == {"older": [True], "newer": [False]}


def test_a_lesson_of_a_run_is_vouched_for_when_a_person_makes_it_one_of_all(shell: Shell) -> None:
    shell.run(shell.loop(GUESSING, breakers="iterations = 1"))
    records = shell("memory", "list", "--json").json["records"]
    (lesson,) = [one for one in records if one["type"] == "failure"]
    assert (lesson["files"], lesson["blobs"]) == (["guess.txt"], [])
    (shell.repo / "guess.txt").write_text("0")
    shell.commit("Guess")
    assert shell("memory", "edit", lesson["id"], "--scope", "repository").code == 0
    shown = shell("memory", "show", lesson["id"], "--json").json["record"]
    assert shown["blobs"] == [shell.git("rev-parse", "HEAD:guess.txt")]
