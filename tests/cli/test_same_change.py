"""Two runs that come to the same change: it lands once."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell


def test_a_change_that_the_target_has_already_makes_no_empty_commit(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    loop = shell.loop()
    runs = []
    for _ in range(2):
        assert shell.run(loop).code == 4
        runs.append(shell.state()["id"])
    tree = shell.state()["tree"]
    assert shell("approve", runs[0], "--tree", tree).code == 0
    commits = shell.git("rev-list", "main")

    done = shell("approve", runs[1], "--tree", tree)
    assert done.code == 0, done.err
    assert shell.git("rev-list", "main") == commits
    assert "same change already" in shell("logs", runs[1]).out
    assert shell.git("for-each-ref", "refs/looptui") == ""
