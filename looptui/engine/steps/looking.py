"""A scan of the change that made a candidate, before any gate sees its tree."""

from __future__ import annotations

import asyncio
import json
from pathlib import PurePosixPath

from looptui.core import events as ev
from looptui.core.finding import Finding
from looptui.engine.steps.context import Job
from looptui.text import safe_bytes

_MOST_BYTES = 6_000
"""Of the findings in an event, which stays under 8 KiB."""
_MOST_FILES = 40
_LARGEST_FILE = 400_000


async def look_through(job: Job, tree: str, beneath: str, iteration: int) -> None:
    """Record what the scan finds in a tree, once; the base itself is not looked through.

    Merged, restored and partial candidates come here as well: none gets to its gates unseen.
    """
    if not iteration or tree in job.state.scanned:
        return
    from looptui.projections.tampering import copies_answers, scanned_text

    patch = job.outside.scrub.patch(await job.outside.repository.diff(beneath, tree))
    text = await asyncio.to_thread(safe_bytes, patch)
    asks = await asyncio.to_thread(copies_answers, text)
    tests = await _tests(job, beneath) if asks else {}
    found = await asyncio.to_thread(scanned_text, text, tests)
    kept = _fitting(found)
    await job.recorder.append(
        ev.CandidateScanned(iteration, tree, kept, len(found) - len(kept)),
    )


async def _tests(job: Job, beneath: str) -> dict[str, str]:
    """Sources of the tests that ran on the base, as they are beneath the change."""
    paths: dict[str, None] = {}
    for seen in job.state.baseline:
        if seen.report is None:
            continue
        report = json.loads(await job.outside.store.get(seen.report))
        for test in (*report["failed"], *report["passed"]):
            path = test.partition("::")[0]
            if PurePosixPath(path).suffix:
                paths[path] = None
    texts = {}
    for path in list(paths)[:_MOST_FILES]:
        content = await job.outside.repository.read(beneath, path)
        if content is not None and len(content) <= _LARGEST_FILE:
            texts[path] = safe_bytes(content)
    return texts


def _fitting(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """As many as an event holds, one of each rule before the second of any."""
    first = {one.rule: one for one in reversed(found)}
    inner = set(map(id, first.values()))
    kept: list[Finding] = []
    left = _MOST_BYTES
    for one in sorted(found, key=lambda one: id(one) not in inner):
        left -= len(one.path.encode()) + len(one.reason.encode()) + 100
        if left >= 0:
            kept.append(one)
    return tuple(sorted(kept, key=found.index))
