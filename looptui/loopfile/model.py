"""The tables of a loop file that this version acts on, as pydantic models.

Defaults come from `looptui.core.spec`, so that they are named once. Descriptions become the JSON
Schema's. Fields whose engine comes later are in `later_model` and `later`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from looptui.core import spec
from looptui.loopfile import values
from looptui.loopfile.fields import (
    Argv,
    Command,
    Count,
    Dollars,
    FilePath,
    Glob,
    Id,
    Line,
    Name,
    Natural,
    Run,
    Seconds,
    Share,
    Table,
    Text,
    Tier,
    Tokens,
    Variable,
)
from looptui.loopfile.later_model import (
    AutoIf,
    Checker,
    Notify,
    Prune,
    Routing,
    Stage,
    Telemetry,
    Triggers,
)

_GATE = spec.GateSpec(id="")
_MAKER = spec.MakerSpec(agent="")
_SETUP = spec.Setup()
_LIMITS = spec.Limits()
_APPROVAL = spec.Approval()
_MEMORY = spec.MemorySpec()
_WEIGHTS = _MEMORY.weights


class Goal(Table):
    """What is to be true at the end."""

    text: Text = Field(description="The goal, in words for the maker.")
    context: list[FilePath] = Field(default=[], description="Files quoted in the first prompt.")
    red_first: bool = Field(
        default=True, description="End at once when the gates already pass on the base commit."
    )
    decompose: bool = Field(default=False, description="The planner may split the goal.")
    max_subgoals: Count | None = Field(default=None, description="How many parts it may make.")


class Criterion(Table):
    """One acceptance criterion, met only through its gate."""

    id: Id = Field(description="A short name.")
    text: Text = Field(description="The criterion, in words.")
    gate: Id = Field(description="The id of the gate that decides.")


class Workspace(Table):
    """Where a run works, and what has to be there."""

    repo: Line = Field(default=".", description="The repository.")
    base: Line | None = Field(
        default=None, description="Branch, tag or commit to start from, else HEAD."
    )
    isolation: Literal["worktree", "container", "copy"] = Field(
        default="worktree", description="What keeps the run apart from your checkout."
    )
    setup: list[Command] = Field(
        default=[],
        description="Commands run once in a fresh worktree, before the maker, with network.",
    )
    setup_env: list[Variable] = Field(
        default=[],
        description="Names of variables that setup gets (PIP_INDEX_URL), never their values.",
    )
    setup_timeout: Seconds = Field(default=_SETUP.timeout, description="Time for all of them.")
    share: list[FilePath] = Field(
        default=[],
        description="Untracked paths of your checkout that the run gets a copy of (.venv).",
    )
    share_with_gates: list[FilePath] = Field(
        default=[], description="Untracked files that only gates get (.env)."
    )
    keep: Literal["never", "on-failure", "always"] = Field(
        default=spec.Workspace().keep, description="When the worktree stays after the run."
    )


class Maker(Table):
    """Who proposes changes."""

    agent: Line = Field(
        description="command, repair, scripted, a known agent, or an installed maker."
    )
    model: Line | None = Field(default=None, description="The model, as the agent names it.")
    args: list[Line] = Field(
        default=[], description="More words for the command line of a known agent."
    )
    argv: Argv | None = Field(
        default=None,
        description="The command; {prompt_file} and {worktree} are replaced in each word.",
    )
    run: Run | None = Field(default=None, description="The command as one line; no shell reads it.")
    prompt_by: Literal["stdin", "file", "argument"] = Field(
        default=_MAKER.prompt_by, description="How the command gets its prompt."
    )
    timeout: Seconds = Field(default=_MAKER.timeout, description="Time for one iteration.")
    idle_timeout: Seconds = Field(default=_MAKER.idle_timeout, description="Longest silence.")
    env: list[Variable] = Field(
        default=[], description="Names of variables that the command may see."
    )
    script: Line | None = Field(
        default=None, description="Answers of the scripted maker: a TOML file."
    )
    batch: Count = Field(
        default=_MAKER.batch, description="Variants the repair maker tries an iteration."
    )
    tier: Tier | None = Field(default=None, description="1 frontier, 2 mid, 3 light.")
    prompt: FilePath | None = Field(default=None, description="A template of the prompt.")


class Gate(Table):
    """A deterministic check of a candidate."""

    id: Id = Field(description="A short name.")
    kind: spec.GateKind = Field(
        default=_GATE.kind, description="command or diff; the other kinds come later."
    )
    argv: Argv | None = Field(
        default=None, description="The command; {report} and {worktree} are replaced in each word."
    )
    run: Run | None = Field(default=None, description="The command as one line; no shell reads it.")
    timeout: Seconds = Field(default=_GATE.timeout, description="Time for one run.")
    required: bool = Field(default=_GATE.required, description="A candidate must pass it.")
    order: Natural = Field(
        default=_GATE.order, description="Lower ones run first and spare the others."
    )
    retries: Natural = Field(default=0, description="Runs again this often after a failure.")
    report: Literal["auto", "none", "junit", "pytest"] = Field(
        default=_GATE.report, description="Where test ids come from; auto knows pytest."
    )
    report_path: FilePath | None = Field(
        default=None, description="Where the command leaves JUnit XML."
    )
    env: list[Variable] = Field(
        default=[], description="Names of variables that the command may see."
    )
    baseline: Literal["strict", "known"] = Field(
        default=_GATE.baseline, description="known: the tests of known_failures may fail."
    )
    known_failures: list[Line] = Field(default=[], description="Test ids that may fail.")
    max_files: Count | None = Field(default=None, description="A diff may change this many files.")
    max_lines: Count | None = Field(default=None, description="A diff may change this many lines.")
    deny_paths: list[Glob] = Field(default=[], description="A diff must not touch these.")
    held_out: bool = Field(
        default=_GATE.held_out,
        description="The maker only learns that it fails. {held_out} in argv is your directory.",
    )
    peeks: Count = Field(
        default=_GATE.peeks, description="Failures that a maker is told of without a person."
    )


class ErrorRate(Table):
    """Trips when too many of the last iterations could not be carried out."""

    max: Share = Field(default=_LIMITS.error_rate.max, description="Share of errors.")
    window: Count = Field(
        default=_LIMITS.error_rate.window, description="Of so many last iterations."
    )
    min_samples: Count = Field(
        default=_LIMITS.error_rate.min_samples, description="Not before so many."
    )
    in_a_row: Count = Field(
        default=_LIMITS.error_rate.in_a_row, description="So many in a row trip too."
    )


class Stall(Table):
    """Trips when iterations lead nowhere."""

    no_progress: Count = Field(
        default=_LIMITS.stall.no_progress,
        description="Iterations with no diff, or a tree seen before.",
    )
    same_failure: Count = Field(
        default=_LIMITS.stall.same_failure, description="The same failure in spite of new diffs."
    )
    fresh_after: Count = Field(
        default=_LIMITS.stall.fresh_after, description="Rounds without gain before a fresh start."
    )
    no_score_gain: Count | None = Field(default=None, description="Rounds without gain that trip.")
    repeat_diff: Count | None = Field(
        default=None, description="Times that the same diff may come."
    )


class HumanWait(Table):
    """How long an escalation may wait for a person."""

    give_up_after: Seconds = Field(
        default=_LIMITS.human_wait, description="Then the breaker trips."
    )
    remind_after: Seconds | None = Field(default=None, description="Notifies once more.")
    then: Literal["stop", "wait"] = Field(default="stop", description="What follows.")


def _wait(value: object) -> object:
    return value if isinstance(value, dict) else {"give_up_after": values.seconds(value)}


class Breakers(Table):
    """Hard limits. Each one is armed, named here or not."""

    iterations: Count = Field(default=_LIMITS.iterations, description="Iterations.")
    cost_usd: Dollars = Field(
        default=_LIMITS.cost_micro_usd,
        description="Dollars, all roles together.",
        json_schema_extra={"default": _LIMITS.cost_micro_usd / 1_000_000},
    )
    iteration_cost_usd: Dollars | None = Field(
        default=None, description="Dollars of one iteration, which ends there and is judged."
    )
    loop_day_cost_usd: Dollars | None = Field(
        default=None, description="Dollars of all runs of this loop on one day (UTC)."
    )
    tokens: Tokens = Field(
        default=_LIMITS.tokens, description="Tokens in and out, all roles together."
    )
    time: Seconds = Field(default=_LIMITS.time, description="Time of the whole run.")
    error_rate: ErrorRate = Field(default=ErrorRate(), description="Steps that could not be done.")
    stall: Stall = Field(default=Stall(), description="Iterations that lead nowhere.")
    permission_denials: Count = Field(
        default=_LIMITS.permission_denials, description="Refused acts."
    )
    human_wait: Annotated[
        HumanWait, BeforeValidator(_wait, json_schema_input_type=HumanWait | Seconds)
    ] = Field(
        default=HumanWait(), description="How long an escalation may wait: a duration or a table."
    )
    warn_at: Share = Field(default=_LIMITS.warn_at, description="Share of a limit that warns.")
    escalate_at: Share | None = Field(
        default=None, description="Share of a limit that pauses and asks."
    )
    on_trip: Literal["pause", "stop"] = Field(
        default="pause", description="What a tripped breaker does."
    )


class Permissions(Table):
    """What the maker may touch."""

    read: list[Glob] = Field(default=["**"], description="Paths it may read.")
    write: list[Glob] = Field(
        default=list(spec.Permissions().write), description="Paths it may change."
    )
    deny: list[Glob] = Field(
        default=[], description="Paths it may not change; .git and .looptui never."
    )
    protected: list[Glob] | None = Field(
        default=None,
        description="Paths whose changes gates do not see, instead of the default ones.",
    )
    commands: list[Line] = Field(
        default=[],
        description="Commands an agent may run without asking, by their first words; * is any.",
    )
    network: Literal["maker", "none", "providers", "allowlist", "full"] = Field(
        default=spec.Permissions().network,
        description="maker: it has network; none: it has not; the others come later.",
    )
    allow_hosts: list[Line] = Field(default=[], description="Hosts it may reach.")
    env: list[Variable] = Field(
        default=[], description="Names of variables that all its agents may see."
    )
    on_denied: Literal["deny-and-count", "ask"] = Field(
        default="deny-and-count",
        description="ask: a person decides over what the rules refuse.",
    )


class Approval(Table):
    """When a person decides."""

    mode: spec.ApprovalMode = Field(
        default=_APPROVAL.mode, description="What is shown for approval."
    )
    expires: Seconds = Field(default=_APPROVAL.expires, description="Then it is asked again.")
    auto_if: AutoIf | None = Field(default=None, description="Small changes that need no person.")
    second_person: bool = Field(default=False, description="The approver must not be the owner.")
    remember: Literal["once", "loop", "repo"] = Field(
        default="once", description="Reach of 'always'."
    )


class Landing(Table):
    """How an approved candidate comes onto its branch."""

    way: spec.LandingWay = Field(default=spec.Landing().way, description="The kind of landing.")
    target: Line | None = Field(
        default=None, description="The branch, else the one that was current."
    )


class MemoryWeights(Table):
    """How records are ranked; a record's score is the sum of these parts."""

    match: Share = Field(default=_WEIGHTS.match, description="Fits the goal and what fails.")
    recent: Share = Field(default=_WEIGHTS.recent, description="Is new.")
    files: Share = Field(default=_WEIGHTS.files, description="Is about files in play.")
    helped: Share = Field(default=_WEIGHTS.helped, description="Was followed by better scores.")
    pinned: Share = Field(default=_WEIGHTS.pinned, description="Is pinned.")
    half_life_days: Count = Field(
        default=_WEIGHTS.half_life_days, description="Days in which `recent` halves."
    )


class Memory(Table):
    """What is carried from one iteration and run to the next."""

    budget_tokens: Count = Field(
        default=_MEMORY.budget_tokens, description="Its share of a prompt."
    )
    max_entries: Count = Field(default=_MEMORY.max_entries, description="Records kept.")
    weights: MemoryWeights = MemoryWeights()
    scope: list[Literal["loop", "repo"]] = Field(default=["loop"], description="What may be read.")
    summarise_every: Count | None = Field(default=None, description="Iterations between summaries.")
    prune: Prune | None = Field(default=None, description="What is dropped.")
    write: Literal["auto", "review", "off"] = Field(
        default="auto", description="Who may add records."
    )


class LoopTable(Table):
    """A loop: a goal, the checks that prove it, who works on it, and its limits."""

    schema_: Literal[1] = Field(alias="schema", description="The version of this format: 1.")
    name: Name = Field(description="Also the branch: looptui/NAME/RUN.")
    title: Line | None = Field(default=None, description="One line for lists.")
    labels: list[Line] = Field(default=[], description="Words to filter by.")
    owner: Line = Field(description="The accountable person, in every audit record.")
    risk: spec.Level = Field(default="medium", description="Sets the floor of approval.")
    goal: Goal
    criteria: list[Criterion] = Field(min_length=1, max_length=200)
    workspace: Workspace = Workspace()
    maker: Maker
    checker: Checker | None = None
    gates: list[Gate] = Field(min_length=1, max_length=200)
    breakers: Breakers = Breakers()
    permissions: Permissions = Permissions()
    approval: Approval = Approval()
    landing: Landing = Landing()
    memory: Memory = Memory()
    routing: Routing | None = None
    stages: list[Stage] = Field(default=[], max_length=50)
    triggers: Triggers = Triggers()
    notify: Notify | None = None
    telemetry: Telemetry = Telemetry()
