"""The repair maker mends what the demo draws, within its iterations."""

import sys
from pathlib import Path

import pytest

from looptui.demo.faults import find
from looptui.demo.project import build
from tests.repair.making import repair

ITERATIONS = 8


@pytest.mark.parametrize(
    "fault", ["ledger-overdue-issued", "columns-gaps", "roster-subtract-depth", "columns-reverse"]
)
def test_mends(fault: str, tmp_path: Path) -> None:
    project = build(find(fault), tmp_path / "p", lambda root: None)
    tried: dict[str, list[str]] = {}
    for _ in range(ITERATIONS):
        answer = repair(project.root, tried=tried).answer
        if answer["failing_after"] == 0:
            return
        for place, digests in answer["tried"].items():
            tried.setdefault(place, []).extend(digests)
    pytest.fail(f"not mended in {ITERATIONS} iterations: {answer['reason']}")


def test_gives_the_interpreter_of_the_gate(tmp_path: Path) -> None:
    project = build(find("ledger-grouping"), tmp_path / "p", lambda root: None)
    argv = [sys.executable, "-X", "dev", "-m", "pytest", "-q", "tests/test_money.py"]
    answer = repair(project.root, test_argv=argv).answer
    assert answer["outcome"] == "improved"
    assert answer["passing_after"] < 45
