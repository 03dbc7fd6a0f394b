"""Held-out gates: their directory is the person's own, and what they say is sealed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from looptui import paths
from looptui.core import events as ev
from looptui.core.peeking import PLACE, SAID, names_held_out
from looptui.core.spec import GateSpec
from looptui.engine.steps.again import Twice
from looptui.engine.steps.context import Job

_MOST = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A gate with its placeholder filled in, and what it has to see for that."""

    spec: GateSpec
    places: tuple[Path, ...] = ()
    digest: str = ""
    """Of the files below; evidence of others does not count."""
    problem: str = ""
    """Why it cannot run, without the path."""


def held(job: Job, spec: GateSpec) -> Held:
    """The gate as its command is run. Reads all files of the directory that it names."""
    if not names_held_out(spec.argv):
        return Held(spec)
    place = paths.held_out_dir(job.outside.environ) / job.loop.name
    filled = replace(spec, argv=tuple(word.replace(PLACE, str(place)) for word in spec.argv))
    files = sorted(path for path in place.rglob("*") if path.is_file())
    if not files:
        where = f"held-out/{job.loop.name} beside your config"
        return Held(filled, problem=f"there is no check in {where} (`looptui config path`)")
    total = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).digest()
        total.update(str(path.relative_to(place)).encode("utf-8", "surrogateescape") + b"\0")
        total.update(content)
    return Held(filled, (place,), total.hexdigest())


async def seal(job: Job, seen: Twice) -> Twice:
    """Only the category stays in what goes on to makers, memory and checkers; people get a blob."""
    result = seen.result
    if result.blameless:
        return seen
    words = [result.summary, *result.failed[:_MOST], "", result.output]
    text = job.outside.scrub.text("\n".join(words))
    told = SAID[result.state]
    return Twice(
        replace(result, summary=told, passed=(), failed=(), skipped=(), output=""),
        seen.flake and _blank(seen.flake),
        await job.outside.store.put(text.encode()),
    )


def _blank(flake: ev.FlakeFound) -> ev.FlakeFound:
    first, second = (said.partition(",")[0] for said in (flake.first, flake.second))
    return replace(flake, first=first, second=second, tests=(), more=0)
