"""A loop as its file says it: frozen values with every default filled in.

Durations are seconds, money is whole micro-dollars, globs are matched against paths relative to
the repository's root. `looptui.loopfile` reads the file; nothing here parses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from looptui.core.protect import ALWAYS_DENIED

Level = Literal["low", "medium", "high"]
ApprovalMode = Literal["each-hunk", "each-change", "at-end", "auto"]
LandingWay = Literal["merge", "squash", "branch", "patch"]
GateKind = Literal["command", "diff", "checker", "secrets", "coverage", "metric", "python"]
"""Only `command` and `diff` have an engine so far; a loop with another kind is refused."""


@dataclass(frozen=True, slots=True)
class Goal:
    text: str
    context: tuple[str, ...] = ()
    """Files quoted in the first prompt."""
    red_first: bool = True
    """End `completed` at once when the gates already pass on the base."""


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    text: str
    gate: str
    """The gate through which alone this criterion is met."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How the environment is made in which a maker and the gates work."""

    argv: tuple[tuple[str, ...], ...] = ()
    """Commands run once in a fresh worktree, before the maker, with network."""
    timeout: float = 300.0
    env: tuple[str, ...] = ()
    """Names of variables that these commands get beside those of every child with network."""
    share: tuple[str, ...] = ()
    """Untracked paths of the checkout copied into the worktree and each export (`.venv`)."""
    share_with_gates: tuple[str, ...] = ()
    """Untracked files that only gates may see (`.env`)."""


@dataclass(frozen=True, slots=True)
class Workspace:
    base: str | None = None
    """Branch, tag or commit to start from; None is HEAD."""
    setup: Setup = Setup()
    keep: Literal["never", "on-failure", "always"] = "never"
    """What becomes of the worktree at the end; unlanded work is kept under a ref in any case."""


@dataclass(frozen=True, slots=True)
class MakerSpec:
    agent: str
    """`command`, `repair`, `scripted`, a known agent or the name of an installed maker."""
    argv: tuple[str, ...] = ()
    """`{prompt_file}` and `{worktree}` are replaced in each word. Of a known agent: words that
    stand in the place of its program."""
    prompt_by: Literal["stdin", "file", "argument"] = "stdin"
    timeout: float = 1800.0
    idle_timeout: float = 300.0
    env: tuple[str, ...] = ()
    """Names of variables passed on from looptui's own environment."""
    script: str | None = None
    """Answers of the scripted maker: a TOML file."""
    batch: int = 25
    """Variants that the repair maker tries in one iteration."""
    args: tuple[str, ...] = ()
    """More words for the command line of a known agent."""
    model: str = ""
    """As the agent names it; empty for its own choice."""


@dataclass(frozen=True, slots=True)
class CheckerSpec:
    """A model that judges candidates on which every gate agrees."""

    agent: str = "litellm"
    model: str = ""
    """As the agent names it."""
    pass_score: float = 0.8
    votes: int = 1
    """Independent calls; the majority decides."""
    rounds: int = 3
    """Verdicts against candidates of one family of models; then a person decides."""
    timeout: float = 300.0
    """Seconds of one call."""
    rubric: str = ""
    """A file of the base that says by what it judges."""
    sees: tuple[str, ...] = ("diff", "criteria", "gate_output")
    allow_equal: bool = False
    """It may be as strong as the maker, or of its family, without a warning."""


@dataclass(frozen=True, slots=True)
class GateSpec:
    id: str
    kind: GateKind = "command"
    argv: tuple[str, ...] = ()
    """In each word `{worktree}` becomes the export's directory; `{report}` see below."""
    timeout: float = 600.0
    required: bool = True
    order: int = 1
    """Cheaper gates first; a red gate of a lower order spares the higher ones."""
    report: Literal["auto", "none", "junit", "pytest"] = "auto"
    """`auto`: pytest's own report when the command runs pytest, else the exit code alone."""
    report_path: str | None = None
    """Where a JUnit file is written: `{report}` in argv is replaced by a path outside the tree."""
    env: tuple[str, ...] = ()
    baseline: Literal["strict", "known"] = "strict"
    """`known` tolerates the ids of `known_failures`."""
    known_failures: tuple[str, ...] = ()
    max_files: int | None = None
    max_lines: int | None = None
    deny_paths: tuple[str, ...] = ()
    held_out: bool = False
    """No maker is told more of it than that it fails; it runs when the others have passed."""
    peeks: int = 3
    """Failures of it that the maker is told of by itself; each further one needs a person."""


@dataclass(frozen=True, slots=True)
class ErrorRate:
    max: float = 0.5
    window: int = 10
    min_samples: int = 4
    in_a_row: int = 5


@dataclass(frozen=True, slots=True)
class Stall:
    no_progress: int = 3
    """Iterations with no diff or a tree seen before, in a row."""
    same_failure: int = 6
    """Same failure signature in spite of new diffs and a fresh start."""
    fresh_after: int = 3
    """Rounds without a better score before a fresh start from the base."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The six breakers and stall. Every one is always armed."""

    iterations: int = 20
    cost_micro_usd: int = 5_000_000
    tokens: int = 2_000_000
    iteration_cost_micro_usd: int | None = None
    """Of one iteration, which ends there and is judged; None: the run's own limit."""
    loop_day_cost_micro_usd: int | None = None
    """Of all runs of the loop on a UTC day; None: the limit of the person."""
    time: float = 4 * 3600.0
    error_rate: ErrorRate = ErrorRate()
    permission_denials: int = 2
    human_wait: float = 24 * 3600.0
    """How long an escalation may wait for a person."""
    stall: Stall = Stall()
    warn_at: float = 0.8
    escalate_at: float | None = None
    """Share of a limit at which a run pauses and asks; None only warns."""


@dataclass(frozen=True, slots=True)
class Permissions:
    write: tuple[str, ...] = ("**",)
    deny: tuple[str, ...] = ALWAYS_DENIED
    protected: tuple[str, ...] | None = None
    """Globs; None takes the defaults of `looptui.core.protect`."""
    network: Literal["maker", "none"] = "maker"
    """Whether the maker has network. Gates have none."""
    commands: tuple[str, ...] = ()
    """Commands that an agent may run without asking, by their first words; `*` is any."""
    on_denied: Literal["deny-and-count", "ask"] = "deny-and-count"
    """What follows when an agent asks for what the rules refuse."""


@dataclass(frozen=True, slots=True)
class Approval:
    mode: ApprovalMode = "each-change"
    expires: float = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Landing:
    way: LandingWay = "squash"
    target: str | None = None
    """Branch; None is the branch that was current when the run was made."""


@dataclass(frozen=True, slots=True)
class MemoryWeights:
    """What makes a record worth its place in a prompt; each part is from 0 to its weight."""

    match: float = 0.5
    recent: float = 0.2
    files: float = 0.2
    helped: float = 0.1
    pinned: float = 1.0
    half_life_days: int = 14
    """In which `recent` loses half of itself."""


@dataclass(frozen=True, slots=True)
class MemorySpec:
    budget_tokens: int = 2000
    max_entries: int = 200
    weights: MemoryWeights = MemoryWeights()


@dataclass(frozen=True, slots=True)
class Loop:
    name: str
    owner: str
    goal: Goal
    criteria: tuple[Criterion, ...]
    maker: MakerSpec
    gates: tuple[GateSpec, ...]
    limits: Limits = Limits()
    title: str = ""
    labels: tuple[str, ...] = ()
    risk: Level = "medium"
    workspace: Workspace = Workspace()
    permissions: Permissions = Permissions()
    approval: Approval = Approval()
    landing: Landing = Landing()
    memory: MemorySpec = MemorySpec()
    checker: CheckerSpec | None = None
    later: tuple[str, ...] = field(default=())
    """Keys of the file whose engine this version does not have; a run refuses them by name."""
