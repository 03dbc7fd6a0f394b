"""What `doctor --fix` puts right by itself: only in our own directories, and nothing is spent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from looptui import paths
from looptui.projections.figures import plural, size
from looptui.removing import remove
from looptui.store.leases import Leases
from looptui.store.reader import Reader
from looptui.wire import pruning, views
from looptui.wire.desk import Desk
from looptui.wire.machine import Finding
from looptui.wire.tidying import tidy

_RUNNING = 3600.0
"""Seconds after which a directory that no run made is nobody's."""
_LOOSE = 2000
"""Loose objects in our git directory from which on it is packed."""


def leftovers(state_dir: Path) -> Finding:
    """What ended runs and killed processes left undone."""
    database = paths.state_db(state_dir)
    if not database.exists():
        return Finding("leftovers", "ok", "none")
    reader = Reader(database)
    try:
        untidy = len(_untidy(reader, Leases(state_dir / "leases")))
    finally:
        reader.close()
    stale = len(list(_stale(state_dir)))
    if not untidy and not stale:
        return Finding("leftovers", "ok", "none")
    words = f"{plural(untidy, 'ended run')} to be tidied up, {plural(stale, 'throw-away folder')}"
    return Finding("leftovers", "warn", words, "looptui doctor --fix")


async def mend(desk: Desk) -> list[str]:
    """Tidy up, let go of what killed processes left, pack our git directory; what was done."""
    done = []
    untidy = _untidy(desk.reader, desk.store.leases)
    await tidy(desk)
    if untidy:
        done.append(f"tidied up {plural(len(untidy), 'ended run')}")
    for path in list(_stale(desk.state_dir)):
        await asyncio.to_thread(remove, path)
        done.append(f"removed {path}")
    found = await pruning.survey(desk.repository.root, 0.0)
    if found.items or found.git.loose > _LOOSE:
        pruned = await pruning.prune(desk, found)
        freed = sum(item.size for item in pruned.removed) + pruned.git_saved
        done.append(f"let go of what ended runs left: {size(freed)}")
    return done


def _untidy(reader: Reader, leases: Leases) -> list[str]:
    return [
        view.id
        for view in views.runs(reader)
        if view.ended and not view.tidy and leases.holder(view.id) is None
    ]


def _stale(state_dir: Path) -> Iterator[Path]:
    """Throw-away directories of `check` whose process is gone."""
    for path in sorted((state_dir / "exports").glob("check-*")):
        if time.time() - path.lstat().st_mtime > _RUNNING:
            yield path
