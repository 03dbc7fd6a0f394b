"""One-line bars of the frame: fields in order of importance, dropped whole and never cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from looptui.tui.glyphs import Glyphs
from looptui.tui.host import glyphs_of
from looptui.tui.ink import ink_of
from looptui.tui.spans import Spans, cleaned, fit, pad, width


class Field(NamedTuple):
    """A piece of a bar."""

    spans: Spans
    priority: int = 0
    """0 always stays; of the others the highest number goes first when there is no room."""
    press: str = ""
    """The key that a click on it stands for; "" is none."""


class Placed(NamedTuple):
    """A field that is shown, from a column on."""

    column: int
    field: Field


def place(fields: Sequence[Field], columns: int, gap: int, start: int = 0) -> list[Placed]:
    """The fields that fit into `columns`, in their order, and where they begin."""
    shown = list(fields)
    while shown and _needed(shown, gap) > columns - start:
        least = max(range(len(shown)), key=lambda at: (shown[at].priority, at))
        if shown[least].priority == 0:
            break
        del shown[least]
    placed, column = [], start
    for field in shown:
        placed.append(Placed(column, field))
        column += width(field.spans) + gap
    return placed


def _needed(fields: Sequence[Field], gap: int) -> int:
    return sum(width(field.spans) for field in fields) + gap * (len(fields) - 1)


class Bar(Widget):
    """A line of the frame that shows fields and takes clicks for keys."""

    fill = ""
    """Style words of the whole line."""
    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; }
    """

    def place_fields(self, columns: int) -> list[Placed]:
        """The fields that are shown at a width."""
        raise NotImplementedError

    @property
    def glyphs(self) -> Glyphs:
        return glyphs_of(self.app)

    def render_line(self, y: int) -> Strip:
        columns, ink = self.size.width, ink_of(self.app)
        line: Spans = ()
        for column, field in self.place_fields(columns):
            line = (*pad(line, column, self.fill), *field.spans)
        line = pad(fit(line, columns, self.glyphs.ellipsis), columns, self.fill)
        base = ink.over(self.rich_style, self.fill) if self.fill else self.rich_style
        return Strip(ink.segments(line, base), columns)

    def on_click(self, event: events.Click) -> None:
        for column, field in self.place_fields(self.size.width):
            if field.press and column <= event.x < column + width(field.spans):
                self.app.post_message(_pressed(field.press))


def _pressed(key: str) -> events.Key:
    """The event of a key; Textual knows a sign by its name: `question_mark`."""
    from textual.keys import _character_to_key

    if len(key) > 1:
        return events.Key(key, None)
    return events.Key(_character_to_key(key), key)


class SummaryBar(Bar):
    """Row 2: what is on screen, in one line."""

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._fields: tuple[Field, ...] = ()

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Show these fields; of a field without cells nothing is shown."""
        safe_fields = tuple(field._replace(spans=cleaned(field.spans)) for field in fields)
        kept = tuple(field for field in safe_fields if field.spans)
        if kept != self._fields:
            self._fields = kept
            self.refresh()

    def place_fields(self, columns: int) -> list[Placed]:
        return place(self._fields, columns, gap=2, start=1)
