"""The driver of one run: ask `plan`, perform the effect, append the result, ask again.

Recovery is the same code: the state is replayed, what was in flight is abandoned, `plan` is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from looptui import proc
from looptui.cancelling import cancel, finished
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.plan import Plan, plan
from looptui.core.rest import RESTS
from looptui.engine.answering import answer_all
from looptui.engine.files import sweep
from looptui.engine.perform import perform, subject
from looptui.engine.purse import reconcile
from looptui.engine.steps.context import Job

POLL = 0.1
"""Seconds between looks at the command inbox while an effect is in flight."""
BEAT = 5.0
"""Longest silence in the log while a run is active: bounds what a crash hides from the clock."""


HANDED_OVER = "handed over"
"""Why a session ended where another process drives the run on."""


@dataclass(slots=True)
class Leave:
    """Whether a session shall end before its run rests, for another process to drive it on."""

    asked: bool = False
    """At the next safe point: when the step in flight has ended."""
    now: Callable[[], bool] = bool
    """Whether to interrupt the step in flight; it is done again. A landing is never interrupted."""
    left: bool = False
    """It ends for that, and nothing holds it back any more."""


class Runner:
    """Drives one run while its lease is held."""

    def __init__(self, job: Job, leave: Leave, *, commands_changed: Callable[[], int]) -> None:
        self._job = job
        self._leave = leave
        self._recorder = job.recorder
        self._commands_changed = commands_changed
        self._place = job.outside.places()
        self._seen = -1

    async def drive(self, session: ev.SessionStarted) -> None:
        """Drive the run to its next rest, or until it shall be left to another process.

        Cancellation interrupts the effect in flight and pauses the run.
        """
        await self._recover()
        self._recorder.drive()
        try:
            await self._recorder.append(session)
            while not (await self._rested() or self._leaves()):
                await self._step()
        except asyncio.CancelledError:
            pausing = asyncio.ensure_future(self._pause())
            await finished(pausing)
            pausing.result()
            raise
        finally:
            self._place.leave()
        await self._recorder.append(ev.SessionEnded(self._why_ended()))

    async def _pause(self) -> None:
        await self._recorder.append(*self._interrupted("the session ended"))
        if self._recorder.state.status in ("active", "queued"):
            await self._recorder.append(ev.RunPaused("its session ended"))

    async def _recover(self) -> None:
        """What a session that died left in flight is abandoned; its leftovers are removed."""
        state = self._recorder.state
        if not state.session:
            return
        await asyncio.to_thread(sweep, self._job.exports, state.id)
        await proc.sweep(f"LOOPTUI_RUN_ID={state.id}")
        in_flight = state.in_flight
        if in_flight is not None:
            await self._job.outside.repository.sweep_locks(state.id)
            reason = "its session died"
            await self._recorder.append(ev.EffectAbandoned(in_flight.effect, reason, crashed=True))
        await reconcile(self._recorder)

    async def _rested(self) -> bool:
        """Whether there is nothing to do until a person comes; answers what they sent first."""
        await self._answer_commands()
        planned = self._plan()
        return planned.effect is None and self._recorder.state.status in RESTS

    def _leaves(self) -> bool:
        """Whether this is a safe point at which the run shall be left."""
        if not self._leave.asked or self._recorder.state.terminal:
            return False
        self._leave.left = not isinstance(self._plan().effect, fx.Append)
        return self._leave.left

    def _why_ended(self) -> str:
        status = self._recorder.state.status
        return status if status in RESTS else HANDED_OVER

    async def _step(self) -> None:
        planned = self._plan()
        match planned.effect:
            case None:
                await self._doze(planned.wake)
            case fx.Append(events, actor):
                await self._recorder.append(*events, actor=actor)
            case effect if effect.works and not self._place.take():
                most = self._job.outside.places.most
                at_work = f"{most} run is" if most == 1 else f"{most} runs are"
                await self._recorder.append(ev.RunQueued(f"waits for its turn: {at_work} at work"))
            case effect:
                await self._perform(effect)

    def _plan(self) -> Plan:
        return plan(self._recorder.state, self._recorder.moment())

    async def _doze(self, wake: float | None) -> None:
        if self._recorder.state.status == "queued" and self._place.take():
            await self._recorder.append(ev.RunUnqueued())
        else:
            await asyncio.sleep(min(POLL, wake) if wake is not None else POLL)

    # --- an effect in flight ------------------------------------------------------------------

    async def _perform(self, effect: fx.Effect) -> None:
        attempt = self._recorder.state.crashes + 1
        await self._recorder.append(ev.EffectStarted(effect.name, subject(effect), attempt))
        task = asyncio.ensure_future(perform(self._job, effect))
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=POLL)
                if not task.done() and await self._overtaken(effect):
                    break
        finally:
            try:
                await cancel([task])
            finally:
                await self._conclude(task)
        await self._recorder.append(*self._interrupted("interrupted"))

    async def _conclude(self, task: asyncio.Future[tuple[ev.Event, ...]]) -> None:
        """Record what an effect came to, also one that ended in the instant of its cancellation.

        Of a run that has ended meanwhile only what the call of its maker came to still counts.
        """
        if task.cancelled():
            return
        events = task.result()
        if self._recorder.state.in_flight is None:
            events = tuple(event for event in events if isinstance(event, ev.MakerFinished))
        await self._recorder.append(*events)

    async def _overtaken(self, effect: fx.Effect) -> bool:
        """Whether commands or breakers make the effect in flight pointless."""
        await self._answer_commands()
        if self._recorder.quiet_for() > BEAT:
            await self._recorder.append(ev.TimePassed())
        if self._leave.asked and effect.works and self._leave.now():
            return True
        planned = self._plan()
        while isinstance(planned.effect, fx.Append):
            await self._recorder.append(*planned.effect.events, actor=planned.effect.actor)
            planned = self._plan()
        return planned.effect != effect or self._recorder.state.in_flight is None

    def _interrupted(self, reason: str) -> tuple[ev.Event, ...]:
        in_flight = self._recorder.state.in_flight
        return (ev.EffectAbandoned(in_flight.effect, reason),) if in_flight else ()

    # --- commands -----------------------------------------------------------------------------

    async def _answer_commands(self) -> None:
        changed = self._commands_changed()
        if changed == self._seen:
            return
        self._seen = changed
        await answer_all(self._job.outside.store, self._recorder)
