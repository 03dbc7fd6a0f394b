"""Tables of a loop file whose engine comes later: read as strictly as the others."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from looptui.core.spec import CheckerSpec, Level
from looptui.loopfile import values
from looptui.loopfile.fields import (
    Argv,
    Count,
    FilePath,
    Glob,
    Id,
    Line,
    Name,
    Run,
    Seconds,
    Share,
    Table,
    Tier,
    Variable,
)


def _cron(value: object) -> str:
    line = values.one_line(value)
    if len(line.split()) != 5:
        raise ValueError('must be five fields: "0 7 * * 1-5" is 7:00 on workdays')
    return line


def _quiet(value: object) -> str:
    line = values.one_line(value)
    clock = r"([01]\d|2[0-3]):[0-5]\d"
    if not re.fullmatch(f"{clock}-{clock}", line):
        raise ValueError('must be two times of day: "22:00-07:00"')
    return line


def _percent(value: object) -> int:
    return values.natural(value, 100)


Cron = Annotated[str, PlainValidator(_cron), WithJsonSchema({"type": "string"})]
Quiet = Annotated[
    str,
    PlainValidator(_quiet),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d-\d\d:\d\d$"}),
]
Percent = Annotated[
    int, PlainValidator(_percent), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 100})
]
_CHECKER = CheckerSpec()
TierKey = Literal["1", "2", "3"]
Role = Literal["plan", "implement", "check", "summarise", "classify", "title"]


class Checker(Table):
    """A model that judges candidates on which every gate agrees."""

    agent: Line = Field(description="Who judges: litellm.")
    model: Line | None = Field(default=None, description="The model; another than the maker's.")
    tier: Tier | None = Field(default=None, description="1 frontier, 2 mid, 3 light.")
    allow_equal: bool = Field(default=False, description="It may be of the maker's tier.")
    pass_score: Share = Field(default=0.8, description="The score that passes.")
    rubric: FilePath | None = Field(default=None, description="What it judges by.")
    sees: list[Literal["diff", "criteria", "gate_output"]] = Field(
        default=["diff", "criteria", "gate_output"], description="What it is shown."
    )
    votes: Count = Field(default=1, description="Independent calls; the majority decides.")
    rounds: Count = Field(
        default=_CHECKER.rounds, description="Verdicts against it; then a person decides."
    )
    timeout: Seconds = Field(default=_CHECKER.timeout, description="Time for one call.")


class AutoIf(Table):
    """Changes that need no person."""

    risk_max: Level = Field(default="low", description="At most this risk.")
    max_lines: Count | None = Field(default=None, description="At most this many lines.")
    paths: list[Glob] = Field(default=[], description="Only in these paths.")


class Prune(Table):
    """Memory records that are dropped."""

    unused_for: Seconds | None = Field(default=None, description="Not used for so long.")
    ok_rate_below: Share | None = Field(default=None, description="Helped less often than this.")


class Up(Table):
    """When a stronger model takes over."""

    same_failure: Count | None = Field(default=None, description="The same failure this often.")
    checker_below: Share | None = Field(default=None, description="A score below this.")


class Down(Table):
    """When a lighter model takes over."""

    passes_in_row: Count | None = Field(default=None, description="So many passes in a row.")
    budget_used: Share | None = Field(
        default=None, description="This share of the budget is spent."
    )


class Routing(Table):
    """Which model does what."""

    tiers: dict[TierKey, Line] = Field(default={}, description="A model for each tier.")
    roles: dict[Role, Tier] = Field(default={}, description="A tier for each role.")
    targets: dict[TierKey, list[Percent]] = Field(
        default={}, description="Percent of calls, from and to; reported, not forced."
    )
    up: Up | None = Field(default=None, description="When to go up a tier.")
    down: Down | None = Field(default=None, description="When to go down a tier.")
    fallback: list[Line] = Field(default=[], description="Models tried when one cannot be reached.")


class Stage(Table):
    """A step of the way from goal to production."""

    id: Id = Field(description="A short name.")
    role: Role | None = Field(default=None, description="Who works in it.")
    kind: Literal["work", "approval", "deliver", "monitor"] = Field(
        default="work", description="Its kind."
    )
    loop: bool = Field(default=False, description="It repeats make, verify, check.")
    to: Literal["branch", "merge", "pr", "patch"] | None = Field(
        default=None, description="Where to."
    )
    draft: bool = Field(default=False, description="As a draft.")
    title: Line | None = Field(default=None, description="Title of the pull request.")
    labels: list[Line] = Field(default=[], description="Its labels.")
    argv: Argv | None = Field(default=None, description="The command that watches.")
    run: Run | None = Field(default=None, description="The same as one line.")
    every: Seconds | None = Field(default=None, description="How often it runs.")
    for_: Seconds | None = Field(default=None, alias="for", description="For how long.")
    on_regression: Literal["new-iteration", "notify", "revert"] | None = Field(
        default=None, description="What a regression leads to."
    )


class Watch(Table):
    """Starts a run when files change."""

    paths: list[Glob] = Field(description="Files to watch.")
    ignore: list[Glob] = Field(default=[], description="Files to leave out.")
    debounce: Seconds = Field(default=2.0, description="Changes this near are one.")
    settle: Seconds = Field(default=10.0, description="Quiet for so long first.")


class Triggers(Table):
    """What starts a run."""

    manual: bool = Field(default=True, description="A person may.")
    schedule: Cron | None = Field(default=None, description="A cron line.")
    tz: Line | None = Field(default=None, description="Its time zone, else the local one.")
    watch: Watch | None = Field(default=None, description="Changed files.")
    after: list[Name] = Field(default=[], description="Loops that have to be done before.")
    max_concurrent: Count = Field(default=1, description="Runs of this loop at a time.")
    if_running: Literal["skip", "queue", "restart"] = Field(default="skip", description="Else.")


class Notify(Table):
    """Whom to tell, and how."""

    on: list[Literal["needs-you", "tripped", "warn", "done", "idle"]] = Field(
        default=[], description="What is told."
    )
    channels: list[Literal["bell", "osc", "desktop", "apprise", "exec"]] = Field(
        default=[], description="By which ways."
    )
    urls_env: Variable | None = Field(
        default=None, description="The variable that holds the addresses."
    )
    when: Literal["unfocused", "always"] = Field(
        default="unfocused", description="When it is told."
    )
    quiet: Quiet | None = Field(default=None, description="Hours of silence.")


class Telemetry(Table):
    """Spans and metrics for other systems."""

    otlp_env: Variable | None = Field(
        default=None, description="The variable that holds the address."
    )
    content: bool = Field(default=False, description="Prompts and diffs too.")
