"""What ended runs leave in the state directory, and letting go of it.

The log, diffs, reports, patches and unlanded work stay; worktrees have a command of their own. With
the transcripts of a run go its prompts and what its gates printed: events keep their digests, so
the log verifies as before. Nothing outside the state directory is touched.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from looptui import paths
from looptui.adapters.repository import GitRepository
from looptui.adapters.repository.upkeep import Stored
from looptui.core import events as ev
from looptui.errors import LeaseHeld
from looptui.projections.values import RunView
from looptui.removing import remove
from looptui.store.leases import Leases
from looptui.store.reader import Reader
from looptui.wire import views
from looptui.wire.desk import Desk
from looptui.wire.ids import person

What = Literal["transcripts", "export", "environment"]


@dataclass(frozen=True, slots=True)
class Item:
    """A directory of an ended run that may go."""

    what: What
    run: str
    loop: str
    path: str
    size: int
    """Bytes."""
    texts: tuple[str, ...] = ()
    """Blobs that go with it."""


_NOTHING = Stored(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Survey:
    """What could be let go, and what our git directory holds."""

    items: tuple[Item, ...] = ()
    git: Stored = _NOTHING
    all_ended: bool = False
    """Every run has ended, so that objects to which no ref leads are nobody's."""

    @property
    def size(self) -> int:
        """Bytes of the items."""
        return sum(item.size for item in self.items)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was done."""

    removed: tuple[Item, ...]
    kept: tuple[str, ...]
    """Runs that another process took up meanwhile."""
    git_saved: int
    """Bytes by which our git directory shrank."""


async def survey(root: Path, before: float) -> Survey:
    """What runs left that ended `before` (Unix seconds); makes nothing where looptui never ran.

    Transcripts are evidence, so their age counts; what is of no use to anybody goes at any age.
    """
    state_dir = paths.repo_state(root)
    if not paths.state_db(state_dir).exists():
        return Survey()
    reader = Reader(paths.state_db(state_dir))
    repository = GitRepository.discover(root, state_dir)
    leases = Leases(state_dir / "leases")
    try:
        known = views.runs(reader)
        idle = [view for view in known if _over(view) and leases.holder(view.id) is None]
        items = await asyncio.to_thread(lambda: tuple(_items(state_dir, idle, before)))
        items = await asyncio.to_thread(_with_texts, reader, items, [view.id for view in known])
        return Survey(items, await repository.stored(), all(map(_over, known)))
    finally:
        reader.close()
        repository.close()


async def prune(desk: Desk, found: Survey) -> Pruned:
    """Remove the items, each under the lease of its run, and repack our git directory."""
    removed: list[Item] = []
    kept: list[str] = []
    for run in dict.fromkeys(item.run for item in found.items):
        items = [item for item in found.items if item.run == run]
        if await _remove(desk, run, items):
            removed += items
        else:
            kept.append(run)
    before = (await desk.repository.stored()).size
    ended = all(map(_over, views.runs(desk.reader)))
    await desk.repository.repack(forget=found.all_ended and ended)
    after = (await desk.repository.stored()).size
    return Pruned(tuple(removed), tuple(kept), max(0, before - after))


def _over(view: RunView) -> bool:
    """Whether a run has ended and is tidied up."""
    return view.ended and view.tidy


def _items(state_dir: Path, idle: Iterable[RunView], before: float) -> Iterator[Item]:
    for view in idle:
        if view.updated < before:
            yield from _there("transcripts", view, paths.transcripts(state_dir) / view.id)
        yield from _there("environment", view, state_dir / "environments" / view.id)
        for export in sorted((state_dir / "exports").glob(f"{view.id}-*")):
            yield from _there("export", view, export)


def _with_texts(reader: Reader, items: tuple[Item, ...], runs: list[str]) -> tuple[Item, ...]:
    """The items, those of transcripts with the texts that no run that stays refers to."""
    going = {item.run for item in items if item.what == "transcripts"}
    if not going:
        return items
    staying = {text for run in runs if run not in going for text in _texts(reader, run)}
    found = []
    for item in items:
        texts = [] if item.what != "transcripts" else _texts(reader, item.run)
        free = tuple(text for text in dict.fromkeys(texts) if text not in staying)
        size = item.size + sum(map(reader.weight, free))
        found.append(replace(item, texts=free, size=size))
        staying.update(free)
    return tuple(found)


def _texts(reader: Reader, run: str) -> list[str]:
    """Blobs with the prompts of a run and with what its gates printed."""
    texts = []
    for stored in reader.events(run, limit=-1):
        if stored.kind == ev.PromptBuilt.kind:
            texts.append(json.loads(stored.data).get("prompt"))
        elif stored.kind == ev.GateFinished.kind:
            said = json.loads(stored.data)
            texts += [said.get("output"), said.get("sealed")]
    return [text for text in texts if text]


def _there(what: What, view: RunView, path: Path) -> Iterator[Item]:
    if path.is_dir() and not path.is_symlink():
        yield Item(what, view.id, view.loop, str(path), _size(path))


def _size(root: Path) -> int:
    """Bytes of all files below a directory; links are not followed."""
    total = 0
    for top, _, files in os.walk(root):
        total += sum(Path(top, name).lstat().st_size for name in files)
    return total


async def _remove(desk: Desk, run: str, items: list[Item]) -> bool:
    """False where a process has taken the run up."""
    try:
        lease = desk.store.leases.acquire(run)
    except LeaseHeld:
        return False
    try:
        for item in items:
            await asyncio.to_thread(remove, Path(item.path))
        for said in [item for item in items if item.what == "transcripts"]:
            recorder = await desk.load(run)
            await desk.store.let_go(said.texts)
            gone = ev.TranscriptsRemoved(said.size, len(said.texts))
            await recorder.append(gone, actor=person())
        return True
    finally:
        lease.release()
