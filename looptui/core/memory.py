"""What is remembered: records, and the lessons that runs make from facts."""

from __future__ import annotations

from dataclasses import dataclass

from looptui.core.state import Iteration

BYTES_PER_TOKEN = 3.6
"""English text and code under common tokenizers; an estimate that errs on the high side."""
LONGEST = 500
"""Characters of a lesson."""
TRIED = "tried"
"""The type of records that are for a maker's eyes and never enter a prompt."""
IN_THIS_RUN = " (in this run)"
"""Ends the subject of what a maker notes for the run that it works for, and for no other."""
TYPES = ("fact", "decision", "rule", "fix", "failure", "preference", "command")
STATES = ("active", "quarantined", "stale", "superseded", "forgotten")
"""Only active records may enter a prompt."""
STREAM = "memory"
"""Where edits by people stand in the log: records outlive runs, and ids of runs are longer."""
_OURS = ("missing", "timeout", "idle", "flooded", "lost")
"""Outcomes of a maker's call whose reason is in our words, not in its own."""


@dataclass(frozen=True, slots=True)
class Memory:
    """One record."""

    id: str
    type: str
    scope: str
    subject: str
    text: str
    iteration: int = 0
    digests: tuple[str, ...] = ()
    why: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """The files that it is about."""
    blobs: tuple[str, ...] = ()
    """What git calls the content of each file as it was cited; empty where nobody vouched for it.

    None at all, or as many as there are files.
    """
    pinned: bool = False
    state: str = "active"
    at: float = 0.0
    """When it was recorded, in Unix seconds."""
    run: str = ""
    """The run that made it; empty where a person did."""
    actor: str = ""
    """Who changed it last."""
    uses: int = 0
    """Prompts that it was in."""
    helped: int = 0
    """Of those, how many led to a better score than the one before."""
    shared: str = ""
    """Where it stands in the repository, `.looptui/memory/FILE.toml#NAME`; empty where nowhere."""
    agreed: str = ""
    """Stands for what it said when file and record last said the same."""
    beside: tuple[str, ...] = ()
    """Records that say something else of the same subject, and a person keeps both."""


def tokens(text: str) -> int:
    """Estimated tokens of a text."""
    return max(1, round(len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN)) if text else 0


def lesson(iteration: Iteration, outcome: str) -> str:
    """What was tried and what came of it, in one line, from facts alone."""
    what = ", ".join(map(_plain, iteration.paths[:5])) or "no file"
    tried = f"iteration {iteration.n} changed {what} (+{iteration.added} -{iteration.deleted})"
    text = "; ".join([f"{tried}: {outcome}", *_results(iteration)])
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _results(iteration: Iteration) -> list[str]:
    """Refused paths, else red gates, else why the maker's call ended before its time."""
    if iteration.denied:
        return [f"not allowed: {', '.join(map(_plain, iteration.denied[:5]))}"]
    red = [f"{e.gate}: {e.summary}" for e in iteration.gates if e.state != "pass"]
    return red or ([iteration.maker_reason] if iteration.maker in _OURS else [])


def claim(iteration: Iteration) -> str:
    """What the maker itself said of the iteration, in one line; empty where it said nothing."""
    if iteration.maker in _OURS or not iteration.maker_reason:
        return ""
    text = _plain(f"iteration {iteration.n}, the maker said: {iteration.maker_reason}")
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _plain(path: str) -> str:
    """A path that stays on its line: file names are chosen by whoever makes the file."""
    return path if path.isprintable() else ascii(path)


def scopes_of(loop: str, run: str) -> tuple[str, ...]:
    """The scopes whose records may enter a prompt: repository, loop, and the run itself."""
    return "repository", f"loop:{loop}", f"run:{run}"
