"""Agents that vandalise and try to get out, while they also do what they were asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell

DAEMONS = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
"""
GIT = """
import subprocess
for words in (("checkout", "-q", "-b", "mine"), ("commit", "-q", "-a", "-m", "mine"),
              ("branch", "-f", "main", "HEAD"), ("tag", "v1"), ("stash",)):
    subprocess.run(["git", *words])
"""
DOT_GIT = """
import os
inside = open(".git").read().split()[1]
for name in ("config", "HEAD", "index", "hooks/post-checkout", "info/attributes"):
    path = os.path.join(inside, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write("[core]\\n\\tfsmonitor = touch /tmp/owned\\n")
for act in (lambda: os.remove(".git"), lambda: open(".git", "w").write("gitdir: /")):
    try:
        act()
        print("changed .git")
    except OSError:
        pass
"""
OUTSIDE = """
import os
for place in ("/tmp", "/root", "/etc", "/var/tmp", os.path.expanduser("~"), "..", "../..",
              os.path.dirname(__file__)):
    try:
        open(os.path.join(place, "owned-by-the-agent"), "w").close()
    except OSError:
        continue
"""
INNER = """
import os, subprocess
os.makedirs("inner/deep")
subprocess.run(["git", "init", "-q", "inner"])
open("inner/deep/file", "w").write("kept")
"""
SPECIAL = """
import os, socket
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("socket")
os.symlink("/etc/passwd", "out")
os.symlink("itself", "itself")
os.makedirs("locked/in")
open("locked/in/file", "w").write("x")
os.chmod("locked/in", 0o500)
os.chmod("locked", 0o500)
here = os.getcwd()
for _ in range(100):
    os.mkdir("d" * 50)
    os.chdir("d" * 50)
open("file", "w").close()
os.chdir(here)
"""
LARGE = (
    "\nwith open('huge', 'wb') as f:\n    for _ in range(300):\n        f.write(bytes(1 << 20))\n"
)


@pytest.mark.parametrize(
    "mischief",
    [DAEMONS, GIT, DOT_GIT, OUTSIDE, INNER, SPECIAL, LARGE, "\nimport sys; sys.exit(1)"],
    ids=["daemons", "git", "dot-git", "outside", "inner", "special", "large", "exits-1"],
)
def test_mischief_beside_a_good_change_still_lands_once(tmp_path: Path, mischief: str) -> None:
    shell = Shell.at(tmp_path, MEND + mischief)
    before = shell.user_files()
    ran = shell.go()
    assert ran.code == 4, ran
    assert shell.user_files() == before
    shell.rests()
    assert "changed .git" not in shell.run("logs", "fix-tests", "--maker", "1").out
    assert shell.approve().code == 0
    assert shell.commits() == 2
    assert shell.git("status", "--porcelain") == ""
    assert shell.git("log", "-1", "--format=%an") == "Tester"
    assert shell.git("branch", "--format=%(refname:short)") == "main"
    assert shell.git("tag") == ""
    assert not list(tmp_path.rglob("owned-by-the-agent"))
    shell.leaves_nothing()


def test_a_repository_within_comes_as_plain_files(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, MEND + INNER)
    assert shell.go().code == 4
    assert shell.approve().code == 0
    assert (shell.repo / "inner/deep/file").read_text() == "kept"
    assert not (shell.repo / "inner/.git").exists()


def unsandboxed(shell: Shell, *words: str) -> int:
    return shell.run(*words, "--unsandboxed").code


def test_without_a_sandbox_a_worktree_that_is_gone_is_built_again(tmp_path: Path) -> None:
    vandal = "import os, shutil; here = os.getcwd(); os.chdir('/'); shutil.rmtree(here)"
    shell = Shell.at(tmp_path, vandal, breakers="iterations = 1")
    before = shell.user_files()
    assert unsandboxed(shell, "run", str(shell.loop), "--headless", "--trust") == 10
    assert [one["outcome"] for one in shell.iterations()] == ["error"]
    assert shell.user_files() == before
    shell.rests()
    (tmp_path / "agent.py").write_text(MEND)
    words = ("limits", "fix-tests", "--iterations", "5", "--reason", "a better agent")
    assert unsandboxed(shell, *words) == 4
    tree = shell.need()["tree"]
    assert unsandboxed(shell, "approve", "fix-tests", "--tree", tree) == 0
    shell.leaves_nothing()


def test_without_a_sandbox_nothing_planted_in_git_runs_and_no_process_stays(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "owned"
    shell = Shell.at(tmp_path, MEND + DOT_GIT.replace("/tmp/owned", str(marker)) + DAEMONS)
    assert unsandboxed(shell, "run", str(shell.loop), "--headless", "--trust") == 4
    shell.rests()
    tree = shell.need()["tree"]
    assert unsandboxed(shell, "approve", "fix-tests", "--tree", tree) == 0
    assert not marker.exists()
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()
