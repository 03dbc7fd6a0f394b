"""Makers that break things: the iteration says so, the repository does not notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_driving import children_of

COMMITTING = """
import subprocess
git = "git -c user.name=x -c user.email=x@y"
line = f"git checkout -q -b evil; echo x > new.txt; git add -A; {git} commit -qm z"
subprocess.run(line, shell=True)
"""


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("import os, shutil; shutil.rmtree(os.getcwd(), ignore_errors=True)", "red"),
        (COMMITTING, "red"),
        ("import pathlib; pathlib.Path('.git').write_text('gitdir: /elsewhere')", "error"),
        ("import sys; open(sys.argv[0] + '.outside', 'w').write('x')", "empty"),
        ("while True: print('x' * 1_000_000)", "error"),
        ("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)", "empty"),
    ],
    ids=["deletes", "commits", "edits-git", "writes-outside", "floods", "daemon"],
)
def test_a_maker_that_misbehaves_costs_one_iteration(shell: Shell, code: str, outcome: str) -> None:
    before = shell.git("rev-parse", "HEAD"), shell.git("for-each-ref", "refs/heads")
    done = shell.run(shell.loop(code, breakers="iterations = 1"))
    assert done.code == 10, done.err
    run = shell.state()["id"]
    (iteration,) = shell("show", run, "--json").json["iterations"]
    assert iteration["outcome"] == outcome
    assert (shell.git("rev-parse", "HEAD"), shell.git("for-each-ref", "refs/heads")) == before
    assert shell.git("status", "--porcelain") == ""
    assert not Path(f"{shell.place / 'fix-tests.py'}.outside").exists()
    assert children_of(run) == []
    assert shell("audit", "verify").code == 0


def test_submodules_and_lfs_pointers_are_left_as_they_are(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = Shell.at(tmp_path / "elsewhere")
    allowed = ("-c", "protocol.file.allow=always")
    shell.git(*allowed, "submodule", "add", "-q", str(other.repo), "part")
    (shell.repo / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 5\n"
    (shell.repo / "data.bin").write_text(pointer)
    shell.commit("A part and a pointer")
    links = shell.git("ls-tree", "HEAD", "part", "data.bin")
    assert shell.run(shell.loop()).code == 4
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 0
    assert shell.git("ls-tree", "HEAD", "part", "data.bin") == links
    assert "a + b" in (shell.repo / "calc.py").read_text()
