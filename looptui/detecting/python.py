"""Python projects: tests, linters, types, and the environment in which they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from looptui.detecting.generated import generated
from looptui.detecting.reading import (
    Tree,
    below,
    line_with,
    strings,
    table,
    toml_line,
)
from looptui.detecting.values import Confidence, Finding, Language

_PROJECT = "pyproject.toml"
_VENVS = (".venv", "venv", "env")
_TEST_FILE = re.compile(r"test_.*\.py|.*_test\.py")
_REQUIREMENTS = (
    "requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt",
    "requirements-test.txt", "test-requirements.txt", "requirements.txt",
)  # fmt: skip
_RUNNERS = (
    (("tool", "hatch", "envs", "default", "scripts"), ("hatch", "run")),
    (("tool", "pdm", "scripts"), ("pdm", "run")),
    (("tool", "poe", "tasks"), ("poe",)),
    (("tool", "taskipy", "tasks"), ("task",)),
)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the packages of a project are, as far as files tell."""

    python: str = "python3"
    share: tuple[str, ...] = ()
    setup: tuple[tuple[str, ...], ...] = ()
    why: str = ""


def languages(tree: Tree) -> Iterator[Language]:
    for name in (_PROJECT, "setup.py", "setup.cfg", "requirements.txt", "tox.ini"):
        if tree.has(name):
            yield Language("Python", name)
            return
    if python := sorted(name for name in tree.names() if name.endswith(".py")):
        yield Language("Python", python[0])


def look(tree: Tree, at: str = "") -> Iterator[Finding]:
    """The commands of the Python project in a directory."""
    place = environment(tree)
    folder = place.python.rpartition("/")[0]
    written = generated(tree, at)
    # Where uv is not here, the environment of the shell may have what the tests need.
    other = _tests(tree, at, Environment()) if place.setup else ()
    for found in (*_tests(tree, at, place), *other, *_linters(tree, at, place)):
        inside = bool(folder) and found.argv[0].startswith(f"{folder}/")
        needed = replace(found, share=place.share, setup=place.setup) if inside else found
        imports = found.purpose in ("test", "types")
        yield replace(needed, share=(*needed.share, *written)) if imports else needed
    yield from _runners(tree, at)


def environment(tree: Tree) -> Environment:
    """A virtual environment of the checkout, what a lock file would make, or the Python on PATH."""
    for name in _VENVS:
        if tree.has(f"{name}/pyvenv.cfg") and tree.has(f"{name}/bin/pytest"):
            return Environment(f"{name}/bin/python", (name,), (), f"with what is in {name}")
    if tree.has("uv.lock"):
        sync = ("uv", "sync", "--frozen", "--no-install-project")
        return Environment(".venv/bin/python", (), (sync,), "with what uv.lock says")
    return Environment()


# --- tests -------------------------------------------------------------------------------------


def _tests(tree: Tree, at: str, place: Environment) -> Iterator[Finding]:
    argv = (place.python, "-m", "pytest", "-q", *_where(tree, at))
    for path, line, confidence, why in _signs(tree, at):
        said = "; ".join(word for word in (why, place.why) if word)
        yield Finding("test", argv, path, line, confidence, said)
        return


def _where(tree: Tree, at: str) -> tuple[str, ...]:
    """The words that let tests import the code of the candidate and not an installed copy of it."""
    project = below(at, _PROJECT)
    told = table(tree.toml(project), "tool", "pytest", "ini_options").get("pythonpath")
    source = tree.is_dir(below(at, "src")) and not told
    if not at:
        return ("-o", "pythonpath=src") if source else ()
    config = ("-c", project) if tree.has(project) else ("--rootdir", at)
    path = () if told else ("-o", f"pythonpath={'src' if source else '.'}")
    return (*config, *path, at)


def _signs(tree: Tree, at: str) -> Iterator[tuple[str, int, Confidence, str]]:
    """What says that pytest is used, the clearest first: file, line, how sure, why."""
    project = below(at, _PROJECT)
    if "pytest" in table(tree.toml(project), "tool"):
        line = toml_line(tree, project, "tool", "pytest", "ini_options")
        yield (
            project,
            line or toml_line(tree, project, "tool", "pytest"),
            "sure",
            "pytest is set up",
        )
    for name in ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini"):
        if tree.has(below(at, name)):
            yield below(at, name), 1, "sure", "pytest is set up"
    for name, mark in (("setup.cfg", r"^\[tool:pytest\]"), ("tox.ini", r"^\[pytest\]")):
        if line := line_with(tree, below(at, name), mark):
            yield below(at, name), line, "sure", "pytest is set up"
    if file := _test_file(tree, at):
        yield file, 0, "sure", "a test file"
    if tree.has(below(at, "conftest.py")):
        yield below(at, "conftest.py"), 0, "sure", "a file of pytest's"
    if line := line_with(tree, project, r"""["']pytest\b"""):
        yield project, line, "likely", "pytest is a dependency, no test was found yet"
    for name in _REQUIREMENTS:
        if line := line_with(tree, below(at, name), r"^pytest\b"):
            yield below(at, name), line, "likely", "pytest is a dependency, no test was found yet"


def _test_file(tree: Tree, at: str) -> str:
    """A file that pytest would collect, at the top or below `tests` or `test`; empty for none."""
    if found := _matching(tree, at):
        return found
    for folder in ("tests", "test"):
        inside = below(at, folder)
        if found := _matching(tree, inside):
            return found
        for name in sorted(tree.names(inside))[:50]:
            if tree.is_dir(f"{inside}/{name}") and (found := _matching(tree, f"{inside}/{name}")):
                return found
    return ""


def _matching(tree: Tree, directory: str) -> str:
    names = sorted(name for name in tree.names(directory) if _TEST_FILE.fullmatch(name))
    return below(directory, names[0]) if names else ""


# --- linters, types, tasks ---------------------------------------------------------------------


def _linters(tree: Tree, at: str, place: Environment) -> Iterator[Finding]:
    target = at or "."
    if told := _told(tree, at, ("ruff.toml", ".ruff.toml"), "ruff"):
        ruff = _program(tree, place, "ruff")
        yield Finding(
            "lint", (ruff, "check", "--no-fix", "--no-cache", target),
            *told, "sure", "ruff is set up",
            fix=(ruff, "check", "--fix", "--exit-zero", target),
        )  # fmt: skip
        yield Finding(
            "format", (ruff, "format", "--check", "--no-cache", target), *told, "guess",
            "ruff is set up, its formatter may not be used", fix=(ruff, "format", target),
        )  # fmt: skip
    if told := _told(tree, at, (".flake8",), "flake8"):
        yield Finding("lint", (_program(tree, place, "flake8"), target), *told, "likely")
    if told := _told(tree, at, (), "black"):
        black = _program(tree, place, "black")
        yield Finding("format", (black, "--check", "-q", target), *told, fix=(black, "-q", target))
    for name, files in (("mypy", ("mypy.ini", ".mypy.ini")), ("pyright", ("pyrightconfig.json",))):
        if told := _told(tree, at, files, name):
            path, line = told
            argv = (_program(tree, place, name), *_checked(tree, at, name))
            yield Finding("types", argv, path, line, "likely", f"{name} is set up")
    yield from _locks(tree, at)


def _checked(tree: Tree, at: str, checker: str) -> tuple[str, ...]:
    """What a type checker is called with; some say it in their own settings."""
    if at:
        return (at,)
    said = "files" in table(tree.toml(_PROJECT), "tool", checker) or checker == "pyright"
    return () if said else (".",)


def _locks(tree: Tree, at: str) -> Iterator[Finding]:
    if at:
        return
    if tree.has("uv.lock"):
        yield Finding(
            "lock", ("uv", "lock", "--check", "--offline"), "uv.lock",
            fix=("uv", "lock", "--upgrade"),
        )  # fmt: skip
    if tree.has("poetry.lock"):
        yield Finding(
            "lock", ("poetry", "check", "--lock"), "poetry.lock",
            fix=("poetry", "update", "--lock"),
        )  # fmt: skip


def _told(tree: Tree, at: str, files: tuple[str, ...], tool: str) -> tuple[str, int] | None:
    """Where a tool is set up: a file of its own, or its table in pyproject.toml."""
    for name in files:
        if tree.has(below(at, name)):
            return below(at, name), 1
    project = below(at, _PROJECT)
    if tool in table(tree.toml(project), "tool"):
        return project, toml_line(tree, project, "tool", tool)
    return None


def _program(tree: Tree, place: Environment, name: str) -> str:
    """A tool as it is called: the one of the project's environment, if it has it."""
    folder = place.python.rpartition("/")[0]
    return f"{folder}/{name}" if folder and tree.has(f"{folder}/{name}") else name


def _runners(tree: Tree, at: str) -> Iterator[Finding]:
    """Tasks of project managers, tox and nox: they install what they need."""
    if at:
        return
    why = "it may install what it needs, and gates have no network"
    data = tree.toml(_PROJECT)
    for keys, runner in _RUNNERS:
        for name in ("test", "tests"):
            if name in table(data, *keys):
                line = toml_line(tree, _PROJECT, *keys, name)
                yield Finding("test", (*runner, name), _PROJECT, line, "likely", why)
    if line := line_with(tree, "tox.ini", r"^\[(?:tox|testenv)") or toml_line(
        tree, _PROJECT, "tool", "tox"
    ):
        path = "tox.ini" if tree.has("tox.ini") else _PROJECT
        yield Finding("test", ("tox", "-q"), path, line, "likely", why)
    if line := line_with(tree, "noxfile.py", r"^def tests?\("):
        word = "tests" if "def tests(" in tree.lines("noxfile.py")[line - 1] else "test"
        yield Finding("test", ("nox", "-s", word), "noxfile.py", line, "likely", why)


def members(tree: Tree) -> tuple[str, ...]:
    """The globs of a uv workspace."""
    return strings(table(tree.toml(_PROJECT), "tool", "uv", "workspace").get("members"))
