"""The job as it comes in, and the answer as it goes out: JSON both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

ANSWER_PREFIX = "looptui-repair-answer: "
"""Stands before the answer on the last line of stdout, where no `answer_path` was given."""

Outcome = Literal["improved", "unchanged", "gave-up"]


class BadJob(ValueError):
    """The job cannot be understood; the text says which part."""


@dataclass(frozen=True, slots=True)
class Job:
    test_argv: tuple[str, ...]
    failing: tuple[str, ...] = ()
    """Test ids that matter; empty for all that fail."""
    batch: int = 25
    """Variants to try at most."""
    tried: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Place -> digests of variants that need not be tried again."""
    seed: int = 0
    """Decides between variants of the same rank."""
    seconds: float = 600.0
    write: tuple[str, ...] = ("**",)
    deny: tuple[str, ...] = ()
    answer_path: str | None = None

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Raises BadJob."""
        try:
            raw = json.loads(text)
        except ValueError as error:
            raise BadJob(f"the job is not JSON: {error}") from error
        if not isinstance(raw, dict) or not words(raw.get("test_argv")):
            raise BadJob("the job needs `test_argv`, a list of words")
        unknown = sorted(set(raw) - set(cls.__slots__))
        if unknown:
            raise BadJob(f"the job has unknown parts: {', '.join(unknown)}")
        return cls(**{name: convert(name, value) for name, value in raw.items()})


def words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def convert(name: str, value: Any) -> Any:
    if name in ("test_argv", "failing", "write", "deny") and (value == [] or words(value)):
        return tuple(value)
    if name in ("batch", "seed") and type(value) is int:
        return value
    if name == "seconds" and isinstance(value, int | float):
        return float(value)
    if name == "answer_path" and isinstance(value, str | None):
        return value
    if name == "tried" and isinstance(value, dict):
        return {str(place): tuple(map(str, digests)) for place, digests in value.items()}
    raise BadJob(f"`{name}` has the wrong type in the job")


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    reason: str
    """One sentence for people."""
    applied: str = ""
    """What was changed, where something was."""
    tried: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Place -> digests of this call's variants that did not help."""
    passing_before: int = 0
    passing_after: int = 0
    failing_before: int = 0
    failing_after: int = 0
    variants: int = 0
    left: int = 0
    """Untried variants that remain; those after an edit are not counted."""
    seconds: float = 0.0

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def hand_over(answer: Answer, path: str | None) -> None:
    """Write the answer to a file, or print it as the last line."""
    if path is None:
        print(ANSWER_PREFIX + answer.to_json(), flush=True)
        return
    Path(path).write_text(answer.to_json(), encoding="ascii")
