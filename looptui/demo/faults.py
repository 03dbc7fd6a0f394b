"""The catalogue of seeded faults: small mistakes as people make them, each caught by a test."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from looptui.errors import UsageError

CATALOGUE = Path(__file__).with_name("faults.toml")


@dataclass(frozen=True, slots=True)
class Slip:
    """One text edit: `old` stands exactly once in the file at `path`."""

    path: str
    old: str
    new: str

    def apply(self, root: Path) -> None:
        file = root / self.path
        text = file.read_text("utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.path} does not hold exactly once: {self.old}")
        file.write_text(text.replace(self.old, self.new), "utf-8")


@dataclass(frozen=True, slots=True)
class Fault:
    """A seeded fault of one demo project."""

    id: str
    """Starts with the project's name."""
    kind: str
    """The mistake in a few words."""
    place: str
    """Where it sits: functions, classes or constants."""
    slips: tuple[Slip, ...]
    hard: bool = False
    """Beyond the repair maker: it gives up on this one."""

    @property
    def project(self) -> str:
        return self.id.partition("-")[0]


def catalogue() -> tuple[Fault, ...]:
    """All faults, in a fixed order."""
    rows = tomllib.loads(CATALOGUE.read_text("utf-8"))["fault"]
    return tuple(read(row) for row in rows)


def read(row: dict[str, Any]) -> Fault:
    slips = tuple(Slip(**edit) for edit in row["edit"])
    return Fault(row["id"], row["kind"], row["place"], slips, row.get("hard", False))


def draw(seed: int) -> Fault:
    """The fault of a seed, none of the hard ones: the same for the same seed and version."""
    return random.Random(seed).choice([fault for fault in catalogue() if not fault.hard])


def find(fault_id: str) -> Fault:
    """Raises UsageError for an unknown id."""
    for fault in catalogue():
        if fault.id == fault_id:
            return fault
    raise UsageError(f"no fault is called {fault_id}", "see `looptui/demo/faults.toml` for all")
