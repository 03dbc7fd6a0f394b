"""What lists, panes and JSON show of a run: plain values, the same for all three.

The store keeps one row a run, an iteration and a need, written in the transaction of the event
that changed it; nobody folds the log to draw a screen. Field names are the names in `--json`
output: they are only ever added. Importing this costs nothing: the first frame needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.finding import Finding
from looptui.core.flaw import Judged
from looptui.core.status import TERMINAL


@dataclass(frozen=True, slots=True)
class BreakerView:
    """Money in dollars, time in seconds, errors as a share."""

    value: float
    limit: float
    ratio: float
    state: str
    forecast: str = ""


@dataclass(frozen=True, slots=True)
class GateView:
    id: str
    state: str
    """pass, fail, error, unavailable, flaky, running or waiting."""
    summary: str = ""
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    failing: tuple[str, ...] = ()
    output: str | None = None
    """Blob."""
    flaky: tuple[str, ...] = ()
    """Tests that did not come out the same twice on this tree."""


@dataclass(frozen=True, slots=True)
class FlawView:
    """A finding of the checker, and what became of it."""

    id: str
    file: str
    line: int
    severity: str
    reason: str
    state: str = "open"
    """open, fixed or waived."""
    raised: int = 1
    first: int = 0
    last: int = 0
    fixed: int = 0
    by: str = ""
    why: str = ""
    material: bool = False

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What the checker says of a tree."""

    state: str
    """pass, fail or error."""
    summary: str
    model: str
    score: float
    threshold: float
    passes: int
    votes: int
    criteria: tuple[Judged, ...] = ()
    findings: tuple[FlawView, ...] = ()
    left_out: int = 0
    objection: str = ""
    """Why an approval has to give a reason; empty where the checker passes it."""
    tree: str = ""
    reply: str | None = None
    """Blob."""


@dataclass(frozen=True, slots=True)
class NeedView:
    id: str
    run: str
    loop: str
    kind: str
    since: float
    text: str
    tree: str | None = None
    flagged: tuple[str, ...] = ()
    approved: bool = False
    """Its tree is approved: only the landing is in the way."""
    findings: tuple[Finding, ...] = ()
    """What the scan found in the change of its tree."""
    verdict: VerdictView | None = None
    """What the checker says of its tree; None where it said nothing."""
    gate: str = ""
    """It is about a gate that would say the same of any candidate."""


@dataclass(frozen=True, slots=True)
class RunView:
    id: str
    loop: str
    state: str
    phase: str | None
    iteration: int
    base: str
    branch: str
    tree: str | None
    """The candidate that waits, was approved or landed; else the newest one."""
    breakers: dict[str, BreakerView]
    gates: tuple[GateView, ...]
    cost_usd: float
    tokens: int
    needs: tuple[NeedView, ...]
    cost_known: bool = True
    target: str | None = None
    owner: str = ""
    goal: str = ""
    agent: str = ""
    risk: str = "medium"
    reason: str = ""
    latest: str = ""
    """What it does or why it rests, in one line."""
    created: float = 0.0
    updated: float = 0.0
    active_s: float = 0.0
    score: float | None = None
    best: int = 0
    baseline_score: float | None = None
    tripped: str | None = None
    landed: str | None = None
    worktree: str | None = None
    sandbox: str = ""
    events: int = 0
    nudges: int = 0
    """Waiting for the next prompt."""
    in_flight: str = ""
    reverted: str | None = None
    """The commit that undid the landing."""
    rescued: str | None = None
    """The ref that keeps what never landed."""
    good: int = 0
    """The newest iteration whose candidate passed every gate; 0 for none, and where it landed, was
    rejected or discarded."""
    labels: tuple[str, ...] = ()
    checker: str = ""
    """The model that judges; empty for none."""
    verdict: VerdictView | None = None
    """Of `tree`."""
    tidy: bool = False
    """It has ended, and nothing of it is left outside the log."""

    @property
    def live(self) -> bool:
        """Whether a session should be driving it: it neither rests nor has ended."""
        return self.state in ("active", "queued", "parked")

    @property
    def ended(self) -> bool:
        return self.state in TERMINAL


@dataclass(frozen=True, slots=True)
class Diffstat:
    files: int
    added: int
    deleted: int


@dataclass(frozen=True, slots=True)
class IterationView:
    n: int
    tree: str | None
    gates: tuple[GateView, ...]
    score: float | None
    diffstat: Diffstat
    cost_usd: float
    seconds: float
    outcome: str
    """Empty while it is open."""
    strategy: str = ""
    start_tree: str = ""
    best: bool = False
    maker: str | None = None
    maker_reason: str = ""
    tokens: int = 0
    prompt: str | None = None
    """Blob."""
    prompt_tokens: int = 0
    memory: tuple[str, ...] = ()
    diff: str | None = None
    """Blob."""
    paths: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    feedback: str = ""
    findings: tuple[Finding, ...] = ()
    verdict: VerdictView | None = None

    @property
    def restored(self) -> bool:
        """Whether no maker made it: a person went back to an earlier candidate."""
        return self.strategy == "restored"


def branch_of(loop: str, run: str) -> str:
    """The branch on which a run's result stands when it does not land elsewhere."""
    return f"looptui/{loop}/{run}"
