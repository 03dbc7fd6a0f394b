"""What a check of sense is, and safe ways to look into a file that may be half wrong.

Rules read the plain data of a file, so that they also speak when some of it has the wrong shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as Directory

from looptui.loopfile.problem import Path, Severity

Finding = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """A loop file and what is around it."""

    data: Mapping[str, object]
    root: Directory | None = None
    """The repository's root, where known."""
    own_path: str | None = None
    """The file's path below `root`."""
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`triggers.after` of the other loops of the directory, by loop name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of sense with its id."""

    code: str
    severity: Severity
    about: str
    find: Callable[[Facts], Iterator[Finding]]


def table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[tuple[int, object]]:
    return list(enumerate(value)) if isinstance(value, list) else []


def tables(value: object) -> list[tuple[int, Mapping[str, object]]]:
    return [(index, item) for index, item in items(value) if isinstance(item, dict)]


def strings(value: object) -> list[tuple[int, str]]:
    return [(index, item) for index, item in items(value) if isinstance(item, str)]


def word(value: object) -> str:
    return value if isinstance(value, str) else ""


def whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def gate_kind(gate: Mapping[str, object]) -> str:
    return word(gate.get("kind", "command"))
