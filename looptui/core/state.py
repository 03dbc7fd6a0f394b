"""What a run is at one moment: the value that `evolve` folds and `plan` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from looptui.core.events.checking import CheckFinished
from looptui.core.events.money import SpendReserved
from looptui.core.finding import Finding
from looptui.core.flaw import Entry
from looptui.core.spec import GateSpec, Loop
from looptui.core.status import TERMINAL, Status

RESTORED = "restored"
"""The strategy of an iteration that no maker made: a person took up an earlier candidate."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one gate said of one tree."""

    gate: str
    state: str
    summary: str
    share: float
    seconds: float
    failing: tuple[str, ...] = ()
    signature: str = ""
    passed: int = 0
    failed: int = 0
    output: str | None = None
    report: str | None = None
    blameless: bool = False
    """It would have been the same for any other tree."""
    flaky: tuple[str, ...] = ()
    """Tests that did not come out the same twice on one tree."""


@dataclass(frozen=True, slots=True)
class Iteration:
    """One prompt, make, verify, decide cycle; open while `outcome` is empty."""

    n: int
    start_tree: str
    strategy: str
    prompt: str | None = None
    prompt_tokens: int = 0
    memory: tuple[str, ...] = ()
    nudges: tuple[str, ...] = ()
    """What people said for this iteration; a prompt that is built again says it again."""
    maker: str | None = None
    """Outcome of the maker's call; None until it ended."""
    maker_reason: str = ""
    tree: str | None = None
    files: int = 0
    added: int = 0
    deleted: int = 0
    diff: str | None = None
    paths: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    gates: tuple[Evidence, ...] = ()
    score: float | None = None
    outcome: str = ""
    met: tuple[str, ...] = ()
    micro_usd: int = 0
    tokens: int = 0
    priced: bool = True
    seconds: float = 0.0
    feedback: str = ""
    """A person's words when they sent the candidate back."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that only a person can decide."""

    id: str
    type: str
    text: str
    since: float
    tree: str | None = None
    card: str = ""
    flagged: tuple[str, ...] = ()
    breakers: tuple[str, ...] = ()
    gate: str = ""
    scope: str = ""
    """A permission: exactly what the answer `run` allows."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """Work that a person sent back after its target had moved."""

    tree: str
    onto: str
    """The commit beneath it."""
    gates: tuple[Evidence, ...] = ()
    """What they said of it on that commit."""


@dataclass(frozen=True, slots=True)
class Rebase:
    """Where iterations start since the work was rebased, until one of them is better."""

    tree: str
    after: int
    """Number of the last iteration before it; up to there all was built on another base."""
    gates: tuple[Evidence, ...] = ()
    """What gates said of exactly this tree on the base; empty where it is not known."""
    conflicts: tuple[str, ...] = ()
    lost: str | None = None
    """Blob: the run's own change to the paths that conflict, which is not in the tree."""
    moved: bool = True
    """False where the base is the same: a person rejected hunks, and they are not in the tree."""


@dataclass(frozen=True, slots=True)
class Picking:
    """Some hunks of a candidate: on their way to landing, or to the start of an iteration."""

    of: str
    """The tree of the whole candidate."""
    hunks: str
    need: str = ""
    taken: str = ""
    """The tree that a person approved in part; empty where the candidate was sent back."""
    by: str = ""
    reason: str = ""
    acknowledged: tuple[str, ...] = ()
    tree: str | None = None
    """What was made; None until then."""
    files: int = 0
    added: int = 0
    deleted: int = 0
    protected: tuple[str, ...] = ()
    problem: str = ""
    gates: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class InFlight:
    """An effect that was started and whose result is not recorded yet."""

    effect: str
    subject: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Landing:
    """A planned landing: the intent that a crash must not repeat."""

    way: str
    ref: str
    old: str | None
    commit: str
    tree: str


@dataclass(frozen=True, slots=True)
class RunState:
    id: str
    loop: Loop
    base: str = ""
    base_tree: str = ""
    target: str | None = None
    created: float = 0.0
    updated: float = 0.0
    status: Status = "queued"
    reason: str = ""
    """Why it rests: who paused it, which breaker, what failed."""
    unfit: bool = False
    events: int = 0
    active: float = 0.0
    """Seconds it has been active."""
    session: str = ""
    sandbox: str = ""
    worktree: str | None = None
    environment: str | None = None
    """Digest of the environment; None until setup ended."""
    setup_failed: str = ""
    in_flight: InFlight | None = None
    crashes: int = 0
    """Automatic recoveries of the effect in flight; a person's resume starts anew."""
    parked_until: float | None = None
    parks: int = 0
    """Automatic returns; a person's resume starts anew."""
    pausing: str | None = None
    pause_now: bool = False
    baseline: tuple[Evidence, ...] = ()
    baseline_score: float | None = None
    iterations: tuple[Iteration, ...] = ()
    restored: int = 0
    """How many of them no maker made."""
    best: int = 0
    """Number of the best iteration so far; 0 is the base itself."""
    gained: int = 0
    """Number of the iteration that last brought a better score."""
    fresh_from: int = 0
    """Iterations up to this one belong to an earlier start; stall counts from here."""
    fresh_starts: int = 0
    signature: str = ""
    """What failed in the newest iteration that has a failure to compare."""
    alike: int = 0
    """Iterations in a row that failed so."""
    candidate: str | None = None
    """The tree that waits for a decision or that was approved."""
    scanned: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    """What a scan found in the change that made a tree; none where it is not here."""
    verdicts: Mapping[str, CheckFinished] = field(default_factory=dict)
    """What the checker last said of a tree."""
    check_errors: Mapping[str, int] = field(default_factory=dict)
    """Tree -> verdicts in a row that it could not give."""
    lost_rounds: tuple[tuple[int, str], ...] = ()
    """Iteration and family of models of each verdict against a candidate."""
    flaws: Mapping[str, Entry] = field(default_factory=dict)
    """Findings of the checker by their fingerprints."""
    merged_onto: str | None = None
    """Target commit onto which the candidate was merged; None while it is the base."""
    merged_gates: tuple[Evidence, ...] = ()
    sent_back: SentBack | None = None
    """To be rebased before anything else."""
    rebased: Rebase | None = None
    picking: Picking | None = None
    withdrawn: str = ""
    """Why the review of this candidate is open again."""
    approved: str | None = None
    approved_by: str = ""
    way: str = ""
    """How to land, where a person chose another way than the loop file."""
    landing: Landing | None = None
    landed: str | None = None
    reverted: str | None = None
    """The commit that undid the landing."""
    landed_note: str = ""
    """What the landing leaves to be done by a person; empty if nothing."""
    blocked: str = ""
    needs: tuple[Need, ...] = ()
    next_need: int = 1
    nudges: tuple[str, ...] = ()
    """Not delivered yet."""
    samples: tuple[bool, ...] = ()
    """The last steps, True for an error; as many as the error breaker looks at."""
    denials: int = 0
    permits: tuple[str, ...] = ()
    """Scopes that a person allowed an agent for the rest of the run."""
    answers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Needs of the call in flight -> answer and words: what its agent still has to be told."""
    micro_usd: int = 0
    tokens: int = 0
    priced: bool = True
    """False once a call had no known price: then only the token limit governs."""
    held: Mapping[str, SpendReserved] = field(default_factory=dict)
    """Calls under way, by their ids: what each may cost at worst."""
    raised: Mapping[str, float] = field(default_factory=dict)
    warned: frozenset[str] = frozenset()
    escalated: frozenset[str] = frozenset()
    """Breakers over which a person was asked since their limit last changed."""
    half_open: Mapping[str, float] = field(default_factory=dict)
    """Breaker -> the reading (for stall: the iterations) up to which a person let it go on."""
    tripped: str | None = None
    untidy: str = ""
    """Why this session could not remove the worktree of the run, which ended."""
    discarded: bool = False
    rescued: str | None = None
    """The ref that keeps what was never landed."""
    removed: bool = False

    @property
    def terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def iteration(self) -> Iteration | None:
        """The newest iteration, open or closed."""
        return self.iterations[-1] if self.iterations else None

    @property
    def open_iteration(self) -> Iteration | None:
        newest = self.iteration
        return newest if newest is not None and not newest.outcome else None

    @property
    def rounds(self) -> int:
        """Iterations that a maker was called for: going back to an earlier one costs nothing."""
        return len(self.iterations) - self.restored

    @property
    def best_tree(self) -> str:
        """The tree to build on: the best candidate so far, else what was rebased, else the base."""
        best = self.iterations[self.best - 1] if self.best else None
        if best is not None and best.tree:
            return best.tree
        return self.rebased.tree if self.rebased else self.base_tree

    @property
    def best_score(self) -> float:
        if self.best:
            return self.iterations[self.best - 1].score or 0.0
        return self.baseline_score or 0.0

    @property
    def good(self) -> Iteration | None:
        """The newest iteration whose candidate passed every gate; a person may have sent it back.

        None too once something landed.
        """
        if self.landed is not None:
            return None
        here = self.iterations[self.rebased.after if self.rebased else 0 :]
        passed = (i for i in reversed(here) if i.outcome in ("good", "sent-back"))
        return next(passed, None)

    @property
    def proof(self) -> tuple[Evidence, ...]:
        """What gates said of the candidate itself: merged, in part, or as it was made."""
        if self.picking is not None and self.picking.taken:
            return self.picking.gates
        newest = self.iteration
        return self.merged_gates or (newest.gates if newest else ())

    def need(self, kind: str) -> Need | None:
        """The oldest open need of a type."""
        return next((need for need in self.needs if need.type == kind), None)


def ordered_gates(loop: Loop) -> tuple[GateSpec, ...]:
    """Cheap gates first, as the loop file orders them."""
    return tuple(sorted(loop.gates, key=lambda gate: gate.order))


def evidence(seen: tuple[Evidence, ...], gate: str) -> Evidence | None:
    return next((e for e in seen if e.gate == gate), None)


def standing(state: RunState, iteration: Iteration) -> tuple[Evidence, ...]:
    """The evidence of the tree from which an iteration starts."""
    work = state.rebased
    if work and work.tree == iteration.start_tree and (work.gates or _unjudged(state, work)):
        return work.gates
    for earlier in reversed(state.iterations[: iteration.n - 1]):
        if earlier.tree == iteration.start_tree and earlier.gates:
            return earlier.gates
    return state.baseline


def _unjudged(state: RunState, work: Rebase) -> bool:
    """Whether no gate has seen it: a candidate without the hunks that were rejected."""
    return not work.moved and work.tree != state.base_tree
