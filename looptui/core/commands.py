"""What a person or an API may ask of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from looptui.core import codec


@dataclass(frozen=True, slots=True)
class Command:
    """A request. It is answered with events or with a `Refusal`, once."""

    kind: ClassVar[str] = ""
    drives: ClassVar[bool] = True
    """Whether a run that nobody drives goes on after it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not carried out; nothing has changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Approve(Command):
    kind = "approve"
    tree: str
    """Full id or a prefix of at least seven characters."""
    reason: str = ""
    acknowledged: tuple[str, ...] = ()
    """Rules of the scan that the reason is about."""


@dataclass(frozen=True, slots=True)
class SendBack(Command):
    """Request changes: the text goes into the next prompt."""

    kind = "send-back"
    tree: str
    text: str
    hunks: str = ""
    """Those that stay, as `1,3-5`: the next iteration starts without the others. Empty for all."""


@dataclass(frozen=True, slots=True)
class TakeHunks(Command):
    """Approve a part of a candidate: a new tree, which lands once every required gate passed it."""

    kind = "take"
    tree: str
    """Of the whole candidate; full id or a prefix of at least seven characters."""
    hunks: str
    """Those that are taken, as `1,3-5`."""
    taken: str
    """Full id of the tree with only these: it is this tree that is approved."""
    reason: str = ""
    acknowledged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """Take an approval back that was not carried out yet: the review is open again."""

    kind = "withdraw"
    tree: str
    """What was approved, or the candidate of which a part was."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reject(Command):
    """Reject for good: the run ends."""

    kind = "reject"
    tree: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Command):
    """The answer to an escalation, conflict or question."""

    kind = "answer"
    need: str
    answer: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pause(Command):
    kind = "pause"
    now: bool = False


@dataclass(frozen=True, slots=True)
class Resume(Command):
    """Go on after a pause, a trip, a crash or a blocked landing."""

    kind = "resume"
    reset: bool = False
    """Let a tripped breaker go on half-open."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Restore(Command):
    """Go back to what an iteration made, and on from there."""

    kind = "restore"
    iteration: int
    """0 is the base."""
    reason: str


@dataclass(frozen=True, slots=True)
class Rerun(Command):
    """Run every gate again on the newest candidate."""

    kind = "rerun"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stop(Command):
    kind = "stop"


@dataclass(frozen=True, slots=True)
class Discard(Command):
    """Stop, and let the worktree go; unlanded work is kept under a rescue ref."""

    kind = "discard"


@dataclass(frozen=True, slots=True)
class Nudge(Command):
    kind = "nudge"
    drives = False
    text: str
    now: bool = False
    """Interrupt the maker at work, and give it its prompt again with this in it."""


@dataclass(frozen=True, slots=True)
class SetLimit(Command):
    kind = "limit"
    breaker: str
    limit: float
    reason: str
    also: Mapping[str, float] = field(default_factory=dict)
    """More limits by breaker, which change with it: all of them, or none."""


@dataclass(frozen=True, slots=True)
class Waive(Command):
    """A finding of the checker does not matter, and why."""

    kind = "waive"
    drives = False
    finding: str
    """Its fingerprint or the beginning of it, at least four characters."""
    reason: str


@dataclass(frozen=True, slots=True)
class Promote(Command):
    """Try the landing again, perhaps another way."""

    kind = "promote"
    way: str = ""


@dataclass(frozen=True, slots=True)
class Remember(Command):
    """A new record. To the stream of memory, like all commands about records."""

    kind = "remember"
    drives = False
    type: str
    text: str
    scope: str = "repository"
    """`run:ID`, `loop:NAME` or repository."""
    subject: str = ""
    why: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pinned: bool = False
    blobs: tuple[str, ...] = ()
    """Ids of the content of the files as the person cites them."""
    shared: str = ""
    """Where a file of the repository has it, and the digest of what it says there."""
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class Revise(Command):
    """Change a record: its words, its pin, or its state. None leaves a field as it is."""

    kind = "revise"
    drives = False
    id: str
    type: str | None = None
    scope: str | None = None
    subject: str | None = None
    text: str | None = None
    why: str | None = None
    tags: tuple[str, ...] | None = None
    files: tuple[str, ...] | None = None
    pinned: bool | None = None
    state: str | None = None
    beside: tuple[str, ...] | None = None
    blobs: tuple[str, ...] | None = None
    """Of other files there are none unless they are given with them."""
    shared: str | None = None
    agreed: str | None = None
    seen: str | None = None
    """The text that the person had before them; where it is another by now, nothing is changed."""


@dataclass(frozen=True, slots=True)
class Merge(Command):
    """Make one record of several: the first gets the words, the others are superseded by it."""

    kind = "merge"
    drives = False
    ids: tuple[str, ...]
    text: str
    why: str = ""
    seen: tuple[str, ...] = ()
    """Their texts as the person had them before them, in the same order; empty is not asked."""


@dataclass(frozen=True, slots=True)
class UndoEdit(Command):
    """Take back the last edit of a record that was not taken back yet."""

    kind = "undo-edit"
    drives = False


REGISTRY: dict[str, type[Command]] = {c.kind: c for c in Command.__subclasses__()}


def encode(command: Command) -> str:
    return codec.dumps(codec.encode(command))


def decode(kind: str, data: str) -> Command:
    """Raises KeyError for a kind that this version does not know."""
    return codec.decode(REGISTRY[kind], json.loads(data))
