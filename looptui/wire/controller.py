"""The screen's Controller: reads projections, sends commands, drives runs in this process.

Reading needs the database alone; git, sandbox and the writer are opened with the first action,
after the first frame.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import paths
from looptui.errors import LooptuiError
from looptui.text import safe, safe_bytes
from looptui.tui.controller import Answer, LoopCard, Reads, Written
from looptui.wire.reading import Reading
from looptui.wire.waits import Waits

if TYPE_CHECKING:
    from looptui.core.commands import Command
    from looptui.core.spec import Loop, MakerSpec
    from looptui.detecting.values import Survey
    from looptui.loopfile import Loaded, Problem
    from looptui.ports import Notifier
    from looptui.projections.values import RunView
    from looptui.tui.handing import Leftovers
    from looptui.tui.logbook import Verified
    from looptui.tui.memories import PromptCard
    from looptui.wire.desk import Desk
    from looptui.wire.overriding import Overrides

log = logging.getLogger(__name__)


class DeskController:
    """Implements `looptui.tui.controller.Controller` over a desk that is opened when needed."""

    def __init__(
        self,
        root: Path,
        *,
        unsandboxed: bool = False,
        overrides: Overrides | None = None,
        read_only: bool = False,
    ) -> None:
        self.repo = root
        self._reading = Reading(root)
        self._reader = ThreadPoolExecutor(1, "reader")
        self._closed = False
        self._unsandboxed = unsandboxed
        self._overrides = overrides
        self._read_only = read_only
        self._opened: Desk | None = None
        self._opening = asyncio.Lock()
        self._waits = Waits(self._settle, time.time)
        self._waiting: asyncio.Task[None] | None = None
        self._hurried = asyncio.Event()

    async def desk(self) -> Desk:
        """The whole desk, opened once; whatever `Desk.open` raises."""
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(
                    _open, self.repo, unsandboxed=self._unsandboxed, read_only=self._read_only
                )
            return self._opened

    def begin(self) -> None:
        from looptui.wire import logfile

        state_dir = paths.ensure_private(paths.repo_state(self.repo), self.repo)
        logfile.keep(paths.log_file(state_dir))
        self._waiting = asyncio.get_running_loop().create_task(self._waits.run(), name="waits")

    async def close(self) -> tuple[RunView, ...]:
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.wait({self._waiting})
        if self._opened is not None:
            await self._opened.close()
        if self._closed:
            return ()
        self._closed = True
        last = asyncio.get_running_loop().run_in_executor(self._reader, self._reading.close)
        self._reader.shutdown(wait=False)
        return await last

    async def read(self, question: Callable[[Reads], Answer]) -> Answer:
        loop, seen = asyncio.get_running_loop(), self._reading.seen
        if self._closed:
            await loop.create_future()  # the app ends, and takes down whoever still asks
        answer = await loop.run_in_executor(self._reader, question, self._reading)
        if self._reading.seen is not seen:
            self._waits.see(self._reading.seen)
        return answer

    async def _settle(self, run: str) -> None:
        await (await self.desk()).settle(run)

    # --- diffs --------------------------------------------------------------------------------

    async def live_diff(self, run: str) -> str:
        from looptui.ports import Workspace

        view = await self.read(lambda reads: reads.run(run))
        if view is None or view.worktree is None:
            return ""
        with suppress(LooptuiError, FileNotFoundError):
            repository = (await self.desk()).repository
            base = await repository.tree_of(view.base)
            workspace = Workspace(run, Path(view.worktree))
            return safe_bytes(await repository.live_diff(workspace, base))
        return ""

    async def review_diff(self, run: str, tree: str) -> str:
        from looptui.wire import diffs

        def look(reads: Reads) -> tuple[diffs.Candidate, str] | None:
            view = reads.run(run)
            if view is None:
                return None
            candidate = diffs.of_tree(self._reading.store, view, tree)
            return candidate, reads.blob(candidate.diff) if candidate.diff else ""

        found = await self.read(look)
        if found is None or found[0].diff is not None:
            return found[1] if found else ""
        desk = await self.desk()
        return safe_bytes(desk.scrub.patch(await diffs.computed(desk.repository, found[0])))

    async def review_file(self, run: str, tree: str, path: str) -> str:
        from looptui.wire import reviewing

        with suppress(LooptuiError):
            desk = await self.desk()
            return await reviewing.content(desk.repository, desk.scrub, tree, path)
        return ""

    async def picked(self, run: str, tree: str, hunks: str) -> tuple[str, str]:
        from looptui.wire import diffs, reviewing

        def look(reads: Reads) -> diffs.Candidate | None:
            view = reads.run(run)
            return diffs.of_tree(self._reading.store, view, tree) if view else None

        try:
            candidate = await self.read(look)
            if candidate is None:
                return "", "the run is gone"
            return await reviewing.picked((await self.desk()).repository, candidate, hunks), ""
        except LooptuiError as error:
            return "", _words(error)

    def keep_draft(self, run: str, text: str) -> None:
        from looptui.wire import drafts

        def keep() -> None:
            try:
                drafts.keep(paths.repo_state(self.repo), run, text)
            except OSError as error:
                log.warning("the draft of a review of %s was not kept: %s", run, error)

        if not self._closed:
            self._reader.submit(keep)

    # --- acting -------------------------------------------------------------------------------

    async def send(self, run: str, command: Command) -> str:
        try:
            desk = await self.desk()
            elsewhere = await desk.carry_out(run, command)
            if not elsewhere and command.drives:
                await self._drive(desk, run)
        except LooptuiError as error:
            return _words(error)
        return ""

    async def remember(self, command: Command) -> tuple[str, str]:
        from looptui.core.codec import reworded
        from looptui.wire import remembering

        try:
            desk = await self.desk()
            asked = remembering.as_stored(desk.reader, reworded(command, safe))
            return await remembering.carry_out(desk, asked), ""
        except LooptuiError as error:
            return "", _words(error)

    async def preview(self, run: str) -> PromptCard:
        from looptui.tui.memories import PromptCard
        from looptui.wire import previewing

        try:
            found = await previewing.preview(await self.desk(), run)
        except LooptuiError as error:
            return PromptCard(problem=_words(error))
        prompt = found.prompt
        return PromptCard(found.iteration, prompt.sections, safe(prompt.text))

    async def drive(self, run: str) -> str:
        try:
            await self._drive(await self.desk(), run)
        except LooptuiError as error:
            return _words(error)
        return ""

    async def hand_over(self, runs: Sequence[str]) -> tuple[int, str]:
        from looptui.wire.detaching import hand_over

        self._hurried.clear()
        try:
            return await hand_over(await self.desk(), runs, self._hurried.is_set), ""
        except LooptuiError as error:
            return 0, _words(error)

    def hand_over_now(self) -> None:
        self._hurried.set()

    async def resume_away(self, run: str) -> tuple[int, str]:
        from looptui.core.commands import Resume
        from looptui.wire.detaching import give_away

        try:
            desk = await self.desk()
            elsewhere = await desk.carry_out(run, Resume())
            return 0 if elsewhere else await give_away(desk, [run]), ""
        except LooptuiError as error:
            return 0, _words(error)

    async def leftovers(self, runs: Sequence[str]) -> tuple[Leftovers, ...]:
        from looptui.wire.reconciling import leftovers

        try:
            return await leftovers(await self.desk(), runs)
        except LooptuiError:
            return ()

    async def _drive(self, desk: Desk, run: str) -> None:
        await desk.start(run)

    # --- loop files ---------------------------------------------------------------------------

    async def look_at(self, loop_file: Path) -> LoopCard:
        try:
            loaded = await self._load(loop_file)
            trusted = (await self.desk()).trust.known(loaded.digest)
        except LooptuiError as error:
            return LoopCard(loop_file, safe(loop_file.stem), problem=_words(error))
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
            made = await desk.make_run(
                loaded, trust=trust or bool(digest), overrides=self._overrides
            )
            await self._drive(desk, made.run)
        except LooptuiError as error:
            return "", _words(error)
        return made.run, ""

    async def fork(self, run: str, iteration: int, reason: str) -> tuple[str, str]:
        from looptui.wire import forking

        try:
            desk = await self.desk()
            made = await forking.fork(desk, run, iteration, reason)
            await self._drive(desk, made)
        except LooptuiError as error:
            return "", _words(error)
        return made, ""

    async def verify_log(self, progress: Callable[[int], None]) -> Verified:
        from looptui.wire import logbook

        def tell(done: int) -> None:
            if self._closed:
                raise LooptuiError("The app ends", "`looptui audit verify` does it as well.")
            progress(done)

        return await asyncio.to_thread(logbook.verify, self._database, tell)

    async def export_log(self, file: Path) -> tuple[int, str]:
        from looptui.wire import logbook

        try:
            return await asyncio.to_thread(logbook.export, self._database, file), ""
        except LooptuiError as error:
            return 0, _words(error)

    @property
    def _database(self) -> Path:
        return paths.state_db(paths.repo_state(self.repo))

    async def survey(self) -> Survey:
        from looptui.wire import starting

        return await asyncio.to_thread(starting.look, self.repo)

    async def check_text(self, name: str, text: str) -> tuple[Problem, ...]:
        from looptui.wire import starting

        return await asyncio.to_thread(starting.problems, self.repo, name, text)

    async def write_loop(self, name: str, text: str, *, replace: bool = False) -> Written:
        from looptui.wire import starting

        path = starting.loop_file(self.repo, name)
        if self._read_only:
            return Written(path, "this was opened with --read-only")
        if not replace and os.path.lexists(path):
            return Written(path, f"{path.name} is there already", taken=True)
        try:
            await asyncio.to_thread(starting.write, path, text, replace=replace)
        except LooptuiError as error:
            return Written(path, _words(error))
        return Written(path)

    def notifiers(
        self, channels: Sequence[str], command: Sequence[str], write: Callable[[str], None]
    ) -> tuple[Notifier, ...]:
        from looptui.wire import notifying

        return notifying.notifiers(channels, tuple(command), write)

    async def _load(self, loop_file: Path) -> Loaded:
        from looptui import loopfile

        return await asyncio.to_thread(loopfile.load, loop_file, self.repo)


def _open(root: Path, *, unsandboxed: bool, read_only: bool) -> Desk:
    """In a thread: importing git alone takes a tenth of a second."""
    from looptui.wire.desk import Desk

    return Desk.open(root, mode="screen", unsandboxed=unsandboxed, read_only=read_only)


def _words(error: LooptuiError) -> str:
    return safe(f"{error.message}. {error.hint}" if error.hint else error.message)


def _of_maker(maker: MakerSpec) -> str:
    """What is started for a maker, in words."""
    import shlex

    from looptui.detecting.presets import presets

    preset = presets().get(maker.agent)
    if preset is None:
        return shlex.join(maker.argv) or f"{maker.agent} (built in)"
    return shlex.join((*(maker.argv or (preset.program,)), *preset.argv, *maker.args))


def _commands(loop: Loop) -> tuple[tuple[str, str], ...]:
    """Every command of a loop that would run on this machine."""
    import shlex

    found = [("setup", shlex.join(argv)) for argv in loop.workspace.setup.argv]
    found.append(("maker", _of_maker(loop.maker)))
    found += [(f"gate {gate.id}", shlex.join(gate.argv)) for gate in loop.gates if gate.argv]
    return tuple((safe(role), safe(command)) for role, command in found)
