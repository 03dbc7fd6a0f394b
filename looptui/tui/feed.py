"""Follows the store: what changed is read once, at most ten times a second, for all screens.

It asks `PRAGMA data_version` 15 times a second while a run is at work or a key came lately, else
once a second, and at once after a command of our own. At rest nothing is read and nothing drawn.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from looptui.errors import LooptuiError
from looptui.tui.widgets.throttle import PERIOD

if TYPE_CHECKING:
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.controller import Controller, Line, Reads

log = logging.getLogger(__name__)

FAST, SLOW = 1 / 15, 1.0
"""Seconds between two questions while something happens, and at rest."""
ALERT = 5.0
"""Seconds after a key during which something is expected to happen."""
KEPT = 200
"""Events kept for the list of the fleet."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was read at one version of the store."""

    runs: tuple[RunView, ...] = ()
    driven: dict[str, str] = field(default_factory=dict)
    """Who drives a run that should be at work: `here`, `pid 4312`, or nobody."""
    files: tuple[Path, ...] = ()
    """The loop files of the repository."""
    started: dict[str, float] = field(default_factory=dict)
    """Since when the step in flight of a run is under way, in Unix seconds."""
    pausing: frozenset[str] = frozenset()
    """Runs that were asked to pause and have not come to a safe point yet."""
    spent_today: float = 0.0
    known: bool = False
    """Whether anything was read yet."""
    problem: str = ""
    """Why the state cannot be read; the rest is then as it was."""

    @property
    def needs(self) -> tuple[NeedView, ...]:
        """What only a person can decide, the oldest first."""
        found = (need for view in self.runs for need in view.needs)
        return tuple(sorted(found, key=lambda need: (need.since, need.id)))

    def run(self, run: str | None) -> RunView | None:
        return next((view for view in self.runs if view.id == run), None)

    def driver(self, view: RunView) -> str:
        return self.driven.get(view.id, "")

    @property
    def at_work(self) -> tuple[RunView, ...]:
        """The runs that somebody drives and that do not wait for their turn."""
        live = (view for view in self.runs if view.live and view.state != "queued")
        return tuple(view for view in live if self.driver(view))

    @property
    def lying(self) -> tuple[RunView, ...]:
        """The runs that nobody drives although somebody should; ended ones, to be tidied, last."""
        found = [view for view in self.runs if _wants_driver(view) and not self.driver(view)]
        return tuple(sorted(found, key=lambda view: (view.ended, -view.updated)))

    @property
    def driven_here(self) -> tuple[RunView, ...]:
        return tuple(view for view in self.runs if view.live and self.driver(view) == "here")


class _Glance(NamedTuple):
    """What changes without an event."""

    driven: dict[str, str]
    files: tuple[Path, ...]


class _Rest(NamedTuple):
    """What only events change."""

    runs: tuple[RunView, ...]
    events: tuple[Line, ...]
    spent_today: float


class _News(NamedTuple):
    """What one look at the store found; a part is None where it was not due."""

    version: int
    glance: _Glance | None = None
    rest: _Rest | None = None


class Feed:
    """Reads through a controller and says when there is something new to draw."""

    def __init__(self, controller: Controller, changed: Callable[[], None]) -> None:
        self._controller = controller
        self._changed = changed
        self.snapshot = Snapshot()
        self.events: deque[Line] = deque(maxlen=KEPT)
        self._version = -1
        self._last_seq = -1
        self._read_at = -SLOW
        self._touched_at = -ALERT
        self._behind = False
        self.running = False
        self._wake = asyncio.Event()

    def touched(self) -> None:
        """A key came: answers are expected soon."""
        slow = self._interval() == SLOW
        self._touched_at = monotonic()
        if slow:
            self._wake.set()

    def hurry(self) -> None:
        """Our own command was carried out: look now."""
        self._touched_at = monotonic()
        self._wake.set()

    async def run(self) -> None:
        """Follow the store until cancelled."""
        self.running, self._version, self._read_at = True, -1, -SLOW
        while True:
            await self.poll()
            try:
                await asyncio.wait_for(self._wake.wait(), self._interval())
            except TimeoutError:
                continue
            self._wake.clear()

    async def poll(self) -> None:
        """Look once; tell if something is new, or if clocks on the screen go on."""
        try:
            news = await self._controller.read(self._look)
        except LooptuiError as error:
            self._fail(error)
        else:
            self._take(news)

    def _look(self, reads: Reads) -> _News:
        """In the thread of the reader: the version, and what is due to be read."""
        since, version = monotonic() - self._read_at, reads.version()
        if version != self._version and since >= PERIOD:
            runs = reads.runs()
            rest = _Rest(runs, self._new_events(reads), reads.spent_today())
            return _News(version, _glance(reads, runs), rest)
        if since >= SLOW:
            return _News(version, _glance(reads, self.snapshot.runs))
        return _News(version)

    def _take(self, news: _News) -> None:
        self._behind = news.version != self._version
        if news.glance is None:
            return
        self._read_at = monotonic()
        if news.rest is None:
            self._look_again(news.glance)
            return
        self._version, self._behind = news.version, False
        runs, new, spent = news.rest
        if new:
            self._last_seq = new[-1].seq
            self.events.extend(new)
        self.snapshot = Snapshot(
            runs, *news.glance, self._started(new), self._pausing(new), spent, known=True
        )
        self._changed()

    def _interval(self) -> float:
        if self.snapshot.problem:
            return SLOW
        busy = self._behind or bool(self.snapshot.at_work)
        return FAST if busy or monotonic() - self._touched_at < ALERT else SLOW

    def _new_events(self, reads: Reads) -> tuple[Line, ...]:
        """None before the first frame: it shows the runs, and they are enough to begin with."""
        if not self.running:
            return ()
        new = reads.events(self._last_seq, KEPT)
        return new if len(new) < KEPT else reads.events(-1, KEPT)

    def _started(self, new: tuple[Line, ...]) -> dict[str, float]:
        started = {line.run: line.at for line in new if line.kind == "effect.started"}
        return {**self.snapshot.started, **started}

    def _pausing(self, new: tuple[Line, ...]) -> frozenset[str]:
        pausing = set(self.snapshot.pausing)
        for line in new:
            if line.kind == "pause.requested":
                pausing.add(line.run)
            elif line.kind.startswith("run."):
                pausing.discard(line.run)
        return frozenset(pausing)

    def _look_again(self, glance: _Glance) -> None:
        """A driver that dies writes nothing; clocks of runs at work go on; files come and go."""
        before = self.snapshot
        self.snapshot = replace(before, driven=glance.driven, files=glance.files)
        if self.snapshot != before or self.snapshot.at_work:
            self._changed()

    def _fail(self, error: LooptuiError) -> None:
        problem = f"{error.message}. {error.hint}" if error.hint else error.message
        self._version = -1
        if problem != self.snapshot.problem:
            log.error("the state cannot be read: %s", problem)
            self.snapshot = replace(self.snapshot, problem=problem)
            self._changed()


def _glance(reads: Reads, runs: tuple[RunView, ...]) -> _Glance:
    driven = {view.id: reads.driven(view.id) for view in runs if _wants_driver(view)}
    return _Glance(driven, reads.loop_files())


def _wants_driver(view: RunView) -> bool:
    """Whether a session should be at it: it neither rests nor has been cleaned up after its end."""
    return view.live or (view.ended and not view.tidy)
