"""The environment of a run: shared directories, setup commands, and what is made of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.shell import FIXED, MEND, Shell

PYTEST = (".venv/bin/python", "-m", "pytest", "-q")


def make_venv(repo: Path) -> None:
    """A real virtual environment, with links in it, that finds the pytest of this one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", repo / ".venv"], check=True)
    (here,) = (repo / ".venv/lib").glob("python3*/site-packages")
    (there,) = Path(sys.prefix).glob("lib/python3*/site-packages")
    (here / "there.pth").write_text(f"{there}\n")


@pytest.mark.parametrize("key", ["share", "share_with_gates"])
@pytest.mark.parametrize("ignored", [True, False])
def test_gates_use_the_virtual_environment_of_the_checkout(
    tmp_path: Path, key: str, ignored: bool
) -> None:
    agent = f"{MEND}\nimport os; print('venv' if os.path.exists('.venv/bin/python') else 'none')"
    shell = Shell.at(tmp_path, agent, gate=PYTEST, more=f'[workspace]\n{key} = [".venv"]')
    make_venv(shell.repo)
    if ignored:
        (shell.repo / ".gitignore").write_text(".venv\n")
        shell.git("add", ".gitignore")
        shell.git("commit", "-q", "-m", "Ignore it")
    before = shell.user_files()
    ran = shell.go()
    assert ran.code == 4, ran
    assert shell.user_files() == before
    said = shell.run("logs", "fix-tests", "--maker", "1").out.strip()
    assert said == ("venv" if key == "share" else "none")
    assert shell.run("diff", "fix-tests", "--stat").out.split()[2:] == ["calc.py"]
    assert shell.approve().code == 0
    assert shell.git("ls-files", ".venv") == ""
    shell.leaves_nothing()


def test_what_gates_share_never_replaces_the_candidate(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, "pass", more='[workspace]\nshare_with_gates = ["calc.py", "tests"]')
    (shell.repo / "calc.py").write_text("def add(a, b):\n    return a + b\n")
    done = shell.go()
    assert done.code == 13, "the working copy of the user must not make the candidate pass"


def test_setup_makes_a_tree_that_is_there_for_all_and_in_no_candidate(tmp_path: Path) -> None:
    script = (
        "for i in 1 2 3; do mkdir -p node_modules/m$i; echo $i > node_modules/m$i/f; done; "
        "mkdir node_modules/.bin; ln -s ../m1/f node_modules/.bin/x; mkfifo node_modules/pipe; "
        "ln -s /nowhere node_modules/dangling; echo generated > made.py; echo '#' >> calc.py; "
        "mkdir -p locked; echo 1 > locked/f; chmod 500 locked"
    )
    wanted = "'node_modules/m3/f', 'node_modules/.bin/x', 'made.py', 'locked/f'"
    there = f"all(os.path.exists(p) for p in ({wanted}))"
    shell = Shell.at(
        tmp_path,
        f"{MEND}\nimport os; assert {there}",
        gate=(sys.executable, "-c", f"import os; assert {there}; {FIXED}"),
        more=f"[workspace]\nsetup = [{json.dumps(['sh', '-c', script])}]",
    )
    ran = shell.go()
    assert ran.code == 4, ran
    assert shell.run("diff", "fix-tests", "--stat").out.split()[2:] == ["calc.py"]
    assert shell.approve().code == 0
    assert (shell.repo / "calc.py").read_text() == "def add(a, b):\n    return a + b\n"
    shell.leaves_nothing()


def test_a_link_that_setup_makes_is_not_followed_by_us(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("hidden from the sandbox")
    agent = f"{MEND}\nimport os; print(os.path.exists('stolen/key'), os.path.islink('stolen'))"
    setup = json.dumps(["ln", "-s", str(secret), "stolen"])
    shell = Shell.at(tmp_path / "x", agent, more=f"[workspace]\nsetup = [{setup}]")
    assert shell.go().code == 4
    assert shell.run("logs", "fix-tests", "--maker", "1").out.strip() == "False True"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["false"], "false ended with 1"),
        (["sh", "-c", "echo boom; exit 3"], "ended with 3: boom"),
        (["no-such-program"], "could not be started: no-such-program: No such file"),
        (["sleep", "100"], "took longer than 1 s"),
    ],
)
def test_a_setup_that_fails_ends_the_run_as_unfit(
    tmp_path: Path, command: list[str], says: str
) -> None:
    more = f'[workspace]\nsetup = [{json.dumps(command)}]\nsetup_timeout = "1s"'
    shell = Shell.at(tmp_path, more=more)
    done = shell.go()
    assert done.code == 6
    assert says in done.err
    assert shell.iterations() == []
    shell.leaves_nothing()


def test_something_shared_that_is_not_there(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, more='[workspace]\nshare = [".venv"]')
    done = shell.go()
    assert done.code == 6
    assert "cannot share .venv" in done.err
    shell.leaves_nothing()


def test_a_gate_whose_python_has_no_pytest(tmp_path: Path) -> None:
    python = tmp_path / "bare" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    shell = Shell.at(tmp_path / "x", gate=(str(python), "-m", "pytest", "-q"))
    done = shell.go()
    assert done.code == 6
    assert "pytest is not installed" in done.err
    shell.leaves_nothing()


def test_the_state_and_secrets_are_out_of_reach(tmp_path: Path) -> None:
    reach = """
import os, pathlib
for place in (os.environ["HOME"], os.environ["TMPDIR"], "..", "../..", "/tmp", "/root"):
    for path in pathlib.Path(place).glob("*/state.db"):
        print("reached", path)
print([name for name in os.environ if "SECRET" in name])
"""
    there = Shell.at(tmp_path, MEND + reach)
    shell = Shell(there.repo, there.home, {"MY_SECRET": "sesame-open-please"})
    assert shell.go().code == 4
    assert shell.run("logs", "fix-tests", "--maker", "1").out.strip() == "[]"
    kept = b"".join(path.read_bytes() for path in shell.home.rglob("*") if path.is_file())
    assert b"sesame" not in kept
    assert os.environ.get("MY_SECRET") is None
