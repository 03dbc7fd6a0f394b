"""One call of the maker: find suspicious lines, try a batch of variants, offer the best."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from looptui.repair.arena import Bench, BenchFailed, Report
from looptui.repair.baseline import Baseline, GaveUp, Say, judge, look, suspects
from looptui.repair.command import NotPytest, PytestCommand, parse
from looptui.repair.job import Answer, Job
from looptui.repair.trials import Trials, Verdict, put_in_place
from looptui.repair.variants import Variant, untried, variants

BENCHES = 2
"""Variants tried at the same time, at most."""
MARGIN = 2.0
"""Seconds kept of the job's time for the end."""


async def repair(job: Job, root: Path, say: Say) -> Answer:
    """Try one batch in the tree at `root` and leave the best change in it, if any helps."""
    started = time.monotonic()
    with TemporaryDirectory(prefix="looptui-repair-") as scratch:
        try:
            answer = await Search(job, root, Path(scratch), say, started).run()
        except (GaveUp, NotPytest, BenchFailed) as error:
            answer = Answer("gave-up", str(error), seconds=elapsed(started))
    say(f"{answer.outcome}: {answer.reason}")
    return answer


def elapsed(since: float) -> float:
    return round(time.monotonic() - since, 2)


@dataclass(frozen=True, slots=True)
class Search:
    """One job at work in one tree."""

    job: Job
    root: Path
    scratch: Path
    say: Say
    started: float

    @property
    def deadline(self) -> float:
        return self.started + max(1.0, self.job.seconds - MARGIN)

    async def run(self) -> Answer:
        """Raises GaveUp, NotPytest and BenchFailed."""
        command = parse(self.job.test_argv)
        async with AsyncExitStack() as stack:
            left = self.deadline - time.monotonic()
            bench, report = await look(self.job, self.root, self.scratch, command, left)
            stack.push_async_callback(bench.close)
            baseline = judge(self.job, report)
            self._tell_baseline(baseline)
            batch, left_over = self._batch(bench, report, baseline)
            benches = [bench, *await self._more(stack, command, bench)]
            trials = Trials(batch, baseline, self.deadline, self.say)
            await trials.run(benches)
        return self._answer(trials, left_over)

    async def _more(
        self, stack: AsyncExitStack, command: PytestCommand, first: Bench
    ) -> list[Bench]:
        """Further benches, as many as there are processors for."""
        more: list[Bench] = []
        for number in range(1, min(BENCHES, os.cpu_count() or 1)):
            tree = self.scratch / f"tree{number}"
            more.append(await Bench.start(self.root, tree, command, first.paths))
            stack.push_async_callback(more[-1].close)
        return more

    def _batch(self, bench: Bench, report: Report, baseline: Baseline) -> tuple[list[Variant], int]:
        """The variants of this call, and how many stay for later calls."""
        sources, suspicion = suspects(self.job, bench, report, baseline.targets)
        ranked = variants(sources, suspicion, self.job.seed)
        fresh = untried(ranked, self.job.tried)
        batch = list(islice(fresh, self.job.batch))
        left = sum(1 for variant in ranked if not variant.known(self.job.tried)) - len(batch)
        if not batch:
            raise GaveUp(
                f"all {len(ranked)} variants of the suspicious lines were tried; "
                "the fault is not a small one of a kind that this maker knows"
            )
        places = dict.fromkeys(f"{one.source.path}:{one.statement}" for one in batch)
        self.say(f"suspects: {', '.join(islice(places, 5))}")
        self.say(f"trying {len(batch)} of {len(batch) + left} variants")
        return batch, left

    def _tell_baseline(self, baseline: Baseline) -> None:
        passed, failed = len(baseline.passing), len(baseline.targets)
        self.say(f"baseline: {passed} pass, {failed} fail ({elapsed(self.started)} s)")

    def _answer(self, trials: Trials, left: int) -> Answer:
        best = trials.best()
        before, failing = len(trials.baseline.passing), len(trials.baseline.targets)
        mended = len(best.mended) if best is not None else 0
        if best is not None:
            put_in_place(best, self.root)
        tried = [one for one in trials.verdicts if not one.helps or one is best]
        return Answer(
            "improved" if best is not None else "unchanged",
            self._reason(trials, best, left),
            applied=best.variant.describe() if best is not None else "",
            tried=by_place(tried),
            passing_before=before,
            passing_after=before + mended,
            failing_before=failing,
            failing_after=failing - mended,
            variants=len(trials.verdicts),
            left=left,
            seconds=elapsed(self.started),
        )

    def _reason(self, trials: Trials, best: Verdict | None, left: int) -> str:
        count = len(trials.verdicts)
        if best is None:
            return f"none of {count} variants helped, {left} are left to try"
        mended, wanted = len(best.mended), len(trials.baseline.targets)
        return f"{best.variant.describe()}: {mended} of {wanted} failing tests now pass"


def by_place(verdicts: Iterable[Verdict]) -> dict[str, tuple[str, ...]]:
    """Digests by place. A variant that helped but was not offered is left for the next call."""
    places: dict[str, tuple[str, ...]] = {}
    for verdict in sorted(verdicts, key=lambda one: one.rank):
        variant = verdict.variant
        places[variant.place] = (*places.get(variant.place, ()), variant.digest)
    return places


def run(job: Job, root: Path, say: Say) -> Answer:
    return asyncio.run(repair(job, root, say))
