"""What is remembered: records as runs and people make them, and every edit."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.events.fact import Event


@dataclass(frozen=True, slots=True)
class MemoryRecorded(Event):
    kind = "memory.recorded"
    id: str
    type: str
    """fact, decision, rule, fix, failure, preference, command, or `tried` (never in a prompt)."""
    scope: str
    """run, loop or repository; outside of a run `run:ID`, `loop:NAME` or repository."""
    subject: str
    text: str
    iteration: int = 0
    files: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    why: str = ""
    tags: tuple[str, ...] = ()
    pinned: bool = False
    state: str = "active"
    """`quarantined` for what an agent said: no prompt has it until a person confirms it."""
    blobs: tuple[str, ...] = ()
    """Ids of the content of `files` as they were cited; none, or one for each, empty if unknown."""
    shared: str = ""
    """`.looptui/memory/FILE.toml#NAME` where the repository has it in a file."""
    agreed: str = ""
    """Digest of what it said when file and record last said the same."""


@dataclass(frozen=True, slots=True)
class Content:
    """All of a record that an edit can change."""

    type: str
    scope: str
    """`run:ID`, `loop:NAME` or repository."""
    subject: str
    text: str
    why: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pinned: bool = False
    state: str = "active"
    """active, quarantined, stale, superseded or forgotten."""
    beside: tuple[str, ...] = ()
    """Records that say something else of the same subject, and a person keeps both."""
    blobs: tuple[str, ...] = ()
    """Ids of the content of `files` as they were cited; none, or one for each, empty if unknown."""
    shared: str = ""
    """`.looptui/memory/FILE.toml#NAME` where the repository has it in a file."""
    agreed: str = ""
    """Digest of what it said when file and record last said the same."""


@dataclass(frozen=True, slots=True)
class MemoryEdited(Event):
    """A record as it was and as it is; a person did that, or took it back."""

    kind = "memory.edited"
    id: str
    before: Content
    after: Content
    undoes: int = 0
    """Number of the event in the stream of memory that this one takes back; 0 for none."""
    also: int = 0
    """How many edits right before it belong to it: they are taken back together."""
