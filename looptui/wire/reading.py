"""What the screen reads: rows and events of the store as values, without opening anything else.

The code that decodes them is loaded when there is something to decode, after the first frame of
an empty repository.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from looptui import paths
from looptui.errors import LooptuiError, UsageError
from looptui.projections.figures import size
from looptui.text import safe, safe_bytes
from looptui.tui.controller import Line, NextMemory

if TYPE_CHECKING:
    from looptui.core.events import Event, Section
    from looptui.core.memory import Memory
    from looptui.core.spec import Loop
    from looptui.core.state import RunState
    from looptui.projections.values import IterationView, RunView
    from looptui.store.events import StoredEvent
    from looptui.store.reader import Reader
    from looptui.store.rows import MemoryRow
    from looptui.wire.citing import Citing
    from looptui.wire.logbook import LogReading
    from looptui.wire.memories import MemoryReading

    Kind = TypeVar("Kind", bound=Event)

_TRANSCRIPT_CHUNK = 64 * 1024
_TRANSCRIPT_KEPT = 1024 * 1024
"""Bytes behind its end from which a transcript is read; the whole of it is in the file."""
_BACK = 5000
"""Events of a run in which a fact of its newest iterations is looked for."""


class Reading:
    """Implements `looptui.tui.controller.Reads`; use it from one thread at a time."""

    def __init__(self, root: Path) -> None:
        self.repo = root
        self._state_dir = paths.repo_state(root)
        self._database = paths.state_db(self._state_dir)
        self._views: dict[str, tuple[str, RunView]] = {}
        self._iterations: dict[str, dict[str, IterationView]] = {}
        """Of the run that was asked for last, by their rows."""
        self._loops: dict[str, Loop] = {}
        """That of the run that was asked for last."""
        self._folded: dict[str, tuple[int, RunState]] = {}
        """That of the run that was asked for last, with the number of its events."""
        self._swept = False
        """Whether drafts of runs that ended were let go of."""
        self.seen: tuple[RunView, ...] = ()
        """The runs as they were read last."""

    def close(self) -> tuple[RunView, ...]:
        """Let go of the database; the runs as they are, none where they cannot be read."""
        if self._empty:
            return ()
        with closing(self.store), suppress(LooptuiError):
            return self.runs()
        return ()

    @cached_property
    def store(self) -> Reader:
        """The rows and events themselves; use it from the same thread."""
        from looptui.store.reader import Reader

        return Reader(self._database)

    @cached_property
    def log(self) -> LogReading:
        from looptui.wire.logbook import LogReading

        return LogReading(self, self._loop_name)

    @cached_property
    def memories(self) -> MemoryReading:
        from looptui.wire.memories import MemoryReading

        return MemoryReading(self.store, self._state, self.cited)

    @cached_property
    def cited(self) -> Citing:
        """What files that records cite hold, in any tree."""
        from looptui.wire.citing import Citing

        return Citing(self.repo, self._state_dir)

    @property
    def _empty(self) -> bool:
        """Whether nothing was ever recorded: then SQLite is not needed either."""
        return "store" not in self.__dict__ and not self._database.exists()

    def version(self) -> int:
        return 0 if self._empty else self.store.data_version()

    # --- projections --------------------------------------------------------------------------

    def runs(self) -> tuple[RunView, ...]:
        if self._empty:
            return ()
        rows = self.store.runs()
        if len(self._views) > len(rows):
            self._views.clear()
        self.seen = tuple(self._view(row.id, row.summary) for row in rows)
        return self.seen

    def run(self, run: str) -> RunView | None:
        try:
            row = self.store.run(run)
        except UsageError:
            return None
        return self._view(row.id, row.summary)

    def _view(self, run: str, summary: str) -> RunView:
        """Decoded once for as long as the row is the same: most runs are at rest."""
        known = self._views.get(run)
        if known is None or known[0] != summary:
            from looptui.core.codec import decode
            from looptui.projections.values import RunView

            known = self._views[run] = (summary, decode(RunView, json.loads(summary)))
        return known[1]

    def iterations(self, run: str) -> tuple[IterationView, ...]:
        rows = self.store.iterations(run)
        known = self._iterations.get(run, {})
        found = {row.data: known.get(row.data) or _iteration(row.data) for row in rows}
        self._iterations = {run: found}
        return tuple(found.values())

    def base(self, run: str) -> IterationView | None:
        from looptui.projections.views import base_view

        state = self._state(run)
        return base_view(state) if state is not None else None

    def memory(self, run: str, iteration: int) -> tuple[Memory, ...]:
        used = {i for view in self.iterations(run) if view.n == iteration for i in view.memory}
        return tuple(record for record in self._remembered(run) if record.id in used)

    def next_memory(self, run: str) -> NextMemory:
        from looptui.core.codec import reworded
        from looptui.engine.recalling import recalled_now

        state = self._state(run)
        if state is None:
            return NextMemory()
        found = recalled_now(self.store, self.cited, state)
        records = tuple(reworded(record, safe) for record in found.records)
        return NextMemory(records, len(found.left_out), found.tokens, found.budget)

    def _state(self, run: str) -> RunState | None:
        """A run as its log folds to: what the next prompt is made from."""
        loop = self._loop(run)
        if loop is None:
            return None
        from looptui.core.evolve import new, replay
        from looptui.engine.recorder import as_record

        known, folded = self._folded.get(run, (0, new(run, loop)))
        fresh = [as_record(stored) for stored in self.store.events(run, known, limit=-1)]
        folded = replay(folded, fresh)
        self._folded = {run: (folded.events, folded)}
        return folded

    def _remembered(self, run: str) -> list[Memory]:
        """What may enter a prompt of a run, oldest first."""
        from looptui.core.memory import scopes_of

        scopes = scopes_of(self._loop_name(run), run)
        return [_memory(row) for scope in scopes for row in self.store.memory(scope)]

    def spent_today(self) -> float:
        if self._empty:
            return 0.0
        from looptui.store.ledger import day_of

        return self.store.money(day=day_of(time.time())).settled / 1e6

    def driven(self, run: str) -> str:
        from looptui.store.leases import Leases

        holder = Leases(self._state_dir / "leases").holder(run)
        if holder is None:
            return ""
        return "here" if holder.pid == os.getpid() else f"pid {holder.pid}"

    def patience(self, run: str) -> float | None:
        from looptui.projections.patience import at_most

        loop, view = self._loop(run), self.run(run)
        return at_most(loop, view.in_flight) if loop and view else None

    # --- events -------------------------------------------------------------------------------

    def events(self, after: int, limit: int = 200) -> tuple[Line, ...]:
        if self._empty:
            return ()
        stored = self.store.latest(limit) if after < 0 else self.store.events_since(after, limit)
        return self._lines(stored)

    def story(self, run: str, after: int, limit: int = 2000) -> tuple[Line, ...]:
        if after:
            return self._lines(self.store.events(run, after, limit))
        return self._lines(self.store.latest(limit, run=run))

    def _lines(self, stored: list[StoredEvent]) -> tuple[Line, ...]:
        ordered = sorted(stored, key=lambda event: event.seq)
        return tuple(_line(event, self._loop_name(event.run)) for event in ordered)

    def _loop_name(self, run: str) -> str:
        known = self._views.get(run)
        view = known[1] if known else self.run(run)
        return view.loop if view else ""

    def sections(self, run: str, iteration: int) -> tuple[Section, ...]:
        from looptui.core.events import PromptBuilt

        for event in self._newest_of(run, PromptBuilt):
            if event.iteration == iteration:
                return event.sections
        return ()

    def draft(self, run: str) -> str:
        from looptui.wire import drafts

        if not self._swept:
            self._swept = True
            drafts.sweep(self._state_dir, [view.id for view in self.runs() if not view.ended])
        return drafts.read(self._state_dir, run)

    def landing(self, run: str) -> str:
        loop, view = self._loop(run), self.run(run)
        return _way(loop, view.target) if loop and view else ""

    def _loop(self, run: str) -> Loop | None:
        """The loop of a run as it was trusted; it never changes."""
        if run not in self._loops:
            from looptui.core.codec import decode
            from looptui.core.events import RunCreated
            from looptui.core.spec import Loop

            for stored in self.store.events(run, limit=1):
                created = _decoded(stored)
                if isinstance(created, RunCreated):
                    spec = json.loads(self.store.blob(created.spec))
                    self._loops = {run: decode(Loop, spec)}
        return self._loops.get(run)

    def _newest_of(self, run: str, kind: type[Kind]) -> list[Kind]:
        stored = [one for one in self.store.latest(_BACK, run=run) if one.kind == kind.kind]
        return [event for event in map(_decoded, stored) if isinstance(event, kind)]

    # --- texts --------------------------------------------------------------------------------

    def blob(self, ref: str) -> str:
        with suppress(KeyError):
            return safe_bytes(self.store.blob(ref))
        return ""

    def transcript(self, run: str, iteration: int, offset: int) -> tuple[str, int]:
        try:
            with self._transcript(run, iteration).open("rb") as file:
                left_out = os.fstat(file.fileno()).st_size - offset - _TRANSCRIPT_KEPT
                file.seek(offset + max(0, left_out))
                if left_out > 0:
                    file.readline(_TRANSCRIPT_CHUNK)
                offset = file.tell()
                data = file.read(_TRANSCRIPT_CHUNK)
        except OSError:
            return "", offset
        whole = _whole_characters(data)
        head = f"[{size(left_out)} before this are left out]\n" if left_out > 0 else ""
        return head + safe_bytes(whole), offset + len(whole)

    def loop_files(self) -> tuple[Path, ...]:
        return tuple(sorted(paths.loops_dir(self.repo).glob("*.toml")))

    def last_output(self, run: str, iteration: int) -> float | None:
        try:
            found = self._transcript(run, iteration).stat()
        except OSError:
            return None
        return found.st_mtime if found.st_size else None

    def _transcript(self, run: str, iteration: int) -> Path:
        return self._state_dir / "transcripts" / run / f"{iteration}.log"


def _iteration(data: str) -> IterationView:
    from looptui.core.codec import decode
    from looptui.projections.values import IterationView

    return decode(IterationView, json.loads(data))


def _decoded(stored: StoredEvent) -> Event:
    from looptui.core.events import decode

    return decode(stored.kind, stored.data)[0]


def _line(event: StoredEvent, loop: str) -> Line:
    from looptui.projections.wording import worded

    iteration = json.loads(event.data).get("iteration")
    words = safe(worded(event.kind, event.data))
    who = safe(event.actor)
    return Line(event.seq, event.at, event.run, loop, event.kind, words, event.n, iteration, who)


def _memory(row: MemoryRow) -> Memory:
    """The record of a row, its texts made safe."""
    from looptui.core.codec import reworded
    from looptui.engine.memory_rows import memory_of

    return reworded(memory_of(row), safe)


def _way(loop: Loop, current: str | None) -> str:
    way, target = loop.landing.way, loop.landing.target or current
    if way == "patch":
        return "written as a patch file"
    if way == "branch" or target is None:
        return "kept on a branch of its own"
    return safe(f"{way} onto {target}")


def _whole_characters(data: bytes) -> bytes:
    """Without a UTF-8 sequence that is cut off at the end."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] & 0xC0 == 0xC0:
            with suppress(UnicodeDecodeError):
                data[-back:].decode()
                return data
            return data[:-back]
        if data[-back] & 0x80 == 0:
            return data
    return data
