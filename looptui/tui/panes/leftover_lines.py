"""Runs that a crash left lying: a row for each, and all that is known of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from time import time
from typing import TYPE_CHECKING

from looptui.projections.figures import moment, money, size
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.handing import Leftovers
from looptui.tui.hints import hints
from looptui.tui.keymap import Keymap
from looptui.tui.panes.fleet_rows import RUN_CELLS
from looptui.tui.panes.now_line import doing
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow

if TYPE_CHECKING:
    from looptui.projections.values import RunView

COLUMNS = (
    Column("", 1),
    Column("loop", 14),
    Column("run", RUN_CELLS),
    Column("last seen", 9, 3),
    Column("spent", 7, 1, right=True),
    Column("reserved", 8, 4, right=True),
    Column("alive", 5, 5, right=True),
    Column("worktree", 8, 2),
    Column("what was in flight", 18, grow=True),
)


def row(view: RunView, left: Leftovers | None, glyphs: Glyphs) -> TableRow:
    """A run; what is not read yet is left empty."""
    look = looks.of_run(view, "", glyphs)
    alive = len(left.processes) if left else 0
    return TableRow(
        view.id,
        (
            ((look.glyph, look.style),),
            ((view.loop, "bold"),),
            ((view.id[:RUN_CELLS], "muted"),),
            moment(view.updated, time()),
            money(view.cost_usd, known=view.cost_known),
            money(left.held_usd) if left and left.held_usd else "",
            ((str(alive), "breaker-warn"),) if alive else "",
            _tree_word(left),
            _in_flight(view),
        ),
    )


def _tree_word(left: Leftovers | None) -> Spans:
    if left is None:
        return ()
    if not left.worktree:
        return (("none", "muted"),)
    return (("dirty", "breaker-warn"),) if left.dirty else (("clean", ""),)


def _in_flight(view: RunView) -> str:
    if view.ended:
        return f"{view.state}, not cleaned up"
    if view.state == "queued":
        return "nothing: it was queued"
    return doing(view) if view.in_flight else "nothing: it was between two steps"


def details(view: RunView, left: Leftovers | None, keymap: Keymap) -> Sequence[Spans]:
    """All that is known of a run, in lines with a heading each."""
    if left is None:
        return ((("looking at what is left", "muted"),),)
    return (
        _line("Session", _session(view, left)),
        _line("In flight", *_flight(view, left)),
        _line("Money", _money(view, left)),
        _line("Processes", *_processes(left)),
        _line("Work", _work(view)),
        _line("Worktree", *_worktree(view, left)),
        (),
        *_ways(view, keymap),
        (),
        *_place(left),
    )


def _line(name: str, *parts: str | tuple[str, str]) -> Spans:
    words = [part if isinstance(part, tuple) else (part, "") for part in parts]
    return ((f"{name:<11}", "muted"), *words)


def _session(view: RunView, left: Leftovers) -> str:
    who = left.session or "none was ever begun"
    return f"{who}; its last word came at {moment(view.updated, time())}"


def _flight(view: RunView, left: Leftovers) -> Sequence[str]:
    if not view.in_flight or view.ended:
        return (_in_flight(view),)
    began = f", begun at {moment(left.began, time())}" if left.began else ""
    return (f"{doing(view)}{began}. It is done again from its start when the run goes on",)


def _money(view: RunView, left: Leftovers) -> str:
    spent = f"{money(view.cost_usd, known=view.cost_known)} spent so far"
    if left.held_usd:
        return f"{spent}; {money(left.held_usd)} reserved for what was in flight, charged as such"
    if view.in_flight.startswith("make"):
        return f"{spent}; nothing was reserved for the call in flight, its cost is not known"
    return f"{spent}; nothing is reserved"


def _processes(left: Leftovers) -> Sequence[str | tuple[str, str]]:
    if not left.processes:
        return ("none of it is left",)
    ids = ", ".join(map(str, left.processes[:6]))
    count = len(left.processes)
    alive = "1 process" if count == 1 else f"{count} processes"
    return ((f"{alive} of it still alive ({ids})", "breaker-warn"), "; any of the keys ends them")


def _worktree(view: RunView, left: Leftovers) -> Sequence[str | tuple[str, str]]:
    if not left.worktree:
        return ("none on disk",)
    if not left.dirty:
        return ("clean: all work in it is in a candidate",)
    kept = "kept under a rescue ref" if view.ended else "stopping keeps it, going on starts anew"
    return (("holds work that is in no candidate", "breaker-warn"), f"; {kept}")


def _place(left: Leftovers) -> Sequence[Spans]:
    """Where the worktree is, last: it is long, and nobody has to read it."""
    return (_line("Place", (f"{left.worktree}, {size(left.size)}", "muted")),) * bool(left.worktree)


def _work(view: RunView) -> str:
    parts = [f"iteration {view.iteration}"] if view.iteration else ["no iteration yet"]
    parts += [f"best so far {view.best}"] if view.best else []
    parts += [f"rescued: git show {view.rescued}"] if view.rescued else []
    return ", ".join(parts)


_WAYS = (
    (
        ("reconcile.resume", " goes on here   "),
        ("reconcile.background", " goes on in the background   "),
        ("pick.choose", " looks at it"),
    ),
    (
        ("reconcile.stop", " ends it, its work is kept   "),
        ("reconcile.discard", " lets its worktree go, too"),
    ),
)


def _ways(view: RunView, keymap: Keymap) -> Sequence[Spans]:
    if view.ended:
        return (hints(keymap, ("reconcile.resume", " cleans up after it")),)
    return tuple(hints(keymap, *row) for row in _WAYS)
