"""A project that passes in the checkout and cannot in an export: the words say what is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from looptui.engine.lacking import lacking
from tests.engine.shell import Shell

PYTEST = (sys.executable, "-m", "pytest", "-q")


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A checkout with files that git ignores, and an export without them."""
    checkout, export = tmp_path / "checkout", tmp_path / "export"
    put(checkout, "src/pkg/__init__.py", "src/pkg/_version.py", "src/pkg/_speed.cpython-311.so")
    put(checkout, "libs/core/src/core/__init__.py", "libs/core/src/core/made.py", "gone.py")
    put(checkout, "tests/data/sub/a.json", "tests/test_x.py", "config.h", ".git/HEAD", ".env")
    put(checkout, "sub/module/a/b.json")
    (export / "sub/module").mkdir(parents=True)
    put(export, "src/pkg/__init__.py", "libs/core/src/core/__init__.py", "tests/test_x.py")
    return checkout, export


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("E   ModuleNotFoundError: No module named 'pkg._version'␛[0m", ("src/pkg/_version.py",)),
        (
            "ImportError: cannot import name '_speed' from partially initialized module 'pkg' (x)",
            ("src/pkg/_speed.cpython-311.so",),
        ),
        (
            "␛[31mlibs/core/src/core/__init__.py␛[0m:3: in <module>\n"
            "ModuleNotFoundError: No module named 'core.made'",
            ("libs/core/src/core/made.py",),
        ),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'tests/data/sub/a.json'",
         ("tests/data",)),
        ("FileNotFoundError: [Errno 2] No such file or directory: '{checkout}/.env'", (".env",)),
        ("main.c:1:10: fatal error: config.h: No such file or directory", ("config.h",)),
        ("make: *** No rule to make target 'config.h', needed by 'x'.  Stop.", ("config.h",)),
        ("Error: Cannot find module './tests/data/sub/a.json'", ("tests/data",)),
        ("FileNotFoundError: [Errno 2] No such file: 'sub/module/a/b.json'", ("sub/module",)),
        ("No module named 'numpy'", ()),
        ("No module named 'pkg'", ()),
        ("No module named '..gone'", ()),
        ("fatal: cannot open .git/HEAD: No such file", ()),
        ("No such file: ../../etc/passwd /etc/passwd tests/test_x.py", ()),
        ("AssertionError: tests/data is not config.h", ()),
    ],
)  # fmt: skip
def test_what_is_missed(places: tuple[Path, Path], words: str, paths: tuple[str, ...]) -> None:
    checkout, export = places
    assert lacking(words.replace("{checkout}", str(checkout)), checkout, export) == paths


def test_what_the_candidate_took_away_is_not_lacking(places: tuple[Path, Path]) -> None:
    words = "No module named 'gone'"
    assert lacking(words, *places) == ("gone.py",)
    assert lacking(words, *places, ["gone.py"]) == ()
    assert lacking("not found: tests/data/sub/a.json", *places, ["tests/data/sub/a.json"]) == ()


def generating(tmp_path: Path, **more: str) -> Shell:
    """A project whose code imports a file that its installation made, and that git ignores."""
    shell = Shell.at(tmp_path, gate=PYTEST, **more)
    code = "from made import SIGN\n\n\ndef add(a, b):\n    return a + SIGN * b\n"
    (shell.repo / "calc.py").write_text(code)
    (shell.repo / ".gitignore").write_text("made.py\n")
    shell.git("add", "-A")
    shell.git("commit", "-q", "-m", "Generated code")
    (shell.repo / "made.py").write_text("SIGN = 1\n")
    return shell


def test_a_gate_that_only_lacks_a_generated_file_says_so_and_no_maker_is_asked(
    tmp_path: Path,
) -> None:
    shell = generating(tmp_path)
    done = shell.go()
    assert done.code == 6
    assert "misses made.py: your checkout has it" in done.err
    assert "share" in done.err
    assert shell.iterations() == []
    shell.leaves_nothing()


def test_shared_it_is_judged(tmp_path: Path) -> None:
    shell = generating(tmp_path, more='[workspace]\nshare = ["made.py"]')
    done = shell.go()
    assert (done.code, "nothing to do" in done.err) == (0, True), done
