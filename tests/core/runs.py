"""Loops and runs for the tests of the core: plain values, built with few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.decide import decide
from looptui.core.evolve import evolve, new
from looptui.core.plan import Moment, Plan, plan
from looptui.core.spec import Criterion, GateSpec, Goal, Limits, Loop, MakerSpec

BASE = "b" * 40


def tree(number: int) -> str:
    """A tree id that reads well in a failure."""
    return f"{number:07d}" + "a" * 33


def limits(**changes: Any) -> Limits:
    return replace(Limits(), **changes)


def a_loop(bounds: Limits | None = None, **changes: Any) -> Loop:
    """One gate, one criterion, five iterations."""
    plain = Loop(
        name="fix-tests",
        owner="you@example.org",
        goal=Goal("Make the failing tests pass."),
        criteria=(Criterion("tests", "All tests pass", "pytest"),),
        maker=MakerSpec("command", ("agent",)),
        gates=(GateSpec("pytest", argv=("pytest",)),),
        limits=bounds or limits(iterations=5),
    )
    return replace(plain, **changes)


class Run:
    """A run whose events a test writes itself; `at` and `active` stand still unless moved."""

    def __init__(self, loop: Loop | None = None) -> None:
        self.state = new("r1", loop or a_loop())
        self.log: list[ev.Record] = []
        self.at = 1_000.0
        self.active = 0.0

    def add(self, *events: ev.Event, actor: str = "engine") -> Run:
        for event in events:
            record = ev.Record(event, len(self.log) + 1, self.at, actor, self.active)
            self.log.append(record)
            self.state = evolve(self.state, record)
        return self

    def plan(self) -> Plan:
        return plan(self.state, Moment(self.at, self.active))

    def planned(self) -> tuple[ev.Event, ...]:
        """The facts that `plan` wants recorded; fails for any other effect."""
        effect = self.plan().effect
        assert isinstance(effect, fx.Append), effect
        return effect.events

    def follow(self) -> fx.Effect | None:
        """Record what `plan` wants recorded until it wants something done, or nothing."""
        for _ in range(20):
            effect = self.plan().effect
            if not isinstance(effect, fx.Append):
                return effect
            self.add(*effect.events, actor=effect.actor)
        raise AssertionError(f"plan goes on recording: {self.log[-3:]}")

    def ask(self, command: cmd.Command) -> tuple[ev.Event, ...]:
        """Decide a command and record what it causes; fails when it is refused."""
        decision = decide(self.state, command, self.at)
        assert not isinstance(decision, cmd.Refusal), decision.reason
        self.add(*decision, actor="human:you")
        return decision

    def refused(self, command: cmd.Command) -> str:
        """Why a command is refused; fails when it is not."""
        decision = decide(self.state, command, self.at)
        assert isinstance(decision, cmd.Refusal), decision
        return decision.reason

    # --- a run up to some point ---------------------------------------------------------------

    def started(self) -> Run:
        """Created, in session, worktree and environment there."""
        return self.add(
            ev.RunCreated(self.state.loop.name, "s" * 64, "d" * 64, "c" * 40, BASE, "main"),
            ev.SessionStarted("headless", 1, "boot", "bubblewrap", "0.1.0"),
            ev.WorktreeOpened("/somewhere/r1", BASE),
            ev.SetupFinished(True, 0.0, "e" * 64),
        )

    def ready(self, score: float = 0.0) -> Run:
        """The baseline measured: red, with that score."""
        return self.started().add(
            *self.evidence(0, BASE, "fail", score), ev.BaselineMeasured(score)
        )

    def evidence(
        self, iteration: int, candidate: str, state: str, share: float = 0.0, signature: str = ""
    ) -> Iterable[ev.GateFinished]:
        """The same verdict of every gate."""
        whole = 1.0 if state == "pass" else share
        return [
            ev.GateFinished(
                iteration, gate.id, candidate, state, 0.1, state, whole, signature=signature
            )
            for gate in self.state.loop.gates
        ]

    def begin(self) -> Run:
        """Follow `plan` to the next call of the maker."""
        effect = self.follow()
        assert isinstance(effect, fx.Make), effect
        return self

    def make(self, candidate: str, maker: str = "ended", **report: Any) -> Run:
        """The maker ended and left this candidate."""
        n = len(self.state.iterations)
        made = {"exit_code": 0, "seconds": 1.0, **report}
        return self.add(
            ev.MakerFinished(n, maker, **made),
            ev.CandidateCaptured(n, candidate, 1, 2, 3, paths=("src/a.py",)),
        )

    def iterate(
        self,
        candidate: str,
        state: str = "fail",
        share: float = 0.0,
        signature: str = "",
        maker: str = "ended",
    ) -> Run:
        """One whole iteration, as `plan` closes it."""
        self.begin().make(candidate, maker)
        if isinstance(self.plan().effect, fx.RunGate):
            n = len(self.state.iterations)
            self.add(*self.evidence(n, candidate, state, share, signature))
        closing = self.planned()
        assert any(isinstance(e, ev.IterationFinished | ev.RunFinished) for e in closing), closing
        return self.add(*closing)

    def reviewed(self, candidate: str | None = None) -> Run:
        """One good iteration, and the review that waits for a person."""
        self.iterate(candidate or tree(1), "pass")
        assert self.follow() is None
        assert self.state.need("approval") is not None
        return self
