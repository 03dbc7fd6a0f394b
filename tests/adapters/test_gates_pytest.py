"""pytest as a gate: counts, what should have run, and the options that people use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from looptui.adapters.gates.command import CommandGate
from looptui.adapters.sandbox.none import Unconfined
from looptui.core.spec import GateSpec
from looptui.ports import GateResult
from tests.adapters.children import PYTEST, gate_task, run_gate

WRONG = "def add(a, b):\n    return a - b\n"
RIGHT = "def add(a, b):\n    return a + b\n"
TESTS = {
    "tests/test_calc.py": """
import unittest
from calc import add

def test_zero():
    assert add(0, 0) == 0

def test_sum():
    assert add(1, 2) == 3

class TestMore(unittest.TestCase):
    def test_more(self):
        self.assertEqual(add(2, 2), 4)
"""
}
IDS = (
    "tests/test_calc.py::test_zero",
    "tests/test_calc.py::test_sum",
    "tests/test_calc.py::TestMore::test_more",
)


def spec(*more: str, **fields: object) -> GateSpec:
    return GateSpec("tests", argv=(*PYTEST, *more), timeout=60.0, **fields)  # type: ignore[arg-type]


async def run(
    place: Path, calc: str, gate: GateSpec | None = None, more: Mapping[str, str] | None = None
) -> GateResult:
    return await run_gate(place, gate or spec(), {"calc.py": calc, **TESTS, **(more or {})}, IDS)


async def test_an_honest_fix_passes(tmp_path: Path) -> None:
    result = await run(tmp_path, RIGHT)
    assert (result.state, result.summary) == ("pass", "3 passed")
    assert set(result.passed) == set(IDS)
    assert result.signature == ""


async def test_failures_are_listed_and_sign_the_result(tmp_path: Path) -> None:
    result = await run(tmp_path, WRONG)
    assert (result.state, result.summary) == ("fail", "1 passed, 2 failed")
    assert set(result.failed) == set(IDS[1:])
    assert len(result.signature) == 16
    assert "canary" not in result.output
    assert "4 failed" not in result.output


async def test_the_signature_outlives_line_numbers_but_not_another_failure(tmp_path: Path) -> None:
    signatures = []
    for n, calc in enumerate((WRONG, "\n\n# moved\n" + WRONG, WRONG.replace("-", "*"))):
        place = tmp_path / str(n)
        place.mkdir()
        signatures.append((await run(place, calc)).signature)
    assert signatures[0] == signatures[1] != signatures[2]


async def test_an_exit_in_conftest_is_no_pass(tmp_path: Path) -> None:
    result = await run(tmp_path, RIGHT, more={"conftest.py": "import sys\nsys.exit(0)\n"})
    assert result.state == "fail"
    assert "without a report" in result.summary


async def test_a_candidate_cannot_shadow_the_plugin_or_write_the_cache(tmp_path: Path) -> None:
    more = {"pytest_plugin.py": "raise SystemExit(0)", "looptui/__init__.py": "raise SystemExit(0)"}
    assert (await run(tmp_path, RIGHT, more=more)).state == "pass"


async def test_a_configuration_above_the_export_does_not_change_the_ids(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    place = tmp_path / "exports" / "r1-x7"
    place.mkdir(parents=True)
    gate = spec("-p", "xdist", "-n", "1")
    task = gate_task(place, gate, {"calc.py": RIGHT, **TESTS}, IDS)
    result = await CommandGate().run(task, Unconfined())  # where the file above can be seen
    assert (result.state, set(result.passed)) == ("pass", set(IDS))
    assert "exports/r1-x7" not in result.output


async def test_the_output_does_not_name_the_throwaway_directory(tmp_path: Path) -> None:
    result = await run(tmp_path, "import nothing_like_it\n", spec("-v"))
    assert "nothing_like_it" in result.output
    assert "rootdir: ." in result.output
    assert str(tmp_path) not in result.output


async def test_expected_tests_must_run(tmp_path: Path) -> None:
    result = await run(tmp_path, RIGHT, spec("--deselect", IDS[0], "-k", "not more"))
    assert result.state == "fail"
    assert result.summary == "1 passed; 2 expected tests did not run"
    assert set(result.failed) == {IDS[0], IDS[2]}


async def test_ids_with_paths_are_the_same_in_every_export(tmp_path: Path) -> None:
    files = {
        "test_paths.py": """
import os, pathlib, tempfile, pytest
@pytest.mark.parametrize("p", [
    __file__, os.getcwd(), tempfile.gettempdir(), str(pathlib.Path.home() / "x"), "/usr/lib"])
def test_p(p): assert p
"""
    }
    seen: list[GateResult] = []
    for place in (tmp_path / "one", tmp_path / "zwölf"):
        place.mkdir()
        seen.append(await run_gate(place, spec(), files, seen[0].passed if seen else ()))
    assert [result.summary for result in seen] == ["5 passed", "5 passed"]
    assert {test.partition("[")[2] for test in seen[1].passed} == {
        "test_paths.py]", ".]", "<tmp>]", "<home>/x]", "/usr/lib]"
    }  # fmt: skip


async def test_a_file_that_cannot_be_collected_fails_with_all_its_tests(tmp_path: Path) -> None:
    result = await run(tmp_path, "def add(a, b):\n    return a +\n")
    assert (result.state, result.failed[0]) == ("fail", "tests/test_calc.py")
    assert set(result.failed[1:]) == set(IDS)
    assert result.summary == "0 passed, 1 failed; 3 expected tests did not run"


async def test_a_file_that_was_broken_on_the_base_need_not_run_as_a_test(tmp_path: Path) -> None:
    files = {"calc.py": RIGHT, **TESTS}
    result = await run_gate(tmp_path, spec(), files, ("tests/test_calc.py",))
    assert result.state == "pass"
    other = tmp_path / "other"
    other.mkdir()
    result = await run_gate(other, spec(), files, ("tests/test_other.py",))
    assert result.state == "fail"


@pytest.mark.parametrize(
    ("known", "state"), [(IDS[1:], "pass"), (IDS[1:2], "fail"), (IDS[:1], "fail")]
)
async def test_known_failures_are_tolerated_by_id(
    tmp_path: Path, known: tuple[str, ...], state: str
) -> None:
    tolerant = spec(baseline="known", known_failures=known)
    result = await run(tmp_path, WRONG, tolerant)
    assert result.state == state
    assert ("failed as known" in result.summary) == (state == "pass")


async def test_known_failures_do_not_excuse_tests_that_did_not_run(tmp_path: Path) -> None:
    tolerant = spec("-x", baseline="known", known_failures=IDS[1:])
    result = await run(tmp_path, WRONG, tolerant)
    assert result.state == "fail"
    assert "did not run" in result.summary


@pytest.mark.parametrize(
    "options",
    [
        ("-p", "xdist", "-n", "2"),
        ("-x",),
        ("--maxfail=1", "-v"),
        ("--import-mode=importlib", "-p", "no:logging"),
        ("-p", "xdist", "-n", "2", "--dist", "loadfile", "-x"),
    ],
    ids=" ".join,
)
async def test_usual_options_change_nothing(tmp_path: Path, options: tuple[str, ...]) -> None:
    path = "pytest.ini"  # importlib mode does not put the root on the path
    more = {path: "[pytest]\npythonpath = .\naddopts = --strict-config --strict-markers\n"}
    result = await run(tmp_path, RIGHT, spec(*options), more)
    assert (result.state, result.summary) == ("pass", "3 passed")


async def test_fixtures_and_hooks_of_the_project_do_not_meet_our_tests(tmp_path: Path) -> None:
    conftest = """
import pytest

@pytest.fixture(autouse=True)
def only_classes(request):
    assert request.cls is not None

def pytest_runtest_setup(item):
    assert item.cls.mark

def pytest_collection_modifyitems(items):
    assert all(item.cls for item in items)

def pytest_sessionfinish(session):
    assert session.testsfailed == 0
"""
    files = {
        "conftest.py": conftest,
        "test_it.py": "class TestIt:\n    mark = 1\n    def test_a(self): pass\n",
    }
    result = await run_gate(tmp_path, spec("-W", "error"), files)
    assert (result.state, result.summary) == ("pass", "1 passed")


async def test_every_outcome_finds_its_place(tmp_path: Path) -> None:
    tests = """
import pytest

@pytest.fixture
def broken():
    raise OSError("no")

@pytest.fixture
def untidy():
    yield
    raise OSError("no")

def test_ok(): pass
def test_setup(broken): pass
def test_teardown(untidy): pass
@pytest.mark.skip
def test_skip(): pass
@pytest.mark.xfail
def test_xfail(): assert 0
@pytest.mark.xfail
def test_xpass(): pass
@pytest.mark.xfail(strict=True)
def test_strict(): pass
@pytest.mark.parametrize("x", ["a", "\\x1b]0;x\\x07", "\\u202e"])
def test_param(x): assert x == "a"
"""
    result = await run_gate(tmp_path, spec(), {"test_it.py": tests})
    assert result.summary == "3 passed, 5 failed, 2 skipped"
    assert {test.partition("::")[2] for test in result.passed} == {
        "test_ok",
        "test_xpass",
        "test_param[a]",
    }
    assert {"test_setup", "test_teardown", "test_strict"} <= {
        test.partition("::")[2] for test in result.failed
    }
    assert not any("\x1b" in test or "\u202e" in test for test in result.failed)


async def test_no_test_is_no_pass(tmp_path: Path) -> None:
    result = await run_gate(tmp_path, spec(), {"calc.py": RIGHT})
    assert (result.state, result.summary) == ("fail", "0 passed; no test ran")


async def test_collecting_alone_is_no_pass(tmp_path: Path) -> None:
    result = await run_gate(tmp_path, spec("--co"), TESTS | {"calc.py": RIGHT})
    assert (result.state, result.summary) == ("fail", "0 passed; 3 tests did not run; no test ran")


async def test_all_skipped_is_no_pass(tmp_path: Path) -> None:
    files = {"test_it.py": "import pytest\npytestmark = pytest.mark.skip\ndef test_a(): pass\n"}
    result = await run_gate(tmp_path, spec(), files)
    assert (result.state, result.summary) == ("fail", "0 passed, 1 skipped; every test was skipped")


async def test_a_pytest_behind_make_reports_when_asked_to(tmp_path: Path) -> None:
    files = {"calc.py": RIGHT, **TESTS, "check": "exec " + " ".join(PYTEST) + "\n"}
    gate = GateSpec("tests", argv=("sh", "check"), report="pytest", timeout=60.0)
    result = await run_gate(tmp_path, gate, files, IDS)
    assert (result.state, result.summary) == ("pass", "3 passed")


async def test_a_python_without_pytest_is_unavailable(tmp_path: Path) -> None:
    script = "import sys\nsys.exit('/usr/bin/python9: No module named pytest')\n"
    gate = GateSpec("tests", argv=(PYTEST[0], "fake.py", "-m", "pytest"), timeout=60.0)
    result = await run_gate(tmp_path, gate, {"fake.py": script})
    assert (result.state, result.summary) == ("unavailable", "pytest is not installed")


async def test_a_python_that_ignores_our_plugin_is_an_error_with_a_reason(tmp_path: Path) -> None:
    gate = GateSpec("tests", argv=(PYTEST[0], "-I", "-m", "pytest"), timeout=60.0)
    result = await run_gate(tmp_path, gate, {"test_it.py": "def test_a(): pass\n"})
    assert result.state == "error"
    assert "-I" in result.summary
