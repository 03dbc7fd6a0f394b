"""Gauges of breakers: name, bar, reading, word; the words say what the colour says."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from looptui.tui.glyphs import UNICODE, Glyphs
from looptui.tui.spans import Line, Spans, cleaned, column
from looptui.tui.widgets.virtual_view import VirtualView

GaugeState = Literal["ok", "warn", "tripped", "half-open", "off", "n/a"]

_WORDS: dict[GaugeState, tuple[str, str]] = {
    "ok": ("ok", "breaker-ok"),
    "warn": ("WARN", "bold breaker-warn"),
    "tripped": ("TRIP", "bold breaker-trip"),
    "half-open": ("half", "bold breaker-half"),
    "off": ("off", "breaker-off"),
    "n/a": ("n/a", "breaker-na"),
}
_NAME, _READING, _WORD = 6, 12, 4
_BAR_LEAST, _BAR_MOST, _NOTE_LEAST = 6, 20, 16


class Gauge(NamedTuple):
    """One reading of one breaker."""

    id: str
    name: str
    """Short, up to 6 cells: iters, cost, time, errors, perms, human."""
    ratio: float | None
    """0 to 1 and over; None has no bar, such as an error rate without enough samples."""
    reading: str
    """Value and limit as people read them: `25m/30m`."""
    state: GaugeState
    note: str = ""
    """Trend and forecast; shown where there is room: `trips in about 3 iterations`."""


def bar(
    ratio: float | None, columns: int, state: GaugeState = "ok", glyphs: Glyphs = UNICODE
) -> Spans:
    """A bar of some cells; it is full at 1, and anything above 0 shows at least one cell."""
    if columns <= 0:
        return ()
    share = 0.0 if ratio is None else max(0.0, min(ratio, 1.0))
    full = min(columns, int(share * columns + 0.5))
    if share > 0 and not full:
        full = 1
    if share < 1 and full == columns:
        full = columns - 1
    style = _WORDS[state][1].removeprefix("bold ")
    return (
        (glyphs.bar_full * full, style),
        (glyphs.bar_empty * (columns - full), "breaker-track"),
    )


def word(state: GaugeState) -> tuple[str, str]:
    """The word of a state and its style."""
    return _WORDS[state]


def gauge_spans(
    gauge: Gauge, columns: int, glyphs: Glyphs = UNICODE, *, noted: bool | None = None
) -> Spans:
    """One gauge on one row: the note goes first when there is no room, then the bar.

    `noted` says whether to leave room for a note, so that the bars of a list are equally long.
    """
    noted = bool(gauge.note) if noted is None else noted
    spare = columns - (_NAME + 1 + 1 + _READING + 2 + _WORD)
    bar_width = min(_BAR_MOST, spare)
    note_width = 0
    if noted and spare >= _BAR_LEAST + 2 + _NOTE_LEAST:
        bar_width = max(_BAR_LEAST, min(_BAR_MOST // 2, spare - 2 - _NOTE_LEAST))
        note_width = spare - bar_width - 2
    if bar_width < _BAR_LEAST:
        bar_width = 0
    spans: Spans = (
        *column(cleaned(((gauge.name, ""),)), _NAME, glyphs.ellipsis),
        (" ", ""),
        *bar(gauge.ratio, bar_width, gauge.state, glyphs),
        (" ", ""),
        *column(cleaned(((gauge.reading, ""),)), _READING, glyphs.ellipsis, right=True),
        ("  ", ""),
        *column((word(gauge.state),), _WORD),
    )
    if not note_width:
        return spans
    note = column(cleaned(((gauge.note, "muted"),)), note_width, glyphs.ellipsis)
    return (*spans, ("  ", ""), *note)


class GaugeRows:
    """Gauges as rows."""

    def __init__(self) -> None:
        self.gauges: Sequence[Gauge] = ()
        self.glyphs = UNICODE

    def count(self) -> int:
        return len(self.gauges)

    def key(self, index: int) -> Hashable:
        return self.gauges[index].id

    def find(self, key: Hashable) -> int | None:
        ids = [gauge.id for gauge in self.gauges]
        return ids.index(key) if key in ids else None

    def line(self, index: int, columns: int) -> Line:
        noted = any(gauge.note for gauge in self.gauges)
        return Line(gauge_spans(self.gauges[index], columns, self.glyphs, noted=noted))


class GaugeView(VirtualView):
    """All gauges of a run in one widget."""

    def __init__(
        self,
        *,
        cursor: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        self.gauge_rows = GaugeRows()
        super().__init__(self.gauge_rows, cursor=cursor, id=id)

    def set_gauges(self, gauges: Sequence[Gauge]) -> None:
        """Show these gauges; nothing is drawn if they are what is shown."""
        if gauges != self.gauge_rows.gauges:
            self.gauge_rows.gauges = gauges
            self.gauge_rows.glyphs = self.glyphs
            self.changed()
