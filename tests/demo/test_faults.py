"""Every seeded fault is caught by its project's own suite, and nothing else is wrong with it."""

import asyncio
import sys
import textwrap
from collections import Counter
from pathlib import Path

import pytest

from looptui.demo.faults import Fault, catalogue, draw, find
from looptui.demo.project import PROJECTS, write_files
from looptui.errors import UsageError
from looptui.repair.arena import Bench, Report
from looptui.repair.command import parse

NAMES = ("columns", "ledger", "roster")


def test_there_are_at_least_thirty_in_three_projects() -> None:
    drawable = [fault for fault in catalogue() if not fault.hard]
    counts = Counter(fault.project for fault in drawable)
    assert set(counts) == set(NAMES)
    assert len(drawable) >= 30
    assert min(counts.values()) >= 10


def test_they_vary() -> None:
    faults = catalogue()
    assert len({fault.id for fault in faults}) == len(faults)
    assert len({fault.kind for fault in faults}) >= 20
    assert len({slip.path for fault in faults for slip in fault.slips}) == 9
    assert len({fault.place for fault in faults}) >= 30


def test_draw_is_decided_by_the_seed() -> None:
    drawn = [draw(seed) for seed in range(300)]
    assert drawn == [draw(seed) for seed in range(300)]
    assert len({fault.id for fault in drawn}) > 40
    assert not any(fault.hard for fault in drawn)


def test_find() -> None:
    assert find("roster-step").place == "first_slot"
    with pytest.raises(UsageError, match="no fault is called roster-none"):
        find("roster-none")


def test_a_slip_needs_its_place(tmp_path: Path) -> None:
    (tmp_path / "roster").mkdir()
    (tmp_path / "roster" / "calendar.py").write_text("x = 1\n", "utf-8")
    with pytest.raises(ValueError, match="does not hold exactly once"):
        find("roster-step").slips[0].apply(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_each_fault_breaks_a_test(name: str, tmp_path: Path) -> None:
    faults = [fault for fault in catalogue() if fault.project == name]
    original, broken = asyncio.run(try_all(name, faults, tmp_path))
    assert len(original.of("passed")) == len(original.outcomes) >= 40
    unseen = [fault.id for fault, report in broken.items() if not report.of("failed")]
    assert unseen == []
    shares = [len(report.of("passed")) / len(original.outcomes) for report in broken.values()]
    assert min(shares) > 0.5, "a fault should not break most of the suite"


async def try_all(name: str, faults: list[Fault], into: Path) -> tuple[Report, dict[Fault, Report]]:
    """The suite on the project as it is, and with each fault, in one warm pytest."""
    root = into / name
    write_files(name, root)
    clean = {path: path.read_text("utf-8") for path in root.rglob("*.py")}
    command = parse([sys.executable, "-m", "pytest", "-q"])
    bench = await Bench.start(root, root, command, paths=False)
    try:
        original = await bench.run(select=None, seconds=20, test_seconds=2)
        broken = {}
        for fault in faults:
            for slip in fault.slips:
                slip.apply(root)
            broken[fault] = await bench.run(select=None, seconds=20, test_seconds=2)
            for path, text in clean.items():
                path.write_text(text, "utf-8")
    finally:
        await bench.close()
    return original, broken


@pytest.mark.parametrize("name", NAMES)
def test_projects_are_real(name: str) -> None:
    sources = [path.read_text("utf-8") for path in (PROJECTS / name / name).glob("*.py")]
    tests = [path.read_text("utf-8") for path in (PROJECTS / name / "tests").glob("*.py")]
    assert len(sources) == 4
    assert 200 < sum(text.count("\n") for text in sources) < 400
    assert sum(text.count("\ndef test_") for text in tests) >= 25
    assert not any("looptui" in text for text in [*sources, *tests])
    assert textwrap.dedent(sources[0]) == sources[0]
