"""The screen's Controller: reads projections, sends commands, drives runs in this process.

Reading needs the database alone; git, sandbox and the writer are opened with the first action,
after the first frame.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import paths
from looptui.core.commands import Command
from looptui.core.memory import TRIED, Memory
from looptui.errors import LooptuiError, UsageError
from looptui.ports import Workspace
from looptui.projections.views import IterationView, NeedView, RunView
from looptui.projections.wording import worded
from looptui.store.leases import Leases
from looptui.store.reader import Reader
from looptui.text import safe, safe_bytes
from looptui.tui.controller import Line
from looptui.wire import views

if TYPE_CHECKING:
    from looptui.wire.desk import Desk

_TRANSCRIPT_CHUNK = 256 * 1024


class DeskController:
    """Implements `looptui.tui.controller.Controller` over an open desk."""

    def __init__(self, root: Path, *, unsandboxed: bool = False) -> None:
        self.repo = root
        self._state_dir = paths.repo_state(root)
        self._reader = Reader(paths.state_db(self._state_dir))
        self._leases = Leases(self._state_dir / "leases")
        self._unsandboxed = unsandboxed
        self._loops: dict[str, str] = {}
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
        return views.runs(self._reader)

    def run(self, run: str) -> RunView | None:
        try:
            return views.run(self._reader, run)
        except UsageError:
            return None

    def iterations(self, run: str) -> tuple[IterationView, ...]:
        return views.iterations(self._reader, run)

    def needs(self) -> tuple[NeedView, ...]:
        return views.needs(self._reader)

    def events(self, after: int, limit: int = 200) -> tuple[Line, ...]:
        stored = (
            self._reader.latest(limit) if after < 0 else self._reader.events_since(after, limit)
        )
        return tuple(
            Line(e.seq, e.at, e.run, self._loop_name(e.run), e.kind, safe(worded(e.kind, e.data)))
            for e in sorted(stored, key=lambda event: event.seq)
        )

    def memory(self, run: str, iteration: int) -> tuple[Memory, ...]:
        used = {i for view in self.iterations(run) if view.n == iteration for i in view.memory}
        return tuple(
            Memory(row.id, row.kind, row.scope, row.subject, safe(row.text))
            for row in self._reader.memory()
            if row.id in used and row.kind != TRIED
        )

    def blob(self, ref: str) -> str:
        return safe_bytes(self._reader.blob(ref))

    def transcript(self, run: str, iteration: int, offset: int) -> tuple[str, int]:
        path = self._state_dir / "transcripts" / run / f"{iteration}.log"
        try:
            with path.open("rb") as file:
                file.seek(offset)
                data = file.read(_TRANSCRIPT_CHUNK)
        except FileNotFoundError:
            return "", offset
        whole = _whole_characters(data)
        return safe_bytes(whole), offset + len(whole)

    def driven(self, run: str) -> str:
        holder = self._leases.holder(run)
        if holder is None:
            return ""
        return "here" if holder.pid == os.getpid() else f"pid {holder.pid}"

    async def live_diff(self, run: str) -> str:
        view = self.run(run)
        if view is None or view.worktree is None:
            return ""
        with suppress(LooptuiError):
            repository = (await self.desk()).repository
            base = await repository.tree_of(view.base)
            workspace = Workspace(run, Path(view.worktree))
            return safe_bytes(await repository.live_diff(workspace, base))
        return ""

    # --- acting -------------------------------------------------------------------------------

    async def send(self, run: str, command: Command) -> str:
        try:
            desk = await self.desk()
            elsewhere = await desk.carry_out(run, command)
            if not elsewhere and command.drives:
                await self._drive(desk, run)
        except LooptuiError as error:
            return error.message
        return ""

    async def drive(self, run: str) -> str:
        try:
            await self._drive(await self.desk(), run)
        except LooptuiError as error:
            return error.message
        return ""

    def loop_files(self) -> tuple[Path, ...]:
        return tuple(sorted(paths.loops_dir(self.repo).glob("*.toml")))

    async def start(self, loop_file: Path, *, trust: bool = False) -> tuple[str, str]:
        try:
            desk = await self.desk()
            from looptui import loopfile

            made = await desk.make_run(loopfile.load(loop_file), trust=trust)
            await self._drive(desk, made.run)
        except LooptuiError as error:
            return "", f"{error.message} {error.hint}".strip()
        return made.run, ""

    async def _drive(self, desk: Desk, run: str) -> None:
        loop = await desk.loop_of(run)
        desk.supervisor.start(run, loop)

    def _loop_name(self, run: str) -> str:
        if run not in self._loops:
            view = self.run(run)
            self._loops[run] = view.loop if view else ""
        return self._loops[run]


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
