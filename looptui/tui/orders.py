"""What a line of the screen's command line is about, and what it can order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.core import commands as cmd
from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.projections.values import RunView


@dataclass(frozen=True, slots=True)
class Stage:
    """What a line can be about."""

    runs: Sequence[RunView] = ()
    """Newest first."""
    chosen: RunView | None = None
    """The run under the cursor."""
    files: Sequence[Path] = ()
    themes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Send:
    """A command for a run; `said` is told when it was carried out."""

    run: str
    command: cmd.Command
    said: str


@dataclass(frozen=True, slots=True)
class Press:
    """What a key does, by the verb of its id: `pause`, `app.quit`."""

    verb: str


@dataclass(frozen=True, slots=True)
class Open:
    run: str
    review: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    file: Path


@dataclass(frozen=True, slots=True)
class Fork:
    """A new run, from what an iteration of another one made."""

    run: str
    iteration: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dress:
    theme: str


Order = Send | Press | Open | Start | Fork | Dress


@dataclass(frozen=True, slots=True)
class Words:
    """A line taken apart."""

    stage: Stage
    run: RunView | None
    """Named, or else under the cursor."""
    named: bool
    rest: tuple[str, ...]
    options: Mapping[str, str]

    @property
    def subject(self) -> RunView:
        if self.run is None:
            raise UsageError("no run is under the cursor", "Name one: its loop, or its id.")
        return self.run

    @property
    def text(self) -> str:
        return " ".join(self.rest)

    def only(self, most: int = 0) -> None:
        """Refuse words that nothing is done with."""
        if len(self.rest) > most:
            raise UsageError(f"{self.rest[most]!r} is neither a run nor anything else here")
