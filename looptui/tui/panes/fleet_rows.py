"""The rows of the fleet: runs sorted by what needs a person, then loops that were not started."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import localtime, strftime, time
from typing import TYPE_CHECKING

from looptui.projections.figures import DAY, money, percent, span
from looptui.tui import looks
from looptui.tui.glyphs import Glyphs
from looptui.tui.keymap import Keymap
from looptui.tui.spans import Spans
from looptui.tui.widgets.table_view import Column, TableRow

if TYPE_CHECKING:
    from looptui.projections.values import BreakerView, RunView
    from looptui.tui.feed import Snapshot

RUN_CELLS = 7
"""Characters of a run's id that tell it from others, here and on the command line."""
COLUMNS = (
    Column("", 1),
    Column("loop", 14),
    Column("run", RUN_CELLS),
    Column("began", 6, 3),
    Column("state", 11),
    Column("iter", 5, 4),
    Column("nearest brk", 12, 2),
    Column("cost $", 7, 5, right=True),
    Column("time", 5, 6),
    Column("latest", 12, 1, grow=True),
)
_BREAKERS = {
    "iterations": "iter", "cost": "cost", "tokens": "tok", "time": "time", "errors": "error",
    "permission": "perm", "escalation": "human", "stall": "stall",
}  # fmt: skip


def run_row(view: RunView, snapshot: Snapshot, glyphs: Glyphs, keymap: Keymap) -> TableRow:
    """One run."""
    driver = snapshot.driver(view)
    look = looks.of_run(view, driver, glyphs)
    faint = "muted" if view.ended else ""
    limit = view.breakers.get("iterations")
    iteration = f"{limit.value:.0f}/{limit.limit:.0f}" if limit else str(view.iteration)
    cells: tuple[Spans | str, ...] = (
        ((look.glyph, look.style),),
        ((view.loop, faint or "bold"),),
        ((view.id[:RUN_CELLS], "muted"),),
        ((began(view.created, time()), "muted"),),
        ((look.word, look.style),),
        ((iteration, faint),),
        _nearest(view, glyphs),
        ((money(view.cost_usd, known=view.cost_known).removeprefix("$"), faint),),
        ((span(_seconds(view, driver)), faint),),
        ((_latest(view, driver, keymap), faint),),
    )
    return TableRow(view.id, cells)


def file_row(path: Path, glyphs: Glyphs, keymap: Keymap) -> TableRow:
    """A loop file of which there is no run."""
    words = keymap.told("{pick.choose} shows and starts it")
    name = ((glyphs.queued, "muted"),), ((path.stem, "bold"),)
    return TableRow(path, (*name, "", "", (("ready", "muted"),), *[""] * 4, ((words, "muted"),)))


def ordered(
    views: Sequence[RunView], urgency: dict[str, float], shown: Sequence[object], *, hold: bool
) -> list[RunView]:
    """What needs a person first, then what works, then what ended; the newest first in each.

    While `hold` is on, rows keep the places they have.
    """
    fresh = sorted(views, key=lambda view: (int(urgency[view.id]), view.created, view.id))
    fresh.reverse()
    if not hold:
        return fresh
    places = {key: place for place, key in enumerate(shown)}
    return sorted(fresh, key=lambda view: places.get(view.id, len(places)))


def began(at: float, now: float) -> str:
    """When a run was made: the time of day, and for older ones the date: `14:02`, `21 Nov`."""
    pattern = "%H:%M" if abs(now - at) < DAY / 2 else "%d %b"
    return strftime(pattern, localtime(at))


def _seconds(view: RunView, driver: str) -> float:
    running = view.state == "active" and driver
    return view.active_s + (max(0.0, time() - view.updated) if running else 0.0)


def _latest(view: RunView, driver: str, keymap: Keymap) -> str:
    if looks.interrupted(view, driver):
        return keymap.told("its session ended without a word: {fleet.pause} resumes")
    if view.state == "tripped":
        return f"{view.tripped}: {view.reason}"
    return view.latest or view.reason


def _nearest(view: RunView, glyphs: Glyphs) -> Spans:
    found = looks.nearest(view)
    if found is None:
        return (("-", "muted"),)
    name, breaker = found
    style = {"tripped": "breaker-trip", "warn": "breaker-warn", "half-open": "breaker-half"}
    sign = {"tripped": glyphs.tripped, "warn": glyphs.warn, "half-open": glyphs.warn}
    faint = "muted" if view.ended else ""
    text = f"{_BREAKERS.get(name, name):<5} {_share(breaker):>4} {sign.get(breaker.state, '')}"
    return ((text, faint or style.get(breaker.state, "")),)


def _share(breaker: BreakerView) -> str:
    return percent(min(breaker.ratio, 9.99))
