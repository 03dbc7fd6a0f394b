"""What was read off a repository and a machine, each thing with the place that says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Purpose = Literal["test", "lint", "format", "types", "coverage", "docs", "lock"]
Confidence = Literal["sure", "likely", "guess"]
GitState = Literal["none", "unborn", "detached", "branch"]

RANK: dict[Confidence, int] = {"sure": 0, "likely": 1, "guess": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """A command that a repository seems to have, and the line that says so."""

    purpose: Purpose
    argv: tuple[str, ...]
    """From the root of the repository, without a shell."""
    path: str
    """The file, below the root."""
    line: int = 0
    """From 1; 0 where the file's being there is all that it says."""
    confidence: Confidence = "sure"
    why: str = ""
    fix: tuple[str, ...] = ()
    """The command that mends what `argv` finds; empty where there is none."""
    share: tuple[str, ...] = ()
    """Untracked paths of the checkout without which it cannot run."""
    setup: tuple[tuple[str, ...], ...] = ()
    """What has to be done once, with network, before it can run."""
    suggestion: bool = False
    """Prose said it, to people or to agents: never taken without being asked for."""
    here: bool = True
    """Whether its program is on this machine."""

    @property
    def place(self) -> str:
        """`pyproject.toml:12`."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Agent:
    """A coding agent on PATH, and how it is called without a person."""

    name: str
    title: str
    env: tuple[str, ...]
    """Names of the variables in which it looks for a key."""
    keys_set: tuple[str, ...]
    """Those of them that are set; no value is ever read."""
    more_set: tuple[str, ...]
    """Other variables of its own that are set: where its provider is, which model it takes."""
    path: str
    """The program."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language, and the file that says so."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Package:
    """A part of a repository with a manifest of its own."""

    path: str
    manifest: str
    declared: str = ""
    """The file of the workspace that names it; empty where only its manifest tells."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Git:
    """What git's own files say; git is not run."""

    state: GitState
    branch: str | None = None
    """The branch that is checked out."""
    default: str | None = None
    """The branch that changes usually go to; None where nothing says."""
    default_from: str = ""
    """Where that is said."""


@dataclass(frozen=True, slots=True)
class Survey:
    """All that was found, the surest first."""

    git: Git = Git("none")
    languages: tuple[Language, ...] = ()
    packages: tuple[Package, ...] = ()
    findings: tuple[Finding, ...] = ()
    agents: tuple[Agent, ...] = ()
    unread: tuple[Unread, ...] = ()
    owner: str = ""
    """Who git says sits at the keyboard."""
    loops: tuple[str, ...] = field(default=())
    """Names of the loops that are there already."""

    def of(self, purpose: Purpose) -> tuple[Finding, ...]:
        """Everything found for a purpose, prose last."""
        return tuple(one for one in self.findings if one.purpose == purpose)

    def best(self, purpose: Purpose) -> Finding | None:
        """What to take unless a person says otherwise; prose is never taken."""
        return next((one for one in self.of(purpose) if not one.suggestion), None)
