"""A demo project on disk gives nothing away and has a loop that can be run."""

import re
import sys
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.demo.faults import Fault, catalogue, draw, find
from looptui.demo.project import build
from looptui.demo.scenarios import NAMES, build_scenario, load
from looptui.errors import UsageError


class Committed:
    """Stands for git: sees what is there when the first commit is made."""

    def __init__(self) -> None:
        self.files: set[str] = set()

    def __call__(self, root: Path) -> None:
        assert not self.files, "one commit only"
        self.files = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}


def test_everything_is_there_before_the_commit(tmp_path: Path) -> None:
    committed = Committed()
    project = build(draw(1), tmp_path / "p", committed)
    after = {str(p.relative_to(project.root)) for p in project.root.rglob("*") if p.is_file()}
    assert committed.files == after
    assert {".gitignore", "README.md", "pyproject.toml"} < after
    assert ".looptui/loops/fix-tests.toml" in after
    assert not any("__pycache__" in name for name in after)


@pytest.mark.parametrize("fault", catalogue(), ids=lambda fault: fault.id)
def test_no_trace_of_the_fault(fault: Fault, tmp_path: Path) -> None:
    project = build(fault, tmp_path / "p", Committed())
    for path in project.root.rglob("*"):
        text = path.read_text("utf-8") if path.is_file() else ""
        assert fault.id not in text
        assert not re.search(r"\b(fault|seeded|bug|demo fault)\b", text)


def test_the_loop_is_run_by_the_repair_maker(tmp_path: Path) -> None:
    project = build(draw(1), tmp_path / "p", Committed())
    loop = loopfile.load(project.loop).loop
    assert loop.maker.agent == "repair"
    assert loop.gates[0].argv == (sys.executable, "-m", "pytest", "-q")
    assert loop.limits.iterations <= loop.limits.stall.no_progress
    assert loop.approval.mode == "each-change"


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_have_loops_that_parse(name: str, tmp_path: Path) -> None:
    project = build_scenario(name, tmp_path / "p", Committed())
    loop = loopfile.load(project.loop).loop
    assert loop.maker.agent == "scripted"
    assert loop.maker.script is not None
    assert Path(loop.maker.script).is_file()
    assert find(load(name).fault).project == project.name


def test_unknown_scenario() -> None:
    with pytest.raises(UsageError, match="no scenario is called happy"):
        load("happy")
