"""One cycle: prompt, maker, candidate, gates; and what is learnt from it."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event
from looptui.core.finding import Finding


@dataclass(frozen=True, slots=True)
class IterationStarted(Event):
    kind = "iteration.started"
    iteration: int
    start_tree: str
    strategy: str
    """`refine` the best candidate so far, or start `fresh` from the base."""


@dataclass(frozen=True, slots=True)
class IterationRestored(Event):
    """A person takes up an earlier candidate: an iteration of its own, without a maker."""

    kind = "iteration.restored"
    iteration: int
    of: int
    """The iteration that made it; 0 for the base."""
    tree: str
    reason: str = ""
    """Why, and what was said to it before; it goes into the next prompt."""
    run: str = ""
    """The run that made it; empty for this one."""
    files: int = 0
    added: int = 0
    deleted: int = 0
    diff: str | None = None
    """Blob: the diff against the base of the run."""
    paths: tuple[str, ...] = ()
    """At most 50 changed paths."""
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a prompt, with its size."""

    name: str
    tokens: int
    left_out: int = 0
    """Entries or lines that the bound kept out."""


@dataclass(frozen=True, slots=True)
class PromptBuilt(Event):
    kind = "prompt.built"
    iteration: int
    prompt: str
    """Blob: exactly what the maker gets."""
    tokens: int
    """Estimate: UTF-8 bytes / 3.6."""
    sections: tuple[Section, ...] = ()
    memory: tuple[str, ...] = ()
    """Ids of the records in it."""
    nudges: int | None = None
    """How many of the words that waited are in it, the oldest first; None for all."""


@dataclass(frozen=True, slots=True)
class MakerFinished(Event):
    kind = "maker.finished"
    iteration: int
    outcome: str
    exit_code: int | None
    seconds: float
    reason: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    micro_usd: int | None = None
    transcript: str = ""
    """SHA-256 of the raw output, which seals the file."""
    transcript_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CandidateCaptured(Event):
    kind = "candidate.captured"
    iteration: int
    tree: str
    files: int = 0
    added: int = 0
    deleted: int = 0
    diff: str | None = None
    """Blob: the diff against the base of the run."""
    paths: tuple[str, ...] = ()
    """At most 50 changed paths."""
    protected: tuple[str, ...] = ()
    """Changed protected paths: kept in the candidate, ignored by gates, flagged."""
    lost: str = ""
    """Why there is no candidate: the maker removed its worktree, say."""


@dataclass(frozen=True, slots=True)
class CandidateScanned(Event):
    """What a scan of its change found, before any gate sees the tree."""

    kind = "candidate.scanned"
    iteration: int
    tree: str
    findings: tuple[Finding, ...] = ()
    left_out: int = 0
    """Findings that found no place in an event."""


@dataclass(frozen=True, slots=True)
class PermissionDenied(Event):
    kind = "permission.denied"
    iteration: int
    path: str
    rule: str


@dataclass(frozen=True, slots=True)
class PermissionGranted(Event):
    """An agent asked and may: by a rule of the loop, or because a person said so."""

    kind = "permission.granted"
    iteration: int
    act: str
    """edit, command, read, network or tool."""
    subject: str
    rule: str


@dataclass(frozen=True, slots=True)
class PermissionRefused(Event):
    """An agent asked and may not; it counts as a denial, and the candidate stays."""

    kind = "permission.refused"
    iteration: int
    act: str
    subject: str
    rule: str


@dataclass(frozen=True, slots=True)
class GateFinished(Event):
    kind = "gate.finished"
    iteration: int
    """0 for the base."""
    gate: str
    tree: str
    state: str
    seconds: float
    summary: str
    share: float
    """Of the expected tests that pass, 0 to 1; for a gate without counts 0 or 1."""
    passed: int = 0
    failed: int = 0
    failing: tuple[str, ...] = ()
    """At most 20 test ids."""
    signature: str = ""
    output: str | None = None
    report: str | None = None
    """Blob: all test ids by result."""
    key: str = ""
    """Digest of (tree, gate definition, environment): the cache key."""
    cached: bool = False
    blameless: bool = False
    """It would have been the same for any other tree: what failed lies outside of it."""
    flaky: tuple[str, ...] = ()
    """Test ids, at most 20, that did not come out the same twice on this tree."""
    sealed: str | None = None
    """Blob: what a held-out gate said, for people alone; all other fields tell its category."""


@dataclass(frozen=True, slots=True)
class FlakeFound(Event):
    """A gate ran twice on one tree and did not say the same."""

    kind = "flake.found"
    iteration: int
    gate: str
    tree: str
    first: str
    """Its summary, as that of the first run."""
    second: str
    tests: tuple[str, ...] = ()
    """Test ids, at most 20, that failed once; empty where the gate names none."""
    more: int = 0
    """How many others did."""
    seconds: float = 0.0
    """What the second run took."""


@dataclass(frozen=True, slots=True)
class IterationFinished(Event):
    kind = "iteration.finished"
    iteration: int
    outcome: str
    """good, red, empty, repeat, denied, error, or left: a person went back to an earlier one."""
    score: float
    tree: str | None = None
    met: tuple[str, ...] = ()
    best: bool = False
