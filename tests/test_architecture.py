"""The rules of the house that can be checked by reading the source or by importing it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from looptui.cli.app import COMMANDS, looptui

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "looptui"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "demo/projects" not in path.as_posix())
LIGHT = (
    "looptui",
    "looptui.cli.app",
    "looptui.core.plan",
    "looptui.store.store",
    "looptui.engine.supervisor",
)
HEAVY = ("textual", "rich", "litellm", "httpx", "git", "pydantic", "sqlite_utils", "watchfiles")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            yield name(path), node


def test_imports_go_down_only() -> None:
    code = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert told.returncode == 0, told.stdout


def test_no_file_is_above_400_lines() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


# --- what starts loads little ----------------------------------------------------------------


def loaded_by(*argv: str) -> set[str]:
    """Top-level modules in memory when `python ARGV` ends."""
    code = (
        "import atexit, runpy, sys\n"
        "atexit.register(lambda: print('LOADED', *sys.modules, file=sys.stderr))\n"
        f"sys.argv = {list(argv)!r}\n"
        "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stderr
    modules = told.stderr.rpartition("LOADED ")[2].split()
    return {module.partition(".")[0] for module in modules} | set(modules)


@pytest.mark.parametrize("module", LIGHT)
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stderr
    assert set(told.stdout.split()) & {*HEAVY} == set()


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_by("looptui", "--help")
    assert "looptui.cli.app" in loaded
    assert loaded & {*HEAVY, "sqlite3", "asyncio"} == set()


def test_the_version_loads_nothing_of_ours() -> None:
    loaded = {module for module in loaded_by("looptui", "--version") if "looptui" in module}
    assert loaded <= {"looptui", "looptui.__main__"}


def test_importing_does_nothing(tmp_path: Path) -> None:
    """No print, no file, no directory, no thread, no handler: every module is only read."""
    modules = [
        name(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for path in SOURCES
        if path.name != "__main__.py" and "adapters/gates/pytest_" not in name(path)
    ]
    code = (
        "import importlib, logging, os, sys, threading\n"
        "before = dict(os.environ)\n"
        f"for module in {modules!r}: importlib.import_module(module)\n"
        "assert dict(os.environ) == before, 'environment'\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert not logging.getLogger().handlers, 'handlers'\n"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "LOOPTUI_HOME": str(tmp_path / "state"), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


# --- one room for each thing -----------------------------------------------------------------

ROOMS = {
    "textual": ("looptui/tui/",),
    "rich": ("looptui/tui/",),
    "git": ("looptui/adapters/repository/",),
    "sqlite3": ("looptui/store/",),
    "pysqlite3": ("looptui/store/",),
    "sqlite_utils": ("looptui/store/",),
    "click": ("looptui/cli/",),
    "pydantic": ("looptui/loopfile/", "looptui/config.py"),
    "watchfiles": ("looptui/tui/", "looptui/wire/"),
    "pygments": ("looptui/tui/",),
    "litellm": ("looptui/adapters/",),
    "aiohttp": ("looptui/adapters/browser/",),
    "textual_serve": ("looptui/adapters/browser/",),
}


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.partition(".")[0]]
    return []


def test_each_package_has_one_room() -> None:
    strays = [
        (where, package)
        for where, node in nodes()
        for package in imported(node)
        if package in ROOMS and not where.startswith(ROOMS[package])
    ]
    assert strays == []


SAYS_ITS_VERSION = ("looptui/wire/machine.py",)
"""`looptui doctor` asks git for its version; it touches no repository."""


def test_git_runs_in_one_room() -> None:
    strays = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Tuple | ast.List)
        and node.elts
        and isinstance(node.elts[0], ast.Constant)
        and node.elts[0].value == "git"
        and len(node.elts) > 1
        and not where.startswith("looptui/adapters/repository/")
    ]
    assert [where for where in strays if where not in SAYS_ITS_VERSION] == []


# --- habits ----------------------------------------------------------------------------------

CATCHES_ALL = {
    "looptui/plugins.py": "whatever a stranger's plugin does at import",
    "looptui/engine/perform.py": "a port: an effect that failed is an event",
    "looptui/cli/app.py": "the last line: a person gets words, the log the trace",
    "looptui/cli/door.py": "the same, where the screen opens without click",
    "looptui/repair/bench.py": "a fork ends there, whatever it was",
    "looptui/store/writer.py": "hands the error to whoever awaits the write",
    "looptui/adapters/chat/worker.py": "a process of its own: whatever litellm raises is told",
    "looptui/capture.py": "hands the error of a stranger's callback to its caller",
    "looptui/adapters/gates/pytest_plugin.py": "runs inside the tests of others",
}


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether it takes every exception and does not let it go on."""
    caught = handler.type
    broad = caught is None or (
        isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")
    )
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)


def test_exceptions_are_caught_narrowly() -> None:
    found = {
        where
        for where, node in nodes()
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    }
    assert found - set(CATCHES_ALL) == set()
    assert set(CATCHES_ALL) - found == set(), "allowed and not needed any more"


COMPUTES_COLOURS = ("looptui/tui/contrast.py",)
"""Black and white are the ends towards which text is moved until it can be read."""
COLOUR = re.compile(
    r"#[0-9a-fA-F]{6}\b|\brgb\(|\b(?:bold|dim|italic|on)\s+(?:bright_|ansi_)?"
    r"(?:black|red|green|yellow|blue|magenta|cyan|white)\b"
)


def test_colours_are_named_in_themes_only() -> None:
    strays = [
        (where, node.value)
        for where, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and COLOUR.search(node.value)
        and where not in COMPUTES_COLOURS
    ]
    assert strays == []


def test_tasks_are_kept() -> None:
    bare = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in ("create_task", "ensure_future")
        and ast.unparse(node.value.func.value) in ("asyncio", "asyncio.get_running_loop()", "loop")
    ]
    assert bare == []


def test_nothing_is_left_to_do() -> None:
    words = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    assert [name(path) for path in SOURCES if words.search(path.read_text("utf-8"))] == []


# --- the command line ------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_starts_with_an_example(command: str) -> None:
    told = CliRunner().invoke(looptui, [command, "--help"])
    assert told.exit_code == 0, told.output
    head = told.output.partition("\nOptions:")[0]
    assert re.search(rf"Examples?:\s+looptui {command}\b", head), told.output


def test_help_lists_every_command() -> None:
    told = CliRunner().invoke(looptui, ["--help"]).output
    assert all(re.search(rf"^  {command}\b", told, re.MULTILINE) for command in COMMANDS)
