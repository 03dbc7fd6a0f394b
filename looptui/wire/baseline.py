"""What the gates of a loop say before any change is made: each should be red where work is left.

Everything is done in a throw-away state directory: no run, no ref and no record remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from looptui import paths
from looptui.adapters.repository import GitRepository
from looptui.core import events as ev
from looptui.core.effects import RunGate
from looptui.core.evolve import new
from looptui.core.score import goal_met
from looptui.core.spec import Loop
from looptui.core.state import ordered_gates
from looptui.engine.files import throwaway
from looptui.engine.recorder import Recorder
from looptui.engine.steps import preparing, verifying
from looptui.engine.steps.context import Job
from looptui.store.store import Store
from looptui.wire.desk import Desk

_RUN = "check"
_BROKEN = ("error", "unavailable")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate on the base."""

    gate: str
    state: str
    summary: str
    seconds: float
    words: str
    """What that means for the loop."""
    discriminates: bool | None
    """False where it passes although a criterion rests on it; None where it could not run."""


@dataclass(frozen=True, slots=True)
class Baseline:
    base: str
    """The commit."""
    verdicts: tuple[Verdict, ...] = ()
    problem: str = ""
    """Why no gate ran: setup failed."""
    met: bool = False
    """Whether the goal is met without any change."""

    @property
    def broken(self) -> bool:
        """Whether something could not be done that a run would need."""
        return bool(self.problem) or any(one.state in _BROKEN for one in self.verdicts)


async def measure(desk: Desk, loop: Loop) -> Baseline:
    """Set up the base and run every gate on it, the cheap ones first; nothing is recorded.

    The caller has asked whether the loop is trusted. RepoError, EnvironmentUnfit: no gate ran.
    """
    desk.preflight(loop)
    async with throwaway(desk.state_dir / "exports", _RUN) as place:
        repository = GitRepository.discover(desk.repository.root, place)
        store = Store.open(paths.state_db(place))
        inner = Desk(repository, place, store, mode=_RUN, unsandboxed=desk.unsandboxed)
        try:
            return await _measured(inner, loop)
        finally:
            await inner.close()


async def _measured(desk: Desk, loop: Loop) -> Baseline:
    checkout = await desk.repository.checkout()
    base, tree = await desk.base(loop, checkout.commit, checkout.tree)
    recorder = Recorder(desk.store, new(_RUN, loop), desk.clock, (), desk.scrub)
    job = Job(recorder, desk.outside)
    await recorder.append(ev.RunCreated(loop.name, "", "", base, tree, checkout.branch))
    workspace = await desk.repository.open(_RUN, tree, base)
    await recorder.append(ev.WorktreeOpened(str(Path(workspace.path)), tree))
    await recorder.append(*await preparing.setup(job))
    if job.state.setup_failed:
        return Baseline(base, problem=f"setup: {job.state.setup_failed}")
    for gate in ordered_gates(loop):
        await recorder.append(*await verifying.run_gate(job, RunGate(gate.id, tree, 0)))
    seen = job.state.baseline
    bound = {criterion.gate for criterion in loop.criteria}
    verdicts = (
        Verdict(
            gate=one.gate,
            state=one.state,
            summary=one.summary,
            seconds=one.seconds,
            words=_words(one.state, bound=one.gate in bound, red_first=loop.goal.red_first),
            discriminates=_discriminates(one.state, bound=one.gate in bound),
        )
        for one in seen
    )
    return Baseline(base, tuple(verdicts), met=goal_met(loop, seen))


def _discriminates(state: str, *, bound: bool) -> bool | None:
    if state in _BROKEN:
        return None
    return not (bound and state == "pass")


def _words(state: str, *, bound: bool, red_first: bool) -> str:
    if state in _BROKEN:
        return "cannot run here: no candidate could ever pass it"
    if state != "pass":
        return "red first, as it should be" if bound else "red before any change"
    if not bound:
        return "passes already: it guards what is there"
    if not red_first:
        return "does not discriminate: it passes before any change (red_first is off)"
    return "does not discriminate: it passes before any change"
