"""Trying variants on benches: the failing tests first, all others only for those that help."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from looptui.repair.arena import Bench, Report
from looptui.repair.baseline import Baseline, Say
from looptui.repair.variants import Variant


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a variant did: which failing tests it mends, and whether it breaks others."""

    variant: Variant
    rank: int
    mended: frozenset[str] = frozenset()
    breaks: bool = False

    @property
    def helps(self) -> bool:
        return bool(self.mended) and not self.breaks


@dataclass
class Trials:
    """A batch at work. Benches take the next variant until one mends everything."""

    batch: Sequence[Variant]
    baseline: Baseline
    shared: float
    """Suspicion of the most suspicious line that all failing tests ran."""
    waiting: float
    """Suspicion of the most suspicious variant that is left for later batches."""
    deadline: float
    """On the monotonic clock."""
    say: Say
    verdicts: list[Verdict] = field(default_factory=list)
    _next: int = 0
    _solved: bool = False

    async def run(self, benches: Sequence[Bench]) -> None:
        async with asyncio.TaskGroup() as group:
            for bench in benches:
                group.create_task(self.work(bench))

    async def work(self, bench: Bench) -> None:
        while not self._solved and self._next < len(self.batch) and self._left() > 0:
            rank = self._next
            self._next += 1
            verdict = await self.attempt(bench, self.batch[rank], rank)
            if self._left() <= 0:
                return
            self.verdicts.append(verdict)
            self._solved |= verdict.helps and verdict.mended == self.baseline.targets
            self._tell(verdict)

    def best(self) -> Verdict | None:
        """Who mends most without breaking anything; of equals the most promising.

        One that mends a part is no candidate while a single fault could explain all failures: on
        lines that all failing tests ran, at least as suspicious, and not tried out yet.
        """
        helping = [one for one in self.verdicts if one.helps and not self.premature(one)]
        return max(helping, key=lambda one: (len(one.mended), -one.rank), default=None)

    def premature(self, verdict: Verdict) -> bool:
        level = verdict.variant.suspicion
        part = verdict.mended != self.baseline.targets
        return part and level <= min(self.shared, self.waiting)

    async def attempt(self, bench: Bench, variant: Variant, rank: int) -> Verdict:
        """Put the variant in the bench's tree, run the tests, take it out again."""
        path = bench.tree / variant.source.path
        try:
            path.write_bytes(variant.text())
            mended = await self._mended(bench)
            breaks = bool(mended) and await self._breaks(bench)
        finally:
            path.write_bytes(variant.source.text)
        return Verdict(variant, rank, mended, breaks)

    async def _mended(self, bench: Bench) -> frozenset[str]:
        report = await self._run(bench, self.baseline.targets, maxfail=0)
        return frozenset(test for test in self.baseline.targets if passes(report, test))

    async def _breaks(self, bench: Bench) -> bool:
        report = await self._run(bench, self.baseline.passing, maxfail=1)
        return report.of("passed") < self.baseline.passing

    async def _run(self, bench: Bench, tests: frozenset[str], maxfail: int) -> Report:
        return await bench.run(
            select=sorted(tests),
            seconds=max(0.1, min(self.baseline.limit_all(tests), self._left())),
            test_seconds=self.baseline.limit_each(),
            maxfail=maxfail,
        )

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _tell(self, verdict: Verdict) -> None:
        result = f"mends {len(verdict.mended)} of {len(self.baseline.targets)}"
        if verdict.breaks:
            result += ", breaks others"
        what = f"[{verdict.variant.operator}] {verdict.variant.describe()}"
        self.say(f"try {verdict.rank + 1}/{len(self.batch)} {what}: {result}")


def passes(report: Report, test: str) -> bool:
    """Whether a test passed; a file that did not collect passes when all its tests do."""
    if test in report.outcomes or "::" in test:
        return report.outcomes.get(test) == "passed"
    inside = [seen for name, seen in report.outcomes.items() if name.startswith(f"{test}::")]
    return bool(inside) and all(seen in ("passed", "skipped") for seen in inside)


def put_in_place(verdict: Verdict, root: Path) -> None:
    """Write the offered change to the real tree; mode and links of the file stay."""
    (root / verdict.variant.source.path).write_bytes(verdict.variant.text())
