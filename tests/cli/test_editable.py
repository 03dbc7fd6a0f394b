"""A project installed in editable mode into an environment of its checkout: the usual case."""

from __future__ import annotations

import sysconfig
import venv
from pathlib import Path

import pytest

from tests.cli.shell import Shell

FIXING = """
import pathlib, subprocess
path = pathlib.Path("src/shop/__init__.py")
path.write_text(path.read_text().replace("a - b", "a + b"))
tried = subprocess.run(["python3", "-c", "import shop; print('2 + 3 =', shop.add(2, 3))"],
                       capture_output=True, text=True)
print(tried.stdout, tried.stderr)
"""
TEST = "from shop import add\n\n\ndef test_add():\n    assert add(2, 3) == 5\n"


@pytest.fixture
def project(shell: Shell) -> Shell:
    """A package below src, and an activated environment that names the checkout."""
    package = shell.repo / "src/shop/__init__.py"
    package.parent.mkdir(parents=True)
    (shell.repo / "calc.py").rename(package)
    (shell.repo / "test_calc.py").write_text(TEST)
    (shell.repo / ".gitignore").write_text(".venv\n")
    shell.commit("A package")
    made = shell.repo / ".venv"
    venv.create(made, with_pip=False, symlinks=True)
    library = next((made / "lib").glob("python3*/site-packages"))
    pytest_itself = sysconfig.get_path("purelib")
    (library / "editable.pth").write_text(f"{shell.repo / 'src'}\n{pytest_itself}\n")
    shell.env["PATH"] = f"{made / 'bin'}:{shell.env['PATH']}"
    return shell


def test_maker_and_gate_import_the_candidate(project: Shell) -> None:
    gate = ("python3", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    ran = project.run(project.loop(FIXING, gate=gate))
    assert ran.code == 4, ran.err
    assert "2 + 3 = 5" in project("logs", "fix-tests", "--maker", "1").out
    tree = project.need()["tree"]
    assert project("approve", "fix-tests", "--tree", tree).code == 0
    assert "a + b" in (project.repo / "src/shop/__init__.py").read_text()


def test_a_shared_environment_too(project: Shell) -> None:
    script = project.repo / ".venv/bin/check"
    shebang = f"#!{project.repo}/.venv/bin/python3\n"
    script.write_text(f"{shebang}import shop\nraise SystemExit(shop.add(2, 3) != 5)\n")
    script.chmod(0o755)
    more = '[workspace]\nshare = [".venv"]'
    ran = project.run(project.loop(FIXING, gate=(".venv/bin/check",), more=more))
    assert ran.code == 4, ran.err


def test_without_a_sandbox_the_gate_says_what_it_saw(project: Shell) -> None:
    loop = project.loop(FIXING, gate=("python3", "-m", "pytest", "-q"))
    ran = project.run(loop, "--unsandboxed")
    assert ran.code == 4, ran.err
    assert "no candidate is to blame" in project.need()["text"]
    assert project.state()["iteration"] == 1
    (gate,) = project.state()["gates"]
    assert gate["state"] == "error"
    words = f"src/shop/__init__.py was imported from {Path(project.repo, 'src/shop/__init__.py')}"
    assert words in project("show", "fix-tests").out + str(gate)
