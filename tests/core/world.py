"""Everything around the machine, played in values: engine, maker, gates, target branch, clock.

The world drives one run as the runner does. Whatever it records is checked against what must hold
at every moment; a crash throws the live state away and reads the log again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from looptui.core import commands as cmd
from looptui.core import effects as fx
from looptui.core import events as ev
from looptui.core.breakers import gauges, limit_of, no_progress
from looptui.core.decide import decide
from looptui.core.evolve import evolve, new
from looptui.core.flaw import Flaw
from looptui.core.plan import Moment, overdue, plan
from looptui.core.rest import RESTS
from looptui.core.restoring import is_restored
from looptui.core.spec import Loop
from looptui.core.state import RunState
from tests.core.runs import BASE, tree

TARGET = "refs/heads/main"


@dataclass(frozen=True)
class Fate:
    """What the outside does with the effect in flight."""

    fails: bool = False
    """Something outside breaks: git, the disk, an adapter."""
    unfit: bool = False
    maker: str = "ended"
    change: int = 1
    """0: nothing; 1 to 8: one of eight trees; 9: back to the base."""
    denied: int = 0
    protected: bool = False
    lost: bool = False
    gate_error: bool = False
    checker: str = "pass"
    """What the checker says: pass, fail, or error."""
    gate_blind: bool = False
    """What fails is outside of every candidate."""
    usd: float = 0.0
    dirty: bool = False
    conflict: bool = False


def digest(*words: str | None) -> str:
    return hashlib.sha1(repr(words).encode()).hexdigest()


class World:
    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.state = new("r1", loop)
        self.states: list[RunState] = []
        self.read: list[RunState] = []
        self.log: list[tuple[str, str, float, str]] = []
        self.at, self.active = 1_000.0, 0.0
        self.flying: fx.Effect | None = None
        self.worktree = BASE
        self.tips = ["c" * 40]
        """The target branch, oldest first."""
        self.ours: dict[str, str] = {}
        """Commits of the run that were published anywhere, with their trees."""
        self.passed: set[tuple[str, str]] = set()
        """(gate, tree) that passed, as the log says."""
        self.judged: set[str] = set()
        """Trees that the checker passed."""
        self.approvals: list[str] = []
        self.record(
            ev.RunCreated(loop.name, "s", "d", self.tips[0], BASE, "main"), actor="human:you"
        )
        self.session()

    # --- recording ----------------------------------------------------------------------------

    def record(self, *events: ev.Event, actor: str = "engine") -> None:
        for event in events:
            before = self.state
            record = ev.Record(event, len(self.log) + 1, self.at, actor, self.active)
            self.state = evolve(before, record)
            self.log.append((event.kind, ev.encode(event, self.active), self.at, actor))
            self.states.append(self.state)
            self.check(before, event)

    def session(self) -> None:
        self.record(ev.SessionStarted("headless", 1, "boot", "bubblewrap", "0.1.0"))

    def replayed(self) -> RunState:
        """The state as the text of the log alone gives it; every prefix was the live state."""
        for n in range(len(self.read), len(self.log)):
            kind, data, at, actor = self.log[n]
            event, active = ev.decode(kind, data)
            before = self.read[-1] if self.read else new("r1", self.loop)
            self.read.append(evolve(before, ev.Record(event, n + 1, at, actor, active)))
            assert self.read[n] == self.states[n]
        return self.read[-1]

    # --- the runner ---------------------------------------------------------------------------

    def moment(self) -> Moment:
        return Moment(self.at, self.active)

    def rests(self) -> bool:
        planned = plan(self.state, self.moment())
        return self.flying is None and planned.effect is None and self.state.status in RESTS

    def step(self) -> None:
        """Ask `plan`; record facts, or start the effect."""
        effect = plan(self.state, self.moment()).effect
        match effect:
            case None:
                pass
            case fx.Append(events, actor):
                self.record(*events, actor=actor)
            case _:
                self.record(ev.EffectStarted(effect.name, "", self.state.crashes + 1))
                self.flying = effect
                if isinstance(effect, fx.Make):
                    self.record(ev.PromptBuilt(effect.iteration, "p", 10))

    def look(self, fate: Fate, *, raced: bool = False) -> None:
        """While an effect is in flight: do commands or breakers make it pointless?

        `raced`: it ended before it could be interrupted.
        """
        if self.flying is None or not self._overtaken():
            return
        if raced:
            self.finish(fate)
        else:
            self.flying = None
            if self.state.in_flight is not None:
                self.record(ev.EffectAbandoned(self.state.in_flight.effect, "interrupted"))

    def _overtaken(self) -> bool:
        for _ in range(20):
            effect = plan(self.state, self.moment()).effect
            if not isinstance(effect, fx.Append):
                return effect != self.flying
            self.record(*effect.events, actor=effect.actor)
        raise AssertionError("plan goes on recording while an effect is in flight")

    def finish(self, fate: Fate) -> None:
        """The effect in flight ends."""
        effect, self.flying = self.flying, None
        assert effect is not None
        results = self.perform(effect, fate)
        if self.state.in_flight is not None:
            self.record(*results)

    def crash(self, fate: Fate, *, acted: bool) -> None:
        """The process dies; `acted`: after the outside changed and before that was recorded."""
        effect, self.flying = self.flying, None
        if effect is not None and acted:
            self.perform(effect, fate)
        self.state = self.replayed()
        if self.state.in_flight is not None:
            name = self.state.in_flight.effect
            self.record(ev.EffectAbandoned(name, "its session died", crashed=True))
        self.session()

    def ask(self, command: cmd.Command) -> bool:
        """Send a command; whether it was accepted. A wait that ran out is judged first."""
        self.record(*overdue(self.state, self.moment()))
        before = self.state
        decision = decide(self.state, command, self.at)
        if isinstance(decision, cmd.Refusal):
            assert decision.reason
            assert self.state is before
            return False
        if isinstance(command, cmd.Approve | cmd.TakeHunks):
            self._check_approval(command)
        self.record(*decision, actor="human:you")
        return True

    def tick(self, seconds: float) -> None:
        self.at += seconds
        if self.state.status == "active":
            self.active += seconds

    def drive(self, fate: Fate, most: int) -> int:
        """Steps to the next rest under one fate; fails above `most`."""
        for count in range(most):
            if self.rests():
                return count
            if self.flying is not None:
                self.finish(fate)
            elif self.state.status == "parked":
                self.tick(3600.0)
            self.step()
        raise AssertionError(f"no rest after {most} steps: {[kind for kind, *_ in self.log[-8:]]}")

    # --- the outside --------------------------------------------------------------------------

    def move_target(self) -> None:
        """Somebody else commits to the target branch."""
        self.tips.append(digest("other", str(len(self.tips))))

    def perform(self, effect: fx.Effect, fate: Fate) -> tuple[ev.Event, ...]:
        """What the effect changes outside, and what it reports."""
        if fate.fails:
            return (ev.EffectFailed(effect.name, "broken pipe", fate.unfit),)
        match effect:
            case fx.OpenWorktree():
                return (ev.WorktreeOpened("/somewhere/r1", BASE),)
            case fx.RunSetup():
                return (ev.SetupFinished(True, 0.0, "e" * 64),)
            case fx.Make(iteration):
                self.worktree = self._made(iteration, fate)
                cost = round(fate.usd * 1e6)
                return (ev.MakerFinished(iteration, fate.maker, 0, 1.0, "", 1, 1, cost),)
            case fx.Capture(iteration):
                return self._captured(iteration, fate)
            case fx.RunGate(gate, candidate, iteration):
                return (self._verdict(gate, candidate, iteration, fate),)
            case fx.Check(candidate, iteration):
                return (self._checked(candidate, iteration, fate),)
            case fx.PlanLanding(approved):
                return (self._planned(approved, fate),)
            case fx.Rebase(work, onto):
                return (self._rebased(work, onto, fate),)
            case fx.Pick(whole, hunks):
                return (_picked(whole, hunks, fate),)
            case fx.Publish(commit):
                return (self._published(commit, fate),)
            case fx.Tidy():
                return (ev.WorktreeRemoved(),)
        raise TypeError(effect)

    def _made(self, iteration: int, fate: Fate) -> str:
        start = self.state.iterations[iteration - 1].start_tree
        return {0: start, 9: BASE}.get(fate.change, tree(fate.change))

    def _captured(self, iteration: int, fate: Fate) -> tuple[ev.Event, ...]:
        start = self.state.iterations[iteration - 1].start_tree
        if fate.lost:
            return (ev.CandidateCaptured(iteration, start, lost="the worktree is gone"),)
        denied = [ev.PermissionDenied(iteration, f"x{n}", "deny x*") for n in range(fate.denied)]
        protected = ("tests/test_a.py",) if fate.protected else ()
        captured = ev.CandidateCaptured(iteration, self.worktree, 1, 1, 1, protected=protected)
        return (*denied, captured)

    def quality(self, gate: str, candidate: str) -> float:
        """Share of the tests that pass: always the same for the same tree."""
        if candidate == BASE:
            return 1.0 if self.loop.goal.text == "met" else 0.5
        known = {tree(1): 1.0, tree(2): 1.0, tree(3): 1.0 if gate == "lint" else 0.9}
        others = {tree(n): n / 10 for n in range(4, 9)}
        merged = 1.0 if int(candidate[-1], 16) > 3 else 0.7
        return {**known, **others}.get(candidate, merged)

    def _verdict(self, gate: str, candidate: str, iteration: int, fate: Fate) -> ev.GateFinished:
        share = self.quality(gate, candidate)
        broken = fate.gate_error or fate.gate_blind
        state = "error" if broken else "pass" if share == 1.0 else "fail"
        signature = "" if state == "pass" else digest(gate, str(round(share, 1)))
        return ev.GateFinished(
            iteration,
            gate,
            candidate,
            state,
            0.1,
            state,
            share,
            signature=signature,
            blameless=fate.gate_blind,
        )

    def _checked(self, candidate: str, iteration: int, fate: Fate) -> ev.CheckFinished:
        if fate.checker == "pass":
            self.judged.add(candidate)
        flaw = Flaw(candidate[:12], "a.py", 1, "major", "wrong")
        found = (flaw,) if fate.checker == "fail" else ()
        score = {"pass": 1.0, "fail": 0.5}.get(fate.checker, 0.0)
        return ev.CheckFinished(
            iteration, candidate, fate.checker, "so so", "litellm", "m", "m", score, 0.8,
            findings=found,
        )  # fmt: skip

    def _planned(self, approved: str, fate: Fate) -> ev.Event:
        way = self.state.way or self.loop.landing.way
        if way != "squash":
            return ev.LandingPlanned(
                way, f"refs/heads/looptui/{way}", None, digest(approved, way), approved
            )
        tip = self.tips[-1]
        if tip != (self.state.merged_onto or self.state.base):
            if fate.conflict:
                return ev.LandingBlocked("conflict", "conflicts in src/a.py", "looptui/x/r1")
            return ev.TargetMoved(tip, digest("merge", approved, tip))
        return ev.LandingPlanned("squash", TARGET, tip, digest("commit", approved, tip), approved)

    def _rebased(self, work: str, onto: str, fate: Fate) -> ev.Event:
        tip = self.tips[-1]
        if tip == onto:
            return ev.Rebased(tip, digest("base", tip), work)
        conflicts = ("src/a.py",) if fate.conflict else ()
        return ev.Rebased(tip, digest("base", tip), digest("rebase", work, tip), conflicts)

    def _published(self, commit: str, fate: Fate) -> ev.Event:
        landing = self.state.landing
        assert landing is not None
        assert landing.commit == commit
        if commit not in self.ours:
            if fate.dirty:
                return ev.LandingBlocked("dirty", "main is checked out and dirty", "looptui/x/r1")
            if landing.ref == TARGET and self.tips[-1] != landing.old:
                return ev.LandingBlocked("moved", "the target moved meanwhile")
            if landing.ref == TARGET:
                self.tips.append(commit)
            self.ours[commit] = landing.tree
        return ev.Landed(landing.way, landing.ref, commit)

    # --- what must hold -----------------------------------------------------------------------

    def check(self, before: RunState, event: ev.Event) -> None:
        after = self.state
        if before.terminal:
            assert (after.status, after.reason, after.unfit) == (
                before.status,
                before.reason,
                before.unfit,
            )
        grows = ("micro_usd", "tokens", "denials", "active", "next_need", "best_score")
        chosen = before.open_iteration is not None and is_restored(before.open_iteration)
        chosen = chosen and isinstance(event, ev.IterationFinished)
        # What every gate passes is the best whatever the checker's score of it is.
        judged = isinstance(event, ev.IterationFinished) and event.outcome in ("good", "disputed")
        chosen = chosen or (judged and after.loop.checker is not None)
        elsewhere = chosen or isinstance(event, ev.Rebased | ev.TreePicked | ev.GatesRerun)
        for name in grows[: -1 if elsewhere else None]:
            assert getattr(after, name) >= getattr(before, name), name
        assert len(after.iterations) >= len(before.iterations)
        assert len(self.ours) <= 1, self.ours
        assert not (after.best and after.iterations[after.best - 1].denied)
        assert (after.status == "waiting") == bool(after.needs) or after.status == "tripped"
        match event:
            case ev.IterationStarted():
                self._check_start(before, event)
            case ev.IterationRestored():
                assert event.run or event.tree in {self.state.base_tree, *self.trees(before)}
                assert before.approved is None
                assert after.candidate is None
            case ev.EffectStarted("make"):
                self._check_budget()
            case ev.GateFinished(state="pass"):
                self.passed.add((event.gate, event.tree))
            case ev.NeedOpened(type="approval"):
                assert event.tree == before.candidate
                assert self.verified(event.tree)
                assert event.card
            case ev.CandidateApproved():
                assert event.tree == before.candidate
                assert self.verified(event.tree)
                known = self.loop.checker is None or event.tree in self.judged
                assert known or (event.reason.strip() and after.approved_by.startswith("human"))
                self.approvals.append(event.tree)
            case ev.HunksTaken():
                assert event.tree == before.candidate
                assert self.verified(event.tree)
            case ev.ApprovalWithdrawn():
                assert before.landing is None
                assert after.approved is None
                assert self.verified(after.candidate)
            case ev.LandingPlanned() | ev.Landed():
                landing = after.landing
                assert landing is not None
                assert landing.tree == after.approved == self.approvals[-1]
            case ev.NeedClosed() if before.status == "waiting":
                need = next(n for n in before.needs if n.id == event.need)
                wait = limit_of(before, "escalation")
                assert need.type != "escalation" or self.at - need.since < wait
            case ev.RunPaused():
                assert before.in_flight is None or before.pause_now
            case ev.RunFinished(state="landed"):
                assert after.landed in self.ours
            case ev.RunFinished(state="completed"):
                assert not self.ours

    def verified(self, candidate: str | None) -> bool:
        return all((gate.id, candidate) in self.passed for gate in self.loop.gates if gate.required)

    @staticmethod
    def trees(state: RunState) -> set[str | None]:
        """What is in no way forbidden to be built on."""
        return {one.tree for one in state.iterations if not one.denied}

    def _check_start(self, before: RunState, event: ev.IterationStarted) -> None:
        base = before.base_tree
        assert event.start_tree == (base if event.strategy == "fresh" else before.best_tree)
        room = max(limit_of(before, "iterations"), before.half_open.get("iterations", 0.0) + 1)
        assert before.rounds + 1 <= room
        still = no_progress(before)
        assert still < limit_of(before, "stall") or "stall" in before.half_open
        assert before.open_iteration is None
        assert before.candidate is None
        if event.strategy == "refine" and before.best_tree != base and not still:
            rounds = [i for i in before.iterations if i.n > max(before.gained, before.fresh_from)]
            fruitless = [i for i in rounds if i.outcome != "error"]
            assert len(fruitless) < self.loop.limits.stall.fresh_after or rounds[-1].feedback

    def _check_budget(self) -> None:
        readings = {g.breaker: g for g in gauges(self.state, self.at, self.active)}
        for name in ("cost", "tokens", "time", "errors", "permission"):
            assert readings[name].state != "tripped", readings[name]

    def _check_approval(self, command: cmd.Approve | cmd.TakeHunks) -> None:
        need = self.state.need("approval")
        assert need is not None
        assert (need.tree or "").startswith(command.tree)
        assert need.tree == self.state.candidate


def _picked(whole: str, hunks: str, fate: Fate) -> ev.Event:
    if fate.conflict:
        return ev.TreePicked(whole, "", problem="these hunks cannot be taken apart")
    protected = ("tests/test_a.py",) if fate.protected else ()
    return ev.TreePicked(whole, digest("pick", whole, hunks), 1, 1, 1, protected)
