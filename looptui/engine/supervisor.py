"""Drives many runs in one process: a lease and a task each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from looptui.cancelling import cancel, finished
from looptui.core import events as ev
from looptui.core.rest import RESTS
from looptui.core.spec import Loop
from looptui.core.state import RunState
from looptui.engine.outside import Outside
from looptui.engine.recorder import Listener, Recorder
from looptui.engine.runner import Leave, Runner
from looptui.engine.steps.context import Job

log = logging.getLogger(__name__)


class Supervisor:
    """Starts, watches and stops the runs that this process drives."""

    def __init__(
        self, outside: Outside, session: ev.SessionStarted, listeners: Sequence[Listener] = ()
    ) -> None:
        self._outside = outside
        self._session = session
        self._listeners = listeners
        self._tasks: dict[str, asyncio.Task[RunState]] = {}
        self._leaves: dict[str, Leave] = {}
        self.failures: dict[str, BaseException] = {}
        """Why the last session of a run ended badly; the run itself rests where its log says."""

    def driving(self, run: str) -> bool:
        task = self._tasks.get(run)
        return task is not None and not task.done()

    def leaving(self, run: str) -> bool:
        """Whether a run that is driven here is to be handed over."""
        return self.driving(run) and self._leaves[run].asked

    def start(self, run: str, loop: Loop) -> asyncio.Task[RunState]:
        """Drive a run in the background to its next rest; LeaseHeld when another process does.

        A run that this process drives already goes on undisturbed.
        """
        task = self._tasks.get(run)
        if task is not None and not task.done():
            return task
        lease = self._outside.store.leases.acquire(run)
        self._leaves[run] = Leave()
        task = asyncio.get_running_loop().create_task(self._drive(run, loop), name=f"run {run}")
        self._tasks[run] = task
        task.add_done_callback(lambda done: lease.release())
        task.add_done_callback(lambda done: self._ended(run, done))
        return task

    async def idle(self) -> None:
        """Wait until no run is driven here."""
        while pending := [task for task in self._tasks.values() if not task.done()]:
            await asyncio.wait(pending)

    async def stop(self, runs: Sequence[str] | None = None) -> None:
        """Interrupt what is in flight, pause those runs (default: all), and wait for them."""
        await cancel([t for r, t in self._tasks.items() if runs is None or r in runs])

    async def hand_over(self, run: str, now: Callable[[], bool] = bool) -> bool:
        """End the session of a run at its next safe point; True where the run did not rest by then.

        As soon as `now` says so, the step in flight is interrupted and will be done again. Its
        lease is free then, and nobody drives it. Cancelled, the run stays here unless its session
        has ended already. False also for a run that is not driven here.
        """
        task = self._tasks.get(run)
        if task is None or task.done():
            return False
        leave = self._leaves[run]
        leave.asked, leave.now = True, now
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            if leave.left:
                await finished(task)
            raise
        finally:
            leave.asked = False
        return left_undone(task)

    async def _drive(self, run: str, loop: Loop) -> RunState:
        outside = self._outside
        recorder = await Recorder.load(
            outside.store, run, loop, outside.clock, self._listeners, outside.scrub
        )
        runner = Runner(
            Job(recorder, outside), self._leaves[run], commands_changed=outside.reader.data_version
        )
        await runner.drive(self._session)
        return recorder.state

    def _ended(self, run: str, task: asyncio.Task[RunState]) -> None:
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            self.failures[run] = failure
            log.error("the session of run %s failed", run, exc_info=failure)


def left_undone(session: asyncio.Task[RunState]) -> bool:
    """Whether a session that ended left its run to somebody else, in order and before its rest."""
    if session.cancelled() or session.exception() is not None:
        return False
    return session.result().status not in RESTS
