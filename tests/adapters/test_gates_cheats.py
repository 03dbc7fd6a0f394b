"""Cheats that an exit code would believe, tried against the pytest gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.children import run_gate
from tests.adapters.test_gates_pytest import RIGHT, TESTS, WRONG, run, spec

CHEATS = {
    "leave at import": "import os\nos._exit(0)\n",
    "exit at import": "import sys\nsys.exit(0)\n",
    "leave at the end": "import atexit, os\natexit.register(os._exit, 0)\n" + WRONG,
    "leave soon": "import os, threading\nthreading.Timer(0.05, os._exit, (0,)).start()\n"
    + "import time\n\ndef add(a, b):\n    time.sleep(1)\n",
    "skip the module": "import pytest\npytest.skip('no', allow_module_level=True)\n",
    "skip like unittest": "import unittest\nraise unittest.SkipTest('no')\n",
    "skip each test": "import pytest\n\ndef add(a, b):\n    pytest.skip('no')\n",
    "expect the failure": "import pytest\n\ndef add(a, b):\n    pytest.xfail('no')\n",
    "end the session": "import pytest\n\ndef add(a, b):\n    pytest.exit('done', 0)\n",
    "end the session at import": "import pytest\npytest.exit('done', 0)\n",
    "rewrite reports": """
from _pytest.reports import TestReport
make = TestReport.from_item_and_call.__func__

def passed(cls, item, call):
    report = make(cls, item, call)
    report.outcome, report.longrepr = "passed", None
    return report

TestReport.from_item_and_call = classmethod(passed)
"""
    + WRONG,
    "rewrite one report": """
from _pytest.reports import TestReport
make = TestReport.from_item_and_call.__func__

def passed(cls, item, call):
    report = make(cls, item, call)
    if "calc" in item.nodeid:
        report.outcome, report.longrepr = "passed", None
    return report

TestReport.from_item_and_call = classmethod(passed)
"""
    + WRONG,
    "swallow exceptions": """
from _pytest.runner import CallInfo
call = CallInfo.from_call.__func__

def quiet(cls, func, when, reraise=None):
    def silenced():
        try:
            func()
        except Exception:
            pass
    return call(cls, silenced if when == "call" else func, when, reraise)

CallInfo.from_call = classmethod(quiet)
"""
    + WRONG,
    "run nothing": """
from _pytest.python import Function
from _pytest.unittest import TestCaseFunction
Function.runtest = TestCaseFunction.runtest = lambda self: None
"""
    + WRONG,
    "assert nothing": """
import pytest, unittest
unittest.TestCase.assertEqual = lambda self, a, b: None

class Anything(int):
    def __eq__(self, other):
        return True
    __hash__ = int.__hash__

def add(a, b):
    return Anything()
""",
    "join the hooks": """
import gc
from _pytest.config import PytestPluginManager

class Polish:
    def pytest_runtest_logreport(self, report):
        report.outcome = "passed"

for thing in gc.get_objects():
    if isinstance(thing, PytestPluginManager):
        thing.register(Polish())
"""
    + WRONG,
    "drop the tests": """
import gc

def add(a, b):
    from _pytest.main import Session
    for thing in gc.get_objects():
        if isinstance(thing, Session):
            thing.shouldstop = "enough"
    return a + b if (a, b) == (0, 0) else a - b
""",
    "count no failure": """
from _pytest.main import Session
Session.testsfailed = property(lambda self: 0, lambda self, value: None)
"""
    + WRONG,
    "forge the report": """
import json, os, pathlib, sys
for module in list(sys.modules.values()):
    if module.__name__.startswith("looptui_"):
        path = pathlib.Path(module.__file__).with_suffix(".report")
        path.write_text(json.dumps({"nonce": "0" * 32, "exit": 0, "results": {
            "tests/test_calc.py::test_zero": "passed", "tests/test_calc.py::test_sum": "passed",
            "tests/test_calc.py::TestMore::test_more": "passed"}, "words": {}, "unrun": [],
            "altered": [], "canaries": [["a", "failed"]], "elsewhere": [],
            "other_failures": 0}))
        os._exit(0)
""",
    "die": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
async def test_a_cheat_never_passes(tmp_path: Path, cheat: str) -> None:
    result = await run(tmp_path, cheat)
    assert result.state in ("fail", "error")
    assert result.summary


@pytest.mark.parametrize(
    ("cheat", "words"),
    [
        ("swallow exceptions", "something under test alters pytest"),
        ("rewrite one report", "something under test alters reports"),
    ],
)
async def test_altered_reports_are_named(tmp_path: Path, cheat: str, words: str) -> None:
    assert words in (await run(tmp_path, CHEATS[cheat])).summary


async def test_an_exit_code_that_pytest_did_not_choose_is_no_pass(tmp_path: Path) -> None:
    stricter = "def pytest_sessionfinish(session):\n    session.exitstatus = 1\n"
    calc = "import atexit, os\natexit.register(os._exit, 0)\n" + RIGHT
    result = await run(tmp_path, calc, more={"conftest.py": stricter})
    assert result.state == "fail"
    assert "pytest ended with 1 and its process with 0" in result.summary


async def test_leaving_early_is_no_pass_even_where_no_test_is_expected(tmp_path: Path) -> None:
    result = await run_gate(tmp_path, spec(), {"calc.py": CHEATS["leave at import"], **TESTS})
    assert (result.state, result.summary) == ("fail", "pytest ended without a report (exit 0)")


async def test_workers_of_xdist_see_cheats_too(tmp_path: Path) -> None:
    result = await run(tmp_path, CHEATS["swallow exceptions"], spec("-p", "xdist", "-n", "2"))
    assert "something under test alters pytest" in result.summary
