"""Templates that really run: in a repository, with its own tools, to a candidate that may land."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell


def made(shell: Shell, template: str, *agent: str) -> str:
    """Write a loop from a template and run it to its approval; the diff that would land."""
    words = ("--agent-argv", " ".join(agent)) if agent else ()
    assert shell("new", "job", "--template", template, *words).code == 0
    assert shell("check", "job").code == 0
    done = shell("run", "job", "--headless", "--trust")
    assert done.code == 4, done.out + done.err
    return shell("diff", "job").out


def script(shell: Shell, text: str) -> tuple[str, str]:
    """An agent that does what a script says."""
    file = shell.place / "agent.py"
    file.write_text(text)
    return sys.executable, str(file)


def test_tests_are_mended_by_the_built_in_maker(shell: Shell) -> None:
    assert "+    return a + b" in made(shell, "fix-tests")


@pytest.mark.parametrize("settings", ["", "fix = true\n"], ids=["plain", "a gate that could mend"])
def test_the_linter_mends_what_it_finds(shell: Shell, settings: str) -> None:
    (shell.repo / "ruff.toml").write_text(settings)
    (shell.repo / "more.py").write_text("import os\nimport sys\n\nprint(sys.path)\n")
    shell.commit("More")
    assert "-import os" in made(shell, "lint-autofix")


def test_the_formatter_formats(shell: Shell) -> None:
    (shell.repo / "ruff.toml").write_text("")
    (shell.repo / "more.py").write_text("x = {  'a':1 }\n")
    shell.commit("More")
    assert '+x = {"a": 1}' in made(shell, "format")


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not here")
def test_a_lock_file_is_renewed_on_a_branch_of_its_own(shell: Shell) -> None:
    project = shell.repo / "pyproject.toml"
    project.write_text('[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n')
    lock = 'version = 1\nrevision = 3\nrequires-python = ">=3.10"\n'
    (shell.repo / "uv.lock").write_text(lock)
    shell.commit("A lock")
    diff = made(shell, "dependency-bump")
    assert '+requires-python = ">=3.11"' in diff
    tree = shell.state("job")["needs"][0]["tree"]
    assert shell("approve", "job", "--tree", tree).code == 0
    assert shell.commits() == 2, "main stays where it is"
    assert "looptui/" in shell.git("branch", "--list")


def test_the_changelog_gets_entries_and_nothing_else_may_change(shell: Shell) -> None:
    (shell.repo / "CHANGELOG.md").write_text("# Changes\n\n## Unreleased\n\n## 1.0\n\n- first\n")
    shell.commit("Add adding")
    agent = script(
        shell,
        "import pathlib, subprocess\n"
        "log = subprocess.run(['git', 'log', '--format=%s', '-1'],\n"
        "                     capture_output=True, text=True)\n"
        "path = pathlib.Path('CHANGELOG.md')\n"
        "text = path.read_text().replace('Unreleased\\n', f'Unreleased\\n\\n- {log.stdout}')\n"
        "path.write_text(text)\n",
    )
    assert "+- Add adding" in made(shell, "changelog", *agent)


SOMETIMES = """\
import os, pathlib, tempfile

def add(a, b):
    mark = pathlib.Path(tempfile.gettempdir(), "seen")
    if mark.exists():
        mark.unlink()
        return a - b
    mark.touch()
    return a + b
"""


def test_ten_runs_find_what_one_does_not(shell: Shell) -> None:
    (shell.repo / "calc.py").write_text(SOMETIMES)
    shell.commit("Sometimes wrong")
    agent = script(
        shell,
        "import pathlib\n"
        "pathlib.Path('calc.py').write_text('def add(a, b):\\n    return a + b\\n')\n",
    )
    assert "-    if mark.exists():" in made(shell, "flaky-hunt", *agent)
    gates = {gate["id"]: gate["state"] for gate in shell("show", "job", "--json").json["gates"]}
    assert gates == {"tests": "pass", "repeat": "pass"}


def test_the_sweeper_needs_linter_and_tests_together(shell: Shell) -> None:
    (shell.repo / "ruff.toml").write_text("")
    (shell.repo / "more.py").write_text("import os\n")
    shell.commit("More")
    agent = script(
        shell,
        "import pathlib\n"
        "calc = pathlib.Path('calc.py')\n"
        "if 'a + b' in calc.read_text(): pathlib.Path('more.py').write_text('')\n"
        "calc.write_text(calc.read_text().replace('a - b', 'a + b'))\n",
    )
    diff = made(shell, "ci-sweeper", *agent)
    assert "-import os" in diff
    assert "+    return a + b" in diff
    assert shell.state("job")["iteration"] == 2


def test_documentation_is_judged_by_its_examples(shell: Shell) -> None:
    (shell.repo / "README.md").write_text("# calc\n\n    >>> 1 + 1\n    3\n")
    shell.commit("A wrong example")
    agent = script(
        shell,
        "import pathlib\n"
        "path = pathlib.Path('README.md')\n"
        "path.write_text(path.read_text().replace('    3', '    2'))\n",
    )
    assert "+    2" in made(shell, "docs-update", *agent)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
def test_a_part_of_a_monorepo_in_another_language(shell: Shell) -> None:
    (shell.repo / "test_calc.py").unlink()
    part = shell.repo / "packages/adder"
    part.mkdir(parents=True)
    scripts = {"test": "node check.js"}
    (part / "package.json").write_text(json.dumps({"name": "adder", "scripts": scripts}))
    (part / "add.js").write_text("module.exports = (a, b) => a - b;\n")
    (part / "check.js").write_text("if (require('./add.js')(2, 3) !== 5) process.exit(1);\n")
    shell.commit("A package")
    agent = script(
        shell,
        "import pathlib\n"
        "path = pathlib.Path('packages/adder/add.js')\n"
        "path.write_text(path.read_text().replace('a - b', 'a + b'))\n",
    )
    assert "a + b" in made(shell, "agent", *agent)


def test_version_managers_find_what_they_start(tmp_path: Path) -> None:
    from looptui.engine.outside import toolchains

    assert toolchains({"HOME": str(tmp_path)}) == {}
    (tmp_path / ".rustup").mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    found = toolchains({"HOME": str(tmp_path), "PYENV_ROOT": str(elsewhere)})
    assert found == {"RUSTUP_HOME": str(tmp_path / ".rustup"), "PYENV_ROOT": str(elsewhere)}


def test_a_run_that_was_discarded_takes_nothing_away_from_the_next_one(shell: Shell) -> None:
    first = made(shell, "fix-tests")
    assert "+    return a + b" in first
    assert shell("discard", "job").code == 0
    assert shell("run", "job", "--headless").code == 4
    assert shell("diff", "job").out == first
