"""The gate's command, the job and the files that may be edited."""

import json
import sys
from pathlib import Path

import pytest

from looptui.repair.command import NotPytest, parse
from looptui.repair.files import editable
from looptui.repair.job import Answer, BadJob, Job, hand_over

NO_CACHE = ("-p", "no:cacheprovider")


def test_module() -> None:
    command = parse(["python3", "-B", "-m", "pytest", "-q", "tests"])
    assert command.python == ("python3", "-B")
    assert command.mode == "module"
    assert command.args == ("-q", "tests", *NO_CACHE)


def test_safe_path_leaves_the_working_directory_out() -> None:
    assert parse(["python3", "-P", "-m", "pytest"]).mode == "script"


def test_runner() -> None:
    command = parse(["uv", "run", "--frozen", "pytest", "-q"])
    assert command.python == ("uv", "run", "--frozen", "python")


def test_script_names_its_python(tmp_path: Path) -> None:
    script = tmp_path / "pytest"
    script.write_text(f"#!{sys.executable}\nprint()\n", "utf-8")
    script.chmod(0o700)
    assert parse([str(script), "-q"]).python == (sys.executable,)


def test_script_without_python(tmp_path: Path) -> None:
    script = tmp_path / "pytest"
    script.write_text("#!/bin/sh\n", "utf-8")
    script.chmod(0o700)
    with pytest.raises(NotPytest, match="does not name its Python"):
        parse([str(script)])


@pytest.mark.parametrize("argv", [["make", "test"], ["sh", "-c", "pytest -q"], ["true"]])
def test_not_pytest(argv: list[str]) -> None:
    with pytest.raises(NotPytest, match="does not run pytest"):
        parse(argv)


def test_early_ends_are_dropped() -> None:
    assert parse(["python", "-m", "pytest", "-x", "--lf"]).args == NO_CACHE


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("src/app.py", True),
        ("app.py", True),
        ("tests/app.py", False),
        ("src/test_app.py", False),
        ("conftest.py", False),
        ("setup.py", False),
        ("README.md", False),
        (".looptui/x.py", False),
    ],
)
def test_editable(path: str, may: bool) -> None:
    assert editable(path, ["**"], []) is may


def test_editable_follows_the_permissions() -> None:
    assert not editable("src/app.py", ["lib/**"], [])
    assert not editable("src/gen/app.py", ["**"], ["src/gen/**"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "needs `test_argv`"),
        ('{"test_argv": []}', "needs `test_argv`"),
        ('{"test_argv": ["a"], "batch": "b"}', "`batch` has the wrong type"),
        ('{"test_argv": ["a"], "colour": 1}', "unknown parts: colour"),
    ],
)
def test_bad_job(text: str, words: str) -> None:
    with pytest.raises(BadJob, match=words):
        Job.from_json(text)


def test_job_with_everything() -> None:
    raw = {
        "test_argv": ["python"],
        "failing": ["a::b"],
        "batch": 5,
        "tried": {"a.py::f": ["1", "2"]},
        "seed": 3,
        "seconds": 9,
        "write": ["src/**"],
        "deny": [],
        "answer_path": None,
    }
    job = Job.from_json(json.dumps(raw))
    assert job.tried == {"a.py::f": ("1", "2")}
    assert job.seconds == 9.0


def test_answer_goes_to_the_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answer.json"
    hand_over(Answer("unchanged", "nothing"), str(path))
    assert json.loads(path.read_text())["outcome"] == "unchanged"
    assert capsys.readouterr().out == ""
