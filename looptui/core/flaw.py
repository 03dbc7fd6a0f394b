"""What a checker finds in a change, and what became of it: raised, fixed, raised again, waived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["blocker", "major", "minor", "note"]
SEVERITIES: tuple[Severity, ...] = ("blocker", "major", "minor", "note")
"""The worst first."""
MATERIAL = ("blocker", "major")
"""Severities that a candidate cannot pass with."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a checker said of one criterion."""

    id: str
    met: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One finding of a checker."""

    id: str
    """Its fingerprint: the same place in the same code is the same finding, however it is put."""
    file: str
    line: int
    """0 for the file as a whole."""
    severity: str
    reason: str

    @property
    def material(self) -> bool:
        return self.severity in MATERIAL

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding in the ledger of a run."""

    flaw: Flaw
    state: str = "open"
    """open, fixed or waived."""
    raised: int = 1
    """How often it was raised after it had not been there."""
    first: int = 0
    """The iteration in which it was raised first."""
    last: int = 0
    """The iteration in which a checker last saw it."""
    fixed: int = 0
    """The iteration whose verdict no longer had it; 0 while it is there."""
    by: str = ""
    """Who waived it."""
    why: str = ""

    @property
    def stands(self) -> bool:
        """Whether it keeps a candidate from passing."""
        return self.state == "open" and self.flaw.material


def fingerprint(file: str, code: str, reason: str) -> str:
    """Twelve hex digits for a finding.

    `code` is the line that it points at. Models find new words for the same finding, so the words
    count only where there is no code; numbers in them never do.
    """
    import hashlib
    import re

    words = " ".join(re.findall(r"[^\W\d_]+", reason.lower()))
    about = " ".join(code.split()) or words
    return hashlib.sha256(f"{file}\0{about}".encode("utf-8", "replace")).hexdigest()[:12]


def entered(ledger: Mapping[str, Entry], found: Sequence[Flaw], iteration: int) -> dict[str, Entry]:
    """The ledger after a verdict: what it no longer names is fixed, what comes back is open."""
    named = {flaw.id for flaw in found}
    after = {
        identity: replace(entry, state="fixed", fixed=iteration)
        if entry.state == "open" and identity not in named
        else entry
        for identity, entry in ledger.items()
    }
    for flaw in found:
        after[flaw.id] = _raised(after.get(flaw.id), flaw, iteration)
    return after


def _raised(known: Entry | None, flaw: Flaw, iteration: int) -> Entry:
    if known is None:
        return Entry(flaw, first=iteration, last=iteration)
    again = known.state == "fixed"
    return replace(
        known,
        flaw=flaw,
        state="open" if again else known.state,
        raised=known.raised + again,
        last=iteration,
        fixed=0,
    )


def worst_first(found: Iterable[Flaw]) -> list[Flaw]:
    """By severity, then by place."""
    rank: dict[str, int] = {name: at for at, name in enumerate(SEVERITIES)}
    return sorted(found, key=lambda one: (rank.get(one.severity, 0), one.file, one.line))
