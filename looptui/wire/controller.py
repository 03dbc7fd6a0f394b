"""The screen's Controller: reads projections, sends commands, drives runs in this process.

Reading needs the database alone; git, sandbox and the writer are opened with the first action,
after the first frame.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shlex
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import paths
from looptui.core import events as ev
from looptui.core.codec import decode
from looptui.core.commands import Command
from looptui.core.memory import TRIED, Memory
from looptui.core.spec import Loop
from looptui.errors import LooptuiError, UsageError
from looptui.ports import Workspace
from looptui.projections.views import IterationView, NeedView, RunView
from looptui.projections.wording import worded
from looptui.store.events import StoredEvent
from looptui.store.leases import Leases
from looptui.store.ledger import day_of
from looptui.store.reader import Reader
from looptui.text import safe, safe_bytes
from looptui.tui.controller import Line, LoopCard
from looptui.wire import views

if TYPE_CHECKING:
    from looptui.loopfile import Loaded
    from looptui.store.rows import MemoryRow
    from looptui.wire.desk import Desk

log = logging.getLogger(__name__)

_TRANSCRIPT_CHUNK = 256 * 1024
_BACK = 5000
"""Events of a run in which a fact of its newest iterations is looked for."""


class DeskController:
    """Implements `looptui.tui.controller.Controller` over an open desk."""

    def __init__(self, root: Path, *, unsandboxed: bool = False) -> None:
        self.repo = root
        self._state_dir = paths.repo_state(root)
        self._reader = Reader(paths.state_db(self._state_dir))
        self._leases = Leases(self._state_dir / "leases")
        self._unsandboxed = unsandboxed
        self._views: dict[str, tuple[str, RunView]] = {}
        self._opened: Desk | None = None
        self._opening = asyncio.Lock()

    async def desk(self) -> Desk:
        """The whole desk, opened once; whatever `Desk.open` raises."""
        async with self._opening:
            if self._opened is None:
                from looptui.wire.desk import Desk

                self._opened = await asyncio.to_thread(
                    Desk.open, self.repo, mode="screen", unsandboxed=self._unsandboxed
                )
            return self._opened

    async def close(self) -> None:
        """Pause what is driven here, at once, and close the store."""
        if self._opened is not None:
            await self._opened.close()
        self._reader.close()

    # --- reading ------------------------------------------------------------------------------

    def version(self) -> int:
        return self._reader.data_version()

    def runs(self) -> tuple[RunView, ...]:
        rows = self._reader.runs()
        if len(self._views) > len(rows):
            self._views.clear()
        return tuple(self._view(row.id, row.summary) for row in rows)

    def run(self, run: str) -> RunView | None:
        try:
            row = self._reader.run(run)
        except UsageError:
            return None
        return self._view(row.id, row.summary)

    def _view(self, run: str, summary: str) -> RunView:
        """Decoded once for as long as the row is the same: most runs are at rest."""
        known = self._views.get(run)
        if known is None or known[0] != summary:
            known = self._views[run] = (summary, decode(RunView, json.loads(summary)))
        return known[1]

    def iterations(self, run: str) -> tuple[IterationView, ...]:
        return views.iterations(self._reader, run)

    def needs(self) -> tuple[NeedView, ...]:
        return views.needs(self._reader)

    def events(self, after: int, limit: int = 200) -> tuple[Line, ...]:
        stored = (
            self._reader.latest(limit) if after < 0 else self._reader.events_since(after, limit)
        )
        return self._lines(stored)

    def story(self, run: str, after: int, limit: int = 2000) -> tuple[Line, ...]:
        if after:
            return self._lines(self._reader.events(run, after, limit))
        return self._lines(self._reader.latest(limit, run=run))

    def _lines(self, stored: list[StoredEvent]) -> tuple[Line, ...]:
        ordered = sorted(stored, key=lambda event: event.seq)
        return tuple(_line(event, self._loop_name(event.run)) for event in ordered)

    def memory(self, run: str, iteration: int) -> tuple[Memory, ...]:
        used = {i for view in self.iterations(run) if view.n == iteration for i in view.memory}
        return tuple(_memory(row) for row in self._reader.memory() if row.id in used)

    def learnt(self, run: str) -> tuple[Memory, ...]:
        rows = self._reader.memory(scope=f"run:{run}")
        return tuple(_memory(row) for row in rows if row.kind != TRIED)

    def sections(self, run: str, iteration: int) -> tuple[ev.Section, ...]:
        for stored in self._reader.latest(_BACK, run=run):
            if stored.kind == ev.PromptBuilt.kind:
                event, _ = ev.decode(stored.kind, stored.data)
                if isinstance(event, ev.PromptBuilt) and event.iteration == iteration:
                    return event.sections
        return ()

    def blob(self, ref: str) -> str:
        try:
            return safe_bytes(self._reader.blob(ref))
        except KeyError:
            return ""

    def transcript(self, run: str, iteration: int, offset: int) -> tuple[str, int]:
        try:
            with self._transcript(run, iteration).open("rb") as file:
                file.seek(offset)
                data = file.read(_TRANSCRIPT_CHUNK)
        except OSError:
            return "", offset
        whole = _whole_characters(data)
        return safe_bytes(whole), offset + len(whole)

    def last_output(self, run: str, iteration: int) -> float | None:
        try:
            found = self._transcript(run, iteration).stat()
        except OSError:
            return None
        return found.st_mtime if found.st_size else None

    def _transcript(self, run: str, iteration: int) -> Path:
        return self._state_dir / "transcripts" / run / f"{iteration}.log"

    def driven(self, run: str) -> str:
        holder = self._leases.holder(run)
        if holder is None:
            return ""
        return "here" if holder.pid == os.getpid() else f"pid {holder.pid}"

    def landing(self, run: str) -> str:
        for stored in self._reader.events(run, limit=1):
            created, _ = ev.decode(stored.kind, stored.data)
            if isinstance(created, ev.RunCreated):
                spec = decode(Loop, json.loads(self._reader.blob(created.spec)))
                return _way(spec.landing.way, spec.landing.target or created.target)
        return ""

    def spent_today(self) -> float:
        return self._reader.money(day=day_of(time.time())).settled / 1e6

    async def live_diff(self, run: str) -> str:
        view = self.run(run)
        if view is None or view.worktree is None:
            return ""
        with suppress(LooptuiError, FileNotFoundError):
            repository = (await self.desk()).repository
            base = await repository.tree_of(view.base)
            workspace = Workspace(run, Path(view.worktree))
            return safe_bytes(await repository.live_diff(workspace, base))
        return ""

    async def review_diff(self, run: str, tree: str) -> str:
        for iteration in self.iterations(run):
            if iteration.tree == tree and iteration.diff:
                return self.blob(iteration.diff)
        repository = (await self.desk()).repository
        view = self.run(run)
        onto = self._merged_onto(run, tree) or (view.base if view else "")
        return safe_bytes(await repository.diff(await repository.tree_of(onto), tree))

    def _merged_onto(self, run: str, tree: str) -> str:
        """The target commit onto which a candidate was merged; empty if it was not."""
        for stored in self._reader.latest(_BACK, run=run):
            if stored.kind == ev.TargetMoved.kind:
                event, _ = ev.decode(stored.kind, stored.data)
                if isinstance(event, ev.TargetMoved) and event.tree == tree:
                    return event.commit
        return ""

    # --- acting -------------------------------------------------------------------------------

    async def send(self, run: str, command: Command) -> str:
        try:
            desk = await self.desk()
            elsewhere = await desk.carry_out(run, command)
            if not elsewhere and command.drives:
                await self._drive(desk, run)
        except LooptuiError as error:
            return safe(_words(error))
        return ""

    async def drive(self, run: str) -> str:
        try:
            await self._drive(await self.desk(), run)
        except LooptuiError as error:
            return safe(_words(error))
        return ""

    def loop_files(self) -> tuple[Path, ...]:
        return tuple(sorted(paths.loops_dir(self.repo).glob("*.toml")))

    async def look_at(self, loop_file: Path) -> LoopCard:
        try:
            loaded = await self._load(loop_file)
            trusted = (await self.desk()).trust.known(loaded.digest)
        except LooptuiError as error:
            return LoopCard(loop_file, safe(loop_file.stem), problem=safe(_words(error)))
        loop = loaded.loop
        goal = safe(loop.goal.text.strip())
        return LoopCard(loop_file, loop.name, goal, loaded.digest, trusted, _commands(loop))

    async def start(
        self, loop_file: Path, *, trust: bool = False, digest: str = ""
    ) -> tuple[str, str]:
        try:
            desk = await self.desk()
            loaded = await self._load(loop_file)
            if digest and loaded.digest != digest:
                return "", f"{loop_file.name} changed while you read it; nothing was started"
            made = await desk.make_run(loaded, trust=trust or bool(digest))
            await self._drive(desk, made.run)
        except LooptuiError as error:
            return "", safe(_words(error))
        return made.run, ""

    async def _load(self, loop_file: Path) -> Loaded:
        from looptui import loopfile

        return await asyncio.to_thread(loopfile.load, loop_file, self.repo)

    async def _drive(self, desk: Desk, run: str) -> None:
        loop = await desk.loop_of(run)
        desk.supervisor.start(run, loop)

    def _loop_name(self, run: str) -> str:
        known = self._views.get(run)
        view = known[1] if known else self.run(run)
        return view.loop if view else ""


def _words(error: LooptuiError) -> str:
    return f"{error.message}. {error.hint}" if error.hint else error.message


def _line(event: StoredEvent, loop: str) -> Line:
    iteration = json.loads(event.data).get("iteration")
    words = safe(worded(event.kind, event.data))
    return Line(event.seq, event.at, event.run, loop, event.kind, words, event.n, iteration)


def _memory(row: MemoryRow) -> Memory:
    iteration = json.loads(row.data).get("iteration", 0)
    return Memory(row.id, row.kind, row.scope, safe(row.subject), safe(row.text), iteration)


def _way(way: str, target: str | None) -> str:
    if way == "patch":
        return "written as a patch file"
    if way == "branch" or target is None:
        return "kept on a branch of its own"
    return safe(f"{way} onto {target}")


def _commands(loop: Loop) -> tuple[tuple[str, str], ...]:
    """Every command of a loop that would run on this machine."""
    found = [("setup", shlex.join(argv)) for argv in loop.workspace.setup.argv]
    found.append(("maker", shlex.join(loop.maker.argv) or f"{loop.maker.agent} (built in)"))
    found += [(f"gate {gate.id}", shlex.join(gate.argv)) for gate in loop.gates if gate.argv]
    return tuple((safe(role), safe(command)) for role, command in found)


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
