"""Events as lines: time, a word, whose, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from looptui.projections.figures import clock, plural
from looptui.tui.glyphs import Glyphs
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.tui.controller import Line

# Kind of event -> glyph, word, style. What is not here is not worth a line.
_KINDS = {
    "run.created": ("queued", "run", "muted"),
    "session.started": ("run", "session", "muted"),
    "setup.finished": ("run", "setup", "muted"),
    "baseline.measured": ("gate", "base", "state-gate"),
    "iteration.started": ("run", "iter", "state-run"),
    "gates.rerun": ("gate", "again", "state-review"),
    "iteration.restored": ("warn", "back", "state-review"),
    "prompt.built": ("run", "prompt", "state-gate"),
    "maker.finished": ("run", "maker", "state-run"),
    "candidate.captured": ("run", "diff", "state-run"),
    "permission.denied": ("tripped", "denied", "state-need"),
    "permission.granted": ("done", "allowed", "muted"),
    "permission.refused": ("tripped", "refused", "state-need"),
    "gate.finished": ("gate", "gate", "state-gate"),
    "flake.found": ("warn", "flaky", "breaker-warn"),
    "test.quarantined": ("warn", "aside", "breaker-warn"),
    "test.released": ("done", "counts", "muted"),
    "check.finished": ("review", "check", "state-review"),
    "finding.waived": ("warn", "waived", "state-review"),
    "iteration.finished": ("done", "score", "breaker-ok"),
    "memory.recorded": ("queued", "memory", "muted"),
    "breaker.warned": ("warn", "warn", "breaker-warn"),
    "breaker.tripped": ("tripped", "trip", "state-need"),
    "breaker.reset": ("warn", "reset", "breaker-half"),
    "limit.raised": ("warn", "limit", "breaker-half"),
    "need.opened": ("review", "need", "state-review"),
    "candidate.approved": ("done", "approve", "state-done"),
    "candidate.sent_back": ("review", "back", "state-review"),
    "run.nudged": ("run", "nudge", "state-run"),
    "landing.planned": ("run", "landing", "state-run"),
    "landing.blocked": ("need", "blocked", "state-need"),
    "target.moved": ("warn", "moved", "breaker-warn"),
    "run.rebased": ("run", "rebase", "state-run"),
    "run.landed": ("done", "landed", "state-done"),
    "run.reverted": ("warn", "revert", "breaker-warn"),
    "pause.requested": ("paused", "pause", "state-paused"),
    "run.paused": ("paused", "paused", "state-paused"),
    "run.resumed": ("run", "resume", "state-run"),
    "run.parked": ("queued", "parked", "state-queued"),
    "run.queued": ("queued", "queued", "state-queued"),
    "run.finished": ("stopped", "end", "state-stopped"),
    "effect.abandoned": ("warn", "undone", "breaker-warn"),
    "effect.failed": ("need", "error", "state-need"),
}
_WORD = 7
_QUIET = ("memory.recorded", "session.started", "setup.finished", "run.created")
"""Told in the story of a run, left out of the list of all events."""


def worth(line: Line, *, fleet: bool = False) -> bool:
    """Whether an event is shown: plumbing is not."""
    if line.kind == "memory.recorded" and "variants tried" in line.text:
        return False
    return line.kind in _KINDS and not (fleet and line.kind in _QUIET)


def fleet_line(line: Line, glyphs: Glyphs) -> Spans:
    """An event of any run."""
    head = _head(line, glyphs)
    return (*head, (f"{line.loop[:15]:<16}", "bold"), (_words(line), ""))


def story_line(line: Line, glyphs: Glyphs) -> Spans:
    """An event of the run that is on screen; which iteration it is of was said before it."""
    words = _words(line)
    if line.kind not in ("iteration.started", "iteration.restored"):
        words = words.removeprefix(f"iteration {line.iteration}: ").removeprefix("needs you: ")
    return (*_head(line, glyphs), (words, ""))


def _words(line: Line) -> str:
    first, *more = (line.text or line.kind).split("\n")
    return f"{first} (+{plural(len(more), 'line')})" if more else first


def _head(line: Line, glyphs: Glyphs) -> Spans:
    name, word, style = _look(line)
    glyph = getattr(glyphs, name)
    return (
        (f"{clock(line.at)} ", "muted"),
        (f"{glyph} {word:<{_WORD}} ", style),
    )


def _look(line: Line) -> tuple[str, str, str]:
    name, word, style = _KINDS[line.kind]
    if line.kind == "gate.finished":
        if " pass," in line.text:
            return "done", word, "breaker-ok"
        if " flaky," in line.text:
            return "warn", word, "breaker-warn"
        return "tripped", word, "breaker-trip"
    if line.kind == "iteration.finished" and ": good" not in line.text:
        return "tripped", word, "breaker-warn"
    if line.kind == "run.finished" and line.text.startswith(("landed", "completed")):
        return "done", word, "state-done"
    return name, word, style


HANG = 9 + 2 + _WORD + 1
"""Cells before the words of a line in a story."""
