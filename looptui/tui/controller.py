"""What the screen needs from the rest: what it reads, and what it does.

The composition root implements both. Reads wait for the disk, so they are made in a thread, as
questions: functions of `Reads` that give back plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from looptui.tui.handing import Hands

if TYPE_CHECKING:
    from pathlib import Path

    from looptui.core.commands import Command
    from looptui.core.events import Section
    from looptui.core.memory import Memory
    from looptui.detecting.values import Survey
    from looptui.loopfile.problem import Problem
    from looptui.ports import Notifier
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.logbook import Logbook, Verified
    from looptui.tui.memories import Memories, PromptCard


Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Line:
    """One event as lists show it."""

    seq: int
    at: float
    run: str
    loop: str
    kind: str
    text: str
    """Its words, made safe; may be empty."""
    n: int = 0
    """Its number in the run, from 1."""
    iteration: int | None = None
    """The iteration that it names; 0 is the base."""
    actor: str = ""
    """Who did it, made safe."""


@dataclass(frozen=True, slots=True)
class NextMemory:
    """What would go into the next prompt of a run, chosen from what is recorded now."""

    records: tuple[Memory, ...] = ()
    """Oldest first."""
    left_out: int = 0
    """Records that do not fit."""
    tokens: int = 0
    budget: int = 0


@dataclass(frozen=True, slots=True)
class LoopCard:
    """What a person should know of a loop file before it is trusted and started."""

    path: Path
    name: str
    goal: str = ""
    digest: str = ""
    """Of exactly the content that the card shows."""
    trusted: bool = False
    commands: tuple[tuple[str, str], ...] = ()
    """What would run on this machine: (role, command line)."""
    problem: str = ""
    """Why it cannot be started, or empty."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a loop file that was to be written."""

    path: Path
    problem: str = ""
    """Why it was not written, or empty."""
    taken: bool = False
    """A file of that name is there, and was not touched."""


class Reads(Protocol):
    """What can be read, in the thread that answers questions and nowhere else.

    Texts that others wrote come out safe. LooptuiError where the state cannot be read.
    """

    def version(self) -> int:
        """Changes when anything was written, by this process or by another one."""
        ...

    def runs(self) -> tuple[RunView, ...]:
        """All runs, newest first; the same object for a run as long as it is the same."""
        ...

    def run(self, run: str) -> RunView | None: ...

    def iterations(self, run: str) -> tuple[IterationView, ...]: ...

    def base(self, run: str) -> IterationView | None:
        """What gates said of the base, as iteration 0; None until they have."""
        ...

    def events(self, after: int, limit: int = 200) -> tuple[Line, ...]:
        """Events newer than a sequence number, oldest first; `after` -1: the last `limit`."""
        ...

    def story(self, run: str, after: int, limit: int = 2000) -> tuple[Line, ...]:
        """Events of a run behind its number `after`, oldest first; `after` 0: the last `limit`."""
        ...

    def memory(self, run: str, iteration: int) -> tuple[Memory, ...]:
        """The records in the prompt of an iteration."""
        ...

    def next_memory(self, run: str) -> NextMemory:
        """The records that the next prompt of a run would hold."""
        ...

    def sections(self, run: str, iteration: int) -> tuple[Section, ...]:
        """The sections of the prompt of an iteration with their sizes."""
        ...

    def blob(self, ref: str) -> str:
        """Text of a blob; empty if it is gone."""
        ...

    def transcript(self, run: str, iteration: int, offset: int) -> tuple[str, int]:
        """A maker's output from a byte offset, at most 64 KiB; the next offset.

        Of more than a megabyte only the end is given; a line says how much was left out.
        """
        ...

    def last_output(self, run: str, iteration: int) -> float | None:
        """When the maker last printed, in Unix seconds; None if it has not."""
        ...

    def driven(self, run: str) -> str:
        """Who drives a run: `here`, `pid 4312` or an empty string for nobody."""
        ...

    def patience(self, run: str) -> float | None:
        """Seconds that the step in flight of a run may take in all; None where nobody knows."""
        ...

    def draft(self, run: str) -> str:
        """The draft of a review that was kept; empty for none."""
        ...

    def landing(self, run: str) -> str:
        """What follows an approval: `squash onto main`."""
        ...

    def spent_today(self) -> float:
        """Dollars that all runs of the repository spent on this UTC day."""
        ...

    def loop_files(self) -> tuple[Path, ...]:
        """The loop files of the repository."""
        ...

    @property
    def log(self) -> Logbook:
        """The log itself."""
        ...

    @property
    def memories(self) -> Memories:
        """What is remembered."""
        ...


class Controller(Hands, Protocol):
    """Answers questions and carries out commands; no method blocks the screen."""

    repo: Path
    """Root of the repository on which the screen works."""

    def begin(self) -> None:
        """The first frame is on screen: from now on troubles go to the log file."""
        ...

    async def read(self, question: Callable[[Reads], Answer]) -> Answer:
        """Answer a question, after those that were asked before; raises what the question does."""
        ...

    async def live_diff(self, run: str) -> str:
        """The diff of the worktree as it is now, against the base of the run."""
        ...

    async def review_diff(self, run: str, tree: str) -> str:
        """The diff that landing a candidate would bring."""
        ...

    async def review_file(self, run: str, tree: str, path: str) -> str:
        """A file as it is in a candidate; empty where there is no text to show."""
        ...

    async def picked(self, run: str, tree: str, hunks: str) -> tuple[str, str]:
        """The tree with only some hunks of a candidate: (its id, '') or ('', why not)."""
        ...

    def keep_draft(self, run: str, text: str) -> None:
        """Keep the draft of a review for as long as its run is open; an empty one is dropped."""
        ...

    async def send(self, run: str, command: Command) -> str:
        """Send a command; an empty string when it was carried out, else why it was refused."""
        ...

    async def remember(self, command: Command) -> tuple[str, str]:
        """Have a command about memory carried out: (id of the record, '') or ('', why not).

        An empty id where nothing had to change. Texts that `Revise` or `Merge` name as seen are
        those that were read here.
        """
        ...

    async def preview(self, run: str) -> PromptCard:
        """The next prompt of a run as it would be sent now; nothing is recorded or sent."""
        ...

    async def drive(self, run: str) -> str:
        """Drive a run in this process from now on; an empty string, or why not."""
        ...

    async def look_at(self, loop_file: Path) -> LoopCard:
        """What is in a loop file, and whether a person trusted it."""
        ...

    async def start(
        self, loop_file: Path, *, trust: bool = False, digest: str = ""
    ) -> tuple[str, str]:
        """Make a run of a loop file and drive it here: (run id, '') or ('', why not).

        `digest` trusts the content that a person read, and no other; `trust` whatever is there.
        """
        ...

    async def fork(self, run: str, iteration: int, reason: str) -> tuple[str, str]:
        """Make a run that goes on from what an iteration made, and drive it here.

        (Its id, '') or ('', why not).
        """
        ...

    async def verify_log(self, progress: Callable[[int], None]) -> Verified:
        """Prove that the log is what was written; `progress` is told how far, in a thread.

        LooptuiError where the file is no database of ours, or the app ends meanwhile.
        """
        ...

    async def export_log(self, file: Path) -> tuple[int, str]:
        """Write the log to a new file, CSV if it is named so: (events, '') or (0, why not)."""
        ...

    async def survey(self) -> Survey:
        """What the repository and PATH look like; files are read and nothing is run."""
        ...

    async def check_text(self, name: str, text: str) -> tuple[Problem, ...]:
        """What is wrong with the text of a loop file, errors and warnings by line."""
        ...

    async def write_loop(self, name: str, text: str, *, replace: bool = False) -> Written:
        """Write a new loop file, or with `replace` in place of one that is there."""
        ...

    def notifiers(
        self, channels: Sequence[str], command: Sequence[str], write: Callable[[str], None]
    ) -> tuple[Notifier, ...]:
        """The ways to call a person; PluginError where one of them cannot be had.

        `command` is the person's own; `write` sends escape sequences to the terminal.
        """
        ...

    async def close(self) -> tuple[RunView, ...]:
        """Pause what is driven here, at once, and wait until nothing of it is left.

        All runs as they are then; none where the state cannot be read, or was closed before.
        """
        ...
