"""One call of the maker: find suspicious lines, try a batch of variants, offer the best."""

from __future__ import annotations

import asyncio
import os
import time
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
from looptui.repair.variants import HELD, OFFERED, Variant, untried, variants

BENCHES = 2
"""Variants tried at the same time, at most."""
MARGIN = 2.0
"""Seconds kept of the job's time for the end."""


async def repair(job: Job, root: Path, say: Say) -> Answer:
    """Try one batch in the tree at `root` and leave the best change in it, if any helps.

    Trouble with files or processes is a reason to give up, not an error.
    """
    started = time.monotonic()
    with TemporaryDirectory(prefix="looptui-repair-") as scratch:
        try:
            answer = await Search(job, root, Path(scratch), say, started).run()
        except (GaveUp, NotPytest, BenchFailed, OSError) as error:
            answer = Answer("gave-up", str(error), seconds=elapsed(started))
    say(f"{answer.outcome}: {answer.reason}")
    return answer


def run(job: Job, root: Path, say: Say) -> Answer:
    return asyncio.run(repair(job, root, say))


def elapsed(since: float) -> float:
    return round(time.monotonic() - since, 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one call is going to try."""

    batch: list[Variant]
    left: int
    """Fresh variants that stay for later calls."""
    waiting: float
    """Suspicion of the most suspicious of them."""
    shared: float
    """Suspicion of the most suspicious line that all failing tests ran."""


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
            plan = self._plan(bench, report, baseline)
            self._tell(baseline, plan)
            benches = [bench, *await self._more(stack, command, bench)]
            trials = Trials(
                plan.batch, baseline, plan.shared, plan.waiting, self.deadline, self.say
            )
            await trials.run(benches)
        return self._answer(trials, plan.left)

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

    def _plan(self, bench: Bench, report: Report, baseline: Baseline) -> Plan:
        """Choose the variants of this call. Raises GaveUp when none is left."""
        tried = self.job.tried
        sources, suspicion = suspects(self.job, bench, report, baseline.targets)
        ranked = variants(sources, suspicion, self.job.seed)
        batch = list(islice(untried(ranked, tried), self.job.batch))
        if not batch:
            raise GaveUp(
                f"all {len(ranked)} variants of the suspicious lines were tried; "
                "the fault is not a small one of a kind that this maker knows"
            )
        chosen = {variant.digest for variant in batch}
        fresh = [one for one in ranked if not one.known(tried) and not one.held(tried)]
        left = [one.suspicion for one in fresh if one.digest not in chosen]
        return Plan(batch, len(left), max(left, default=0.0), suspicion.shared)

    def _tell(self, baseline: Baseline, plan: Plan) -> None:
        passed, failed = len(baseline.passing), len(baseline.targets)
        places = dict.fromkeys(f"{one.source.path}:{one.statement}" for one in plan.batch)
        self.say(f"baseline: {passed} pass, {failed} fail ({elapsed(self.started)} s)")
        self.say(f"suspects: {', '.join(islice(places, 5))}")
        self.say(f"trying {len(plan.batch)} of {len(plan.batch) + plan.left} variants")

    def _answer(self, trials: Trials, left: int) -> Answer:
        best = trials.best()
        before, failing = len(trials.baseline.passing), len(trials.baseline.targets)
        mended = len(best.mended) if best is not None else 0
        if best is not None:
            put_in_place(best, self.root)
        return Answer(
            "improved" if best is not None else "unchanged",
            reason(trials, best, left),
            applied=best.variant.describe() if best is not None else "",
            tried=by_place(trials, best),
            passing_before=before,
            passing_after=before + mended,
            failing_before=failing,
            failing_after=failing - mended,
            variants=len(trials.verdicts),
            left=left,
            seconds=elapsed(self.started),
        )


def reason(trials: Trials, best: Verdict | None, left: int) -> str:
    """One sentence for people."""
    if best is None:
        held = sum(1 for verdict in trials.verdicts if verdict.helps)
        kept = f"; {held} that mend a part are kept for later" if held else ""
        return f"none of {len(trials.verdicts)} variants mends all, {left} are left to try{kept}"
    mended, wanted = len(best.mended), len(trials.baseline.targets)
    return f"{best.variant.describe()}: {mended} of {wanted} failing tests now pass"


def by_place(trials: Trials, best: Verdict | None) -> dict[str, tuple[str, ...]]:
    """Digests by place; what is offered, and what mends and is not, have places of their own."""
    places: dict[str, tuple[str, ...]] = {}
    for verdict in sorted(trials.verdicts, key=lambda one: one.rank):
        kind = OFFERED if verdict is best else HELD if verdict.helps else ""
        place = verdict.variant.place + kind
        places[place] = (*places.get(place, ()), verdict.variant.digest)
    return places
