"""The tests as they are before any variant, and which lines their failures point at."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from looptui.repair.arena import Bench, Report
from looptui.repair.code import Code
from looptui.repair.command import PytestCommand
from looptui.repair.files import editable
from looptui.repair.job import Job
from looptui.repair.kinds import Facts
from looptui.repair.suspicion import Suspicion, by_line, shared_by_all
from looptui.repair.words import reason

FILES = 200
"""Files parsed at most, those that failing tests ran first."""

Say = Callable[[str], None]


class GaveUp(Exception):
    """There is nothing to be done; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What passes and what fails, and how long it took."""

    targets: frozenset[str]
    """Failing tests that are to be mended."""
    passing: frozenset[str]
    seconds: dict[str, float]

    def limit_each(self) -> float:
        """Seconds for one test of a variant: well above the slowest that passes."""
        return max(1.0, 10 * self._slowest())

    def limit_all(self, tests: frozenset[str]) -> float:
        """Seconds for some tests together, imports included."""
        slowest = self._slowest()
        used = sum(min(self.seconds.get(test, 0.0), slowest) for test in tests)
        return self.limit_each() + 3.0 + 5 * used

    def _slowest(self) -> float:
        return max((self.seconds.get(test, 0.0) for test in self.passing), default=0.0)


async def look(
    job: Job, root: Path, scratch: Path, command: PytestCommand, seconds: float
) -> tuple[Bench, Report]:
    """Start a bench and run all tests on it with their lines traced.

    Where nothing of the copied tree ran, an installed package hides it: then the tree goes first
    on the path. Raises GaveUp and BenchFailed.
    """
    for paths in (False, True):
        bench = await Bench.start(root, scratch / "tree0", command, paths)
        each = min(30.0, max(5.0, job.seconds / 60))
        report = await bench.run(select=None, seconds=seconds, test_seconds=each, trace=True)
        if any(editable(name, job.write, job.deny) for name in names(bench, report.files)):
            break
        if not paths:
            await bench.close()
    if report.late:
        raise GaveUp(f"the tests did not end in {seconds:.0f} s")
    if not report.ended:
        raise GaveUp(f"pytest died: {reason(report.output, str(bench.tree))}")
    if not report.outcomes:
        why = reason(report.output, str(bench.tree))
        raise GaveUp(f"no tests could be collected: {why}")
    return bench, report


def judge(job: Job, report: Report) -> Baseline:
    """Raises GaveUp when nothing fails."""
    failing, passing = report.of("failed"), report.of("passed")
    if not failing:
        raise GaveUp(f"no test fails here ({len(passing)} pass)")
    wanted = failing.intersection(job.failing) or failing
    return Baseline(frozenset(wanted), frozenset(passing), report.seconds)


def names(bench: Bench, paths: list[str]) -> list[str]:
    """Absolute paths in the bench's tree as paths from its root."""
    root = str(bench.tree.resolve()) + os.sep
    return [path.removeprefix(root).replace(os.sep, "/") for path in paths]


def suspects(
    job: Job, bench: Bench, report: Report, targets: frozenset[str]
) -> tuple[list[Code], Suspicion]:
    """The editable files that ran, and how suspicious their lines are. Raises GaveUp."""
    failing = {path for test in targets for path, _ in report.failed.get(test, [])}
    paths = sorted(report.files, key=lambda path: (path not in failing, path))
    name_of = dict(zip(paths, names(bench, paths), strict=True))
    editables = [path for path in paths if editable(name_of[path], job.write, job.deny)][:FILES]
    allowed = {name_of[path] for path in editables}
    if not failing.intersection(editables):
        raise GaveUp("the failing tests run no line of a Python file that may be edited")
    ran = [
        [(name_of[path], line) for path, line in report.failed.get(test, [])] for test in targets
    ]
    passed = {name_of[path]: counts for path, counts in report.passed.items()}
    crashes = [(name_of[path], line) for path, line in report.crashes]
    lines = {name: at for name, at in by_line(ran, passed).items() if name in allowed}
    suspicion = Suspicion(lines, crashes, shared_by_all(ran, lines))
    facts = Facts()
    sources = [parsed(bench, name_of[path], facts) for path in editables]
    known = [source for source in sources if source is not None]
    facts.learn(known)
    suspicion.learn(known)
    return known, suspicion


def parsed(bench: Bench, name: str, facts: Facts) -> Code | None:
    """A file of the tree; None where our Python cannot parse what the other one can."""
    try:
        return Code(name, (bench.tree / name).read_bytes(), facts)
    except (SyntaxError, ValueError):
        return None
