"""Where the commands that only look get what they show: the read side of a repository's state."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.errors import LooptuiError, RepoError, UsageError

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.store.reader import Reader


def root_of(directory: Path) -> Path | None:
    """The top of the repository here; None outside of one."""
    from looptui import paths

    try:
        return paths.repo_root(directory)
    except RepoError:
        return None


def reader_of(directory: Path) -> tuple[Reader, Path]:
    """The read side of the repository's state, and where that state lies."""
    from looptui import paths
    from looptui.store.reader import Reader

    state_dir = paths.repo_state(paths.repo_root(directory))
    return Reader(paths.state_db(state_dir)), state_dir


def one(reader: Reader, name: str) -> RunView:
    """The run that a word names: the newest of a loop, an id or a unique prefix."""
    from looptui.wire import views

    return views.run(reader, views.find(reader, name))


def iteration(reader: Reader, run: str, n: int) -> IterationView:
    """UsageError, with those there are, where a run has no iteration N."""
    from looptui.wire import views

    found = views.iterations(reader, run)
    for view in found:
        if view.n == n:
            return view
    known = f"It has 1 to {found[-1].n}." if found else "It has made none yet."
    raise UsageError(f"Run {run} has no iteration {n}", f"{known} `looptui show {run}` lists them.")


def trip_overdue(directory: Path, reader: Reader) -> None:
    """Have it recorded where a wait for a person ran out; what cannot be written is only shown."""
    from looptui.wire import views

    if views.overdue(reader, time.time()):
        from looptui.cli.driving import with_desk
        from looptui.wire.tidying import trip_overdue

        with suppress(LooptuiError):
            with_desk(trip_overdue, directory)
