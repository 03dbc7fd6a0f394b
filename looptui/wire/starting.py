"""Starting out: what a repository looks like, and the files that make it ready for loops."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from looptui import config, loopfile, paths
from looptui.errors import EnvironmentUnfit, UsageError
from looptui.loopfile import templates

PYTEST = ("python3", "-m", "pytest", "-q")
ANY_LANGUAGE = "agent"
"""The template whose tests may be of any kind; the others say themselves what they run."""
_NO_TESTS = "no test specified"
"""What `npm init` writes where a test command should be."""
_TEST_FILES = ("test_*.py", "tests/**/test_*.py", "test/**/test_*.py", "tests/**/*_test.py")


@dataclass(frozen=True, slots=True)
class Found:
    """What a repository looks like from outside."""

    tests: tuple[str, ...] | None
    """The command that runs its tests; None where none is known."""
    branch: str | None
    """The branch that is checked out; None for a detached HEAD."""
    owner: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that `init` wants to be there."""

    path: Path
    text: str
    exists: bool


def look(root: Path) -> Found:
    """What can be read off the files of a repository; nothing is run."""
    return Found(test_command(root), _branch(root), _owner(root))


def test_command(root: Path) -> tuple[str, ...] | None:
    """The usual test command of what the repository is made with; None where nothing says so."""
    if _uses_pytest(root):
        return PYTEST
    if _npm_tests(root):
        return ("npm", "test")
    if (root / "Cargo.toml").is_file():
        return ("cargo", "test")
    if (root / "go.mod").is_file():
        return ("go", "test", "./...")
    if any(line.startswith("test:") for line in _lines(root / "Makefile")):
        return ("make", "test")
    return None


def drafts(root: Path, found: Found, template: str | None) -> list[Draft]:
    """What `init` writes: the settings, and a first loop unless there is one already."""
    wanted = [(paths.repo_config(root), config_text())]
    loops = sorted(paths.loops_dir(root).glob("*.toml"))
    if loops and template is None:
        return [_draft(*wanted[0]), *(Draft(path, "", exists=True) for path in loops)]
    name = template or _template(found, None)
    return [_draft(*one) for one in (*wanted, (_file(root, name), _loop(found, name, None)))]


def _draft(path: Path, text: str) -> Draft:
    return Draft(path, text, os.path.lexists(path))


def new_loop(
    root: Path,
    name: str,
    *,
    template: str | None = None,
    goal: str | None = None,
    agent: str | None = None,
) -> Path:
    """Write `.looptui/loops/NAME.toml` and return its path.

    `agent` is the command line of your agent. UsageError for a wrong word or a file that exists,
    LoopFileErrors for a goal that no loop can have.
    """
    from looptui.loopfile.values import name as loop_name

    try:
        loop_name(name)
    except ValueError as error:
        raise UsageError(
            f"{name!r} is no name for a loop: {error}", "For instance: fix-parser"
        ) from None
    if goal is not None and not goal.strip():
        raise UsageError("--goal is empty", "Say what shall be true at the end, or leave it out.")
    path, found = _file(root, name), look(root)
    text = _loop(found, template or _template(found, agent), name, goal=goal, agent=agent)
    write(path, text)
    return path


def write(path: Path, text: str) -> None:
    """Write a new file; UsageError where something is there already, which stays as it is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already; it was not touched", "Take another name, or edit that file."
        ) from error
    except OSError as error:
        raise EnvironmentUnfit(
            f"{path} cannot be written: {error.strerror}", "Check the permissions and the disk."
        ) from error


def config_text() -> str:
    """A `config.toml` for a repository with every limit that it may lower, switched off."""
    lines = [
        "# Limits for everybody who runs loops in this repository.",
        "# They can only be lowered here; a person's own settings hold otherwise.",
        "",
        "[limits]",
    ]
    defaults = {row.key: row.value for row in config.Config().show()}
    for one in (one for one in config.SETTINGS if one.limit):
        lines += [f"# {one.about}", f"# {one.key.partition('.')[2]} = {defaults[one.key]}"]
    return "\n".join(lines) + "\n"


def _template(found: Found, agent: str | None) -> str:
    foreign = found.tests is not None and found.tests != PYTEST
    return ANY_LANGUAGE if agent or foreign else templates.DEFAULT


def _loop(
    found: Found,
    template: str,
    name: str | None,
    *,
    goal: str | None = None,
    agent: str | None = None,
) -> str:
    """The text of a loop file; whatever makes it unfit is raised before anything is written."""
    text = templates.render(
        template,
        owner=found.owner,
        loop_name=name,
        goal=goal,
        test_argv=found.tests if template == ANY_LANGUAGE else None,
        agent_argv=None if agent is None else _split(agent),
    )
    loopfile.loads(text, f"{name or template}.toml")
    return text


def _split(line: str) -> Sequence[str]:
    from looptui.loopfile.fields import words

    try:
        return words(line)
    except ValueError as error:
        example = 'For instance: --agent-argv "my-agent --run"'
        raise UsageError(f"--agent-argv: {error}", example) from None


def _file(root: Path, name: str) -> Path:
    return paths.loops_dir(root) / f"{name}.toml"


# --- reading the repository --------------------------------------------------------------------


def _uses_pytest(root: Path) -> bool:
    if any((root / name).is_file() for name in ("pytest.ini", ".pytest.ini", "conftest.py")):
        return True
    if "pytest" in _table(root / "pyproject.toml").get("tool", {}):
        return True
    marks = (("setup.cfg", "[tool:pytest]"), ("tox.ini", "[pytest]"))
    if any(mark in _lines(root / file) for file, mark in marks):
        return True
    return any(any(root.glob(pattern)) for pattern in _TEST_FILES)


def _npm_tests(root: Path) -> bool:
    try:
        package: Any = json.loads((root / "package.json").read_text("utf-8"))
        script = package["scripts"]["test"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return isinstance(script, str) and _NO_TESTS not in script


def _table(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _lines(file: Path) -> list[str]:
    try:
        return [line.rstrip() for line in file.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return []


def _branch(root: Path) -> str | None:
    from looptui.adapters.repository.home import git_dir_of

    git_dir = git_dir_of(root)
    head = "".join(_lines(git_dir / "HEAD")) if git_dir else ""
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else None


def _owner(root: Path) -> str:
    """The mail address that git knows; else the name of who sits at the keyboard."""
    from looptui.adapters.repository.home import settings
    from looptui.wire.ids import person

    known = settings(paths.common_git_dir(root)).get("user.email", "").strip()
    return os.environ.get("GIT_AUTHOR_EMAIL") or known or person().removeprefix("human:")
