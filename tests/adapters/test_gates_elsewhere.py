"""A pytest gate that would judge other code than the candidate's says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from looptui.adapters.gates.command import CommandGate
from looptui.adapters.sandbox.none import Unconfined
from looptui.core.spec import GateSpec
from looptui.ports import FileChange, GateResult
from tests.adapters.children import PYTEST, gate_task, lay_out

OLD = "def add(a, b):\n    return a - b\n"
NEW = "def add(a, b):\n    return a + b\n"
TEST = "from {module} import add\n\n\ndef test_add():\n    assert add(0, 0) == 0\n"


async def judged(place: Path, path: str, installed: str, text: str, *more: str) -> GateResult:
    """The candidate changed `path`; another copy of it lies first on the module search path."""
    elsewhere = lay_out(place / "installed", {installed: text})
    module = installed.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    spec = GateSpec("tests", argv=(*PYTEST, *more), timeout=60.0)
    files = {path: NEW, "tests/test_add.py": TEST.format(module=module)}
    files["src/big/__init__.py"] = ""
    task = gate_task(place, spec, files, env={"PYTHONPATH": str(elsewhere)})
    task = replace(task, changes=(FileChange(path, "modified", 1, 1),))
    return await CommandGate().run(task, Unconfined())


@pytest.mark.parametrize(
    ("path", "installed"),
    [
        ("src/shop/__init__.py", "shop/__init__.py"),
        ("src/shop/cart.py", "shop/cart.py"),
        ("services/a/shop/cart.py", "shop/cart.py"),
        ("src/calc.py", "calc.py"),
    ],
)
async def test_an_older_copy_is_an_error(tmp_path: Path, path: str, installed: str) -> None:
    result = await judged(tmp_path, path, installed, OLD)
    assert result.state == "error"
    assert result.summary.startswith(f"does not see the candidate: {path} was imported from ")
    assert "installed" in result.summary


@pytest.mark.parametrize(
    ("path", "installed", "text"),
    [
        ("src/shop/cart.py", "shop/cart.py", NEW),
        ("tools/deep/calc.py", "calc.py", OLD),
        ("src/shop/basket.py", "shop/cart.py", OLD),
        ("src/big/shop/cart.py", "shop/cart.py", OLD),
        ("_vendor/shop/cart.py", "shop/cart.py", OLD),
    ],
    ids=[
        "a copy of the candidate",
        "another file of that name",
        "another module",
        "a package in a package",
        "what others wrote",
    ],
)
async def test_other_modules_are_none(tmp_path: Path, path: str, installed: str, text: str) -> None:
    assert (await judged(tmp_path, path, installed, text)).state == "pass"


async def test_the_standard_library_is_no_older_copy(tmp_path: Path) -> None:
    spec = GateSpec("tests", argv=PYTEST, timeout=60.0)
    test = "import zoneinfo\n\n\ndef test_utc():\n    assert zoneinfo.ZoneInfo\n"
    files = {"src/zoneinfo/__init__.py": NEW, "tests/test_utc.py": test}
    task = gate_task(tmp_path, spec, files)
    task = replace(task, changes=(FileChange("src/zoneinfo/__init__.py", "modified", 1, 1),))
    assert (await CommandGate().run(task, Unconfined())).state == "pass"


async def test_workers_of_xdist_tell_too(tmp_path: Path) -> None:
    more = ("-p", "xdist", "-n", "2")
    result = await judged(tmp_path, "src/shop/cart.py", "shop/cart.py", OLD, *more)
    assert (result.state, result.summary[:26]) == ("error", "does not see the candidate")
