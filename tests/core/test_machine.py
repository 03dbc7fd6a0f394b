from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from looptui.core import commands as cmd
from looptui.core.spec import Approval, CheckerSpec, GateSpec, Goal, Landing
from tests.core.runs import BASE, a_loop, limits, tree
from tests.core.world import Fate, World, digest

GOOD = Fate(change=1)
RARELY = st.sampled_from([False] * 9 + [True])
FATES = st.builds(
    Fate,
    fails=RARELY,
    unfit=RARELY,
    maker=st.sampled_from(["ended"] * 6 + ["failed", "timeout", "gave-up"]),
    change=st.integers(0, 9),
    denied=st.sampled_from([0] * 8 + [1, 2]),
    protected=RARELY,
    lost=RARELY,
    gate_error=RARELY,
    gate_blind=RARELY,
    checker=st.sampled_from(["pass", "pass", "fail", "error"]),
    usd=st.sampled_from([0.0, 0.1, 2.0]),
    dirty=RARELY,
    conflict=RARELY,
)
LOOPS = st.builds(
    lambda iterations, mode, two, escalate, way, red_first, met, judge: a_loop(
        limits(iterations=iterations, escalate_at=escalate, time=3600.0, human_wait=600.0),
        approval=Approval(mode),
        landing=Landing(way),
        goal=Goal("met" if met else "Make it so.", red_first=red_first),
        checker=judge,
        gates=(GateSpec("pytest", order=2), GateSpec("lint", order=1))[: 2 if two else 1],
    ),
    st.integers(1, 8),
    st.sampled_from(["each-change", "each-change", "auto"]),
    st.booleans(),
    st.sampled_from([None, 0.5, 0.8, 0.95]),
    st.sampled_from(["squash", "squash", "branch"]),
    st.booleans(),
    st.sampled_from([False, False, True]),
    st.sampled_from([None, None, CheckerSpec(model="m", rounds=2)]),
)
WORDS = st.sampled_from(["", "because"])
HUNKS = st.sampled_from(["1", "1,3-5", "2", "none", "x"])


class Machine(RuleBasedStateMachine):
    """The world at random: fates, crashes, commands and time in any order."""

    world: World

    @initialize(loop=LOOPS, good=st.sampled_from([1, 2, 3]), landing=st.integers(0, 7))
    def begin(self, loop: Any, good: int, landing: int) -> None:
        """Most begin at a review, or some steps into the landing, where most is at stake."""
        self.world = World(loop)
        if landing:
            self.towards_landing(good, landing)

    @rule(good=st.sampled_from([1, 2]), steps=st.integers(1, 7))
    def towards_landing(self, good: int, steps: int) -> None:
        """To the next rest; if that is a review, approve it and go some half steps on."""
        for _ in range(60):
            if self.world.rests():
                break
            self.go_half(Fate(change=good))
        need = self.world.state.need("approval")
        if need is not None and steps > 1:
            self.world.ask(cmd.Approve(need.tree or "", "fine"))
            for _ in range(steps - 1):
                self.go_half(GOOD)

    @rule(fate=FATES)
    def go_half(self, fate: Fate) -> None:
        """Start an effect, or end the one in flight."""
        if self.world.flying is not None:
            self.world.finish(fate)
        else:
            self.world.step()

    @rule(fate=FATES)
    def go_on(self, fate: Fate) -> None:
        for _ in range(3):
            self.go_half(fate)

    @rule(fate=FATES)
    def go_far(self, fate: Fate) -> None:
        """One fate for a while, so that histories get long."""
        for _ in range(40):
            self.go_half(fate)

    @rule(fate=FATES, acted=st.booleans())
    def crash(self, fate: Fate, acted: bool) -> None:
        self.world.crash(fate, acted=acted)

    @rule(seconds=st.sampled_from([0.5, 90.0, 700.0, 100_000.0]), fate=FATES)
    def time_passes(self, seconds: float, fate: Fate) -> None:
        self.world.tick(seconds)
        self.world.look(fate)

    @rule()
    def target_moves(self) -> None:
        self.world.move_target()

    @rule(way=st.sampled_from(["", "", "squash", "branch", "patch", "teleport"]))
    def promote(self, way: str) -> None:
        self.world.ask(cmd.Promote(way))
        self.world.look(GOOD)

    @rule(fate=FATES, raced=st.booleans(), now=st.booleans())
    def pause(self, fate: Fate, raced: bool, now: bool) -> None:
        self.world.ask(cmd.Pause(now))
        self.world.look(fate, raced=raced)

    @rule(reset=st.booleans(), reason=WORDS)
    def resume(self, reset: bool, reason: str) -> None:
        self.world.ask(cmd.Resume(reset, reason))

    @rule(stale=st.booleans(), reason=WORDS)
    def approve(self, stale: bool, reason: str) -> None:
        waiting = self.world.state.need("approval")
        tree = BASE if stale or waiting is None else waiting.tree or ""
        accepted = self.world.ask(cmd.Approve(tree, reason))
        assert not (accepted and stale and waiting is not None and waiting.tree != BASE)

    @rule(hunks=HUNKS, reason=WORDS, honest=st.sampled_from([True, True, True, False]))
    def take_hunks(self, hunks: str, reason: str, honest: bool) -> None:
        """A dishonest one names another tree than its hunks make."""
        waiting = self.world.state.need("approval")
        whole = waiting.tree or "" if waiting is not None else BASE
        taken = digest("pick", whole, hunks if honest else "all")
        accepted = self.world.ask(cmd.TakeHunks(whole, hunks, taken, reason))
        assert not (accepted and hunks in ("none", "x"))

    @rule()
    def withdraw(self) -> None:
        state = self.world.state
        whole = state.approved or (state.picking.of if state.picking else BASE)
        self.world.ask(cmd.Withdraw(whole, "on second thoughts"))
        self.world.look(GOOD)

    @rule(text=WORDS, hunks=st.one_of(st.just(""), HUNKS))
    def send_back(self, text: str, hunks: str) -> None:
        tree = next((need.tree for need in self.world.state.needs if need.tree), BASE)
        self.world.ask(cmd.SendBack(tree or "", text, hunks))

    @rule(n=st.integers(-1, 5), reason=WORDS, fate=FATES, raced=st.booleans())
    def restore(self, n: int, reason: str, fate: Fate, raced: bool) -> None:
        accepted = self.world.ask(cmd.Restore(n, reason))
        assert not (accepted and (n < 0 or not reason))
        self.world.look(fate, raced=raced)

    @rule(reason=WORDS)
    def rerun(self, reason: str) -> None:
        self.world.ask(cmd.Rerun(reason))

    @rule(answer=st.sampled_from(["continue", "retry", "continue", "stop"]), text=WORDS)
    def answer(self, answer: str, text: str) -> None:
        for need in self.world.state.needs:
            self.world.ask(cmd.Answer(need.id, answer, text))

    @rule(text=WORDS)
    def nudge(self, text: str) -> None:
        self.world.ask(cmd.Nudge(text))

    @rule(
        breaker=st.sampled_from(["iterations", "cost", "time", "errors", "stall", "nothing"]),
        limit=st.sampled_from([-1.0, 0.9, 4.0, 20.0, 1e5, float("nan")]),
    )
    def limit(self, breaker: str, limit: float) -> None:
        self.world.ask(cmd.SetLimit(breaker, limit, "a reason"))
        self.world.look(GOOD)

    @precondition(lambda self: len(self.world.log) > 30)
    @rule(fate=FATES, raced=st.booleans(), discard=st.booleans())
    def stop(self, fate: Fate, raced: bool, discard: bool) -> None:
        self.world.ask(cmd.Discard() if discard else cmd.Stop())
        self.world.look(fate, raced=raced)

    @precondition(lambda self: len(self.world.log) > 30)
    @rule()
    def reject(self) -> None:
        tree = next((need.tree for need in self.world.state.needs if need.tree), BASE)
        self.world.ask(cmd.Reject(tree or ""))

    @invariant()
    def the_log_says_it_all(self) -> None:
        if hasattr(self, "world"):
            assert self.world.replayed() == self.world.state

    def teardown(self) -> None:
        if hasattr(self, "world"):
            ends(self.world)


def ends(world: World) -> None:
    """From wherever it is, a run comes to an end when the outside works and somebody answers."""
    for _ in range(40):
        world.drive(GOOD, most=400)
        if world.state.terminal:
            break
        answer_for(world)
    assert world.state.terminal, world.state
    if world.state.untidy:
        world.session()
        world.drive(GOOD, most=5)
    assert world.state.removed
    ours = [*world.ours]
    if world.state.status == "landed":
        assert ours == [world.state.landed]
    elif ours:
        assert ours[0] in world.state.reason
    assert world.replayed() == world.state


def answer_for(world: World) -> None:
    state = world.state
    need = next(iter(state.needs), None)
    if state.status == "tripped":
        assert world.ask(cmd.Stop())
    elif need is None:
        assert world.ask(cmd.Resume(reason="on"))
    elif need.type == "approval":
        assert world.ask(cmd.Approve(need.tree or "", "fine")) or world.ask(cmd.Stop())
    elif need.type == "conflict":
        assert world.ask(cmd.Answer(need.id, "stop"))
    else:
        assert world.ask(cmd.Answer(need.id, "continue"))


def test_whatever_happens_the_invariants_hold_and_the_run_ends() -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=200,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@settings(max_examples=150, deadline=None)
@given(loop=LOOPS, fates=st.lists(FATES, min_size=1, max_size=30), data=st.data())
def test_without_a_person_it_rests_within_a_bound(
    loop: Any, fates: list[Fate], data: st.DataObject
) -> None:
    world = World(loop)
    most = 40 + loop.limits.iterations * 30
    for count in range(most):
        if world.rests():
            break
        if world.flying is not None:
            world.finish(fates[count % len(fates)])
        world.step()
    assert world.rests(), [kind for kind, *_ in world.log[-10:]]
    assert world.replayed() == world.state


@settings(max_examples=100, deadline=None)
@given(loop=LOOPS, fate=FATES)
def test_one_fate_for_ever_rests_too(loop: Any, fate: Fate) -> None:
    """The outside stays broken: no effect is tried without end."""
    world = World(loop)
    world.drive(fate, most=60 + loop.limits.iterations * 30)
    for _ in range(3):
        if not world.state.terminal:
            answer_for(world)
        world.drive(fate, most=60 + loop.limits.iterations * 30)
    assert world.replayed() == world.state


def test_the_happy_path_lands_what_was_approved() -> None:
    world = World(a_loop())
    world.drive(GOOD, most=60)
    assert world.state.status == "waiting"
    assert world.ask(cmd.Approve(world.state.candidate or ""))
    world.drive(GOOD, most=20)
    assert world.state.terminal
    assert world.state.landed in world.ours
    assert list(world.ours.values()) == [tree(1)]
