"""The base of everything that can be long: a scrolling list that draws only visible rows.

Rows come from a provider by index, are drawn with Textual's line API and cached; there is no
widget per row. The cursor sticks to the id of its row when rows are inserted, removed or sorted.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar, NamedTuple, Protocol

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip

from looptui.tui.glyphs import UNICODE, Glyphs
from looptui.tui.host import glyphs_of, keymap_of
from looptui.tui.ink import Ink, ink_of
from looptui.tui.keymap import bind
from looptui.tui.spans import Line, cleaned, fit, pad, skip
from looptui.tui.widgets.titles import tab_at

_CACHED_ROWS = 512
_SIDE_STEP = 8
_WIDEST = 1000
"""Columns for which a row is asked when it is copied, not drawn."""


class _Paint(NamedTuple):
    """What a drawn row depends on beside its content; cached rows are good for one of these."""

    columns: int
    shift: int
    ink: Ink
    base: Style
    focused: bool


class _SquareEnds(ScrollBarRender):
    """A scrollbar whose ends are not drawn with glyphs of part of a cell."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


class Rows(Protocol):
    """Where a view gets its rows from; asked only for what is visible."""

    def count(self) -> int:
        """How many rows there are."""

    def key(self, index: int) -> Hashable:
        """The id of a row, the same for as long as the row means the same thing."""

    def find(self, key: Hashable) -> int | None:
        """Where the row with an id is now; None if it is gone."""

    def line(self, index: int, columns: int) -> Line:
        """What a row shows on a pane of `columns` cells; more is cut with an ellipsis."""


class NoRows:
    """A provider without rows."""

    def count(self) -> int:
        return 0

    def key(self, index: int) -> Hashable:
        return index

    def find(self, key: Hashable) -> int | None:
        return None

    def line(self, index: int, columns: int) -> Line:
        return Line(())


class VirtualView(ScrollView):
    """A scrolling list over a row provider, with a cursor unless `cursor` is false.

    Call `changed()` after the provider changed; it repaints what is visible, and nothing else
    costs. `key_scopes` are the scopes of the keymap that work while the view has the focus.
    """

    can_focus = True
    key_scopes: ClassVar[tuple[str, ...]] = ("list", "pick")
    DEFAULT_CSS = """
    VirtualView {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    """

    class Moved(Message):
        """The cursor is on another row, by a key or a click."""

        def __init__(self, view: VirtualView, index: int, key: Hashable) -> None:
            super().__init__()
            self.view = view
            self.index = index
            self.key = key

        @property
        def control(self) -> VirtualView:
            return self.view

    class Chosen(Moved):
        """Enter, or a click on the row that has the cursor."""

    class TabClicked(Message):
        """A click on one of the tabs in the upper border."""

        def __init__(self, view: VirtualView, tab: str) -> None:
            super().__init__()
            self.view = view
            self.tab = tab

    def __init__(
        self,
        rows: Rows | None = None,
        *,
        cursor: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.rows: Rows = rows or NoRows()
        self.has_cursor = cursor
        self.tabs: Sequence[str] = ()
        """The names of the tabs in its upper border, as `titles.set_tabs` put them."""
        self.shift = 0
        """How many cells the rows are scrolled to the left."""
        self._without_rows = ""
        self._cursor = 0
        self._cursor_key: Hashable = None
        self._strips: dict[tuple[int, str], Strip] = {}
        self._paint: _Paint | None = None

    def bind_keys(self) -> None:
        """Take the keys in force; again after they were changed."""
        bind(self, keymap_of(self.app), *self.key_scopes)

    def on_mount(self) -> None:
        self.bind_keys()
        if self.glyphs is not UNICODE:
            self.vertical_scrollbar.renderer = _SquareEnds  # type: ignore[misc]
        self.changed()

    @property
    def cursor(self) -> int | None:
        """The index of the row with the cursor; None without rows or without a cursor."""
        return self._cursor if self.has_cursor and self.rows.count() else None

    @property
    def columns(self) -> int:
        """The width of a row in cells."""
        return self.scrollable_content_region.width

    @property
    def page(self) -> int:
        """How many rows are visible at once."""
        return max(1, self.scrollable_content_region.height - len(self.head_lines(self.columns)))

    @property
    def glyphs(self) -> Glyphs:
        return glyphs_of(self.app)

    def head_lines(self, columns: int) -> Sequence[Line]:
        """Lines that stay above the rows, such as the titles of columns."""
        return ()

    def state_of(self, index: int) -> str:
        """A word for how a row differs from others, "" for ordinary ones; see `dress`."""
        return "cursor" if self.has_cursor and index == self._cursor else ""

    def dress(self, line: Line, state: str, *, focused: bool) -> Line:
        """How a row with a state looks: that with the cursor in one colour across the pane."""
        words = self.cursor_words(focused=focused)
        return Line(tuple((text, words) for text, _ in line.spans), words, line.fixed)

    def cursor_words(self, *, focused: bool) -> str:
        """The style of the cursor; without colours it is reversed."""
        if self.app.no_color:
            return "bold reverse" if focused else "reverse"
        return "bold cursor-fg on cursor-bg" if focused else "cursor-blur-fg on cursor-blur-bg"

    def changed(self) -> None:
        """Draw again after the rows changed; the cursor stays on its row if that still exists."""
        self._strips.clear()
        self._restore_cursor()
        size = Size(0, self.rows.count() + len(self.head_lines(self.columns)))
        if size != self.virtual_size:
            self.virtual_size = size
        self.refresh()

    def say_when_empty(self, words: str) -> None:
        """What stands in place of the first row while there is none."""
        if words != self._without_rows:
            self._without_rows = words
            self.refresh()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, scroll it into view and say so."""
        count = self.rows.count()
        if not count or not self.has_cursor:
            return
        index = max(0, min(index, count - 1))
        moved = index != self._cursor
        old, self._cursor = self._cursor, index
        self._cursor_key = self.rows.key(index)
        self._refresh_row(old)
        self._refresh_row(index)
        self.show_row(index)
        if moved:
            self.post_message(self.Moved(self, index, self._cursor_key))

    def go_to_row(self, index: int) -> None:
        """The cursor on a row; without a cursor the row in the upper part of the pane."""
        if self.has_cursor:
            self.move_to(index)
        else:
            self.scroll_rows_to(max(0, index - self.page // 4))

    def show_row(self, index: int) -> None:
        """Scroll as little as needed to make a row visible."""
        top = self.scroll_offset.y
        if index < top:
            self.scroll_rows_to(index)
        elif index >= top + self.page:
            self.scroll_rows_to(index - self.page + 1)

    def scroll_rows_to(self, top: int) -> None:
        """Scroll so that row `top` is the first, without animation."""
        # Forced, because new rows get their scrollbar only with the next layout.
        self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        paint = _Paint(self.columns, self.shift, ink_of(self.app), self.rich_style, self.has_focus)
        if paint != self._paint:
            self._paint = paint
            self._strips.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        paint = self._paint
        if paint is None:
            return Strip.blank(self.columns)
        head = self.head_lines(paint.columns)
        if y < len(head):
            return self._strip(head[y], paint, 0)
        index = self.scroll_offset.y + y - len(head)
        if index >= self.rows.count():
            words = self._without_rows if index == 0 else ""
            return self._strip(Line(((words, "muted"),)), paint, 0)
        state = self.state_of(index)
        strip = self._strips.get((index, state))
        if strip is None:
            if len(self._strips) >= _CACHED_ROWS:
                self._strips.clear()
            line = self.rows.line(index, paint.columns + paint.shift)
            if state:
                line = self.dress(line, state, focused=paint.focused)
            strip = self._strips[index, state] = self._strip(line, paint, paint.shift)
        return strip

    def _strip(self, line: Line, paint: _Paint, shift: int) -> Strip:
        columns = paint.columns
        spans = cleaned(line.spans[line.fixed :], columns + shift)
        spans = (*cleaned(line.spans[: line.fixed]), *(skip(spans, shift) if shift else spans))
        spans = pad(fit(spans, columns, self.glyphs.ellipsis), columns, line.fill)
        return Strip(paint.ink.segments(spans, paint.base), columns)

    def _restore_cursor(self) -> None:
        count = self.rows.count()
        if not count:
            self._cursor = 0
            return
        found = None if self._cursor_key is None else self.rows.find(self._cursor_key)
        before = self._cursor
        self._cursor = min(self._cursor, count - 1) if found is None else found
        self._cursor_key = self.rows.key(self._cursor)
        if self.has_cursor and self._cursor != before and self.is_mounted:
            self.show_row(self._cursor)

    def redraw_row(self, index: int) -> None:
        """Draw one row anew because its content changed."""
        for place in [place for place in self._strips if place[0] == index]:
            del self._strips[place]
        self._refresh_row(index)

    def _refresh_row(self, index: int) -> None:
        y = index - self.scroll_offset.y + len(self.head_lines(self.columns))
        self.refresh(Region(0, y, self.columns, 1))

    def on_resize(self, event: events.Resize) -> None:
        self.changed()
        if self.has_cursor and self.rows.count():
            self.show_row(self._cursor)

    def on_focus(self) -> None:
        self._refresh_row(self._cursor)

    def on_blur(self) -> None:
        self._refresh_row(self._cursor)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            self._click_border(event)
            return
        index = offset.y + self.scroll_offset.y - len(self.head_lines(self.columns))
        if not self.has_cursor or not 0 <= index < self.rows.count():
            return
        if index == self._cursor and event.chain > 1:
            self.action_choose()
        else:
            self.move_to(index)

    def _click_border(self, event: events.Click) -> None:
        tab = tab_at(self.tabs, event.x) if event.y == 0 else None
        if tab is not None:
            self.post_message(self.TabClicked(self, tab))

    def _step(self, rows: int) -> None:
        if self.has_cursor:
            self.move_to(self._cursor + rows)
        else:
            self.scroll_rows_to(self.scroll_offset.y + rows)

    def action_down(self) -> None:
        self._step(1)

    def action_up(self) -> None:
        self._step(-1)

    def action_half_down(self) -> None:
        self._step(max(1, self.page // 2))

    def action_half_up(self) -> None:
        self._step(-max(1, self.page // 2))

    def action_page_down(self) -> None:
        self._step(self.page)

    def action_page_up(self) -> None:
        self._step(-self.page)

    def action_top(self) -> None:
        self._step(-self.rows.count())

    def action_bottom(self) -> None:
        self._step(self.rows.count())

    def action_right(self) -> None:
        self._shift_to(self.shift + _SIDE_STEP)

    def action_left(self) -> None:
        self._shift_to(self.shift - _SIDE_STEP)

    def action_wrap(self) -> None:
        """Let long lines go on in further rows, where a pane has long lines."""

    def action_choose(self) -> None:
        if self.cursor is not None:
            self.post_message(self.Chosen(self, self._cursor, self._cursor_key))

    def copied(self) -> str:
        """What a copy of this pane is: the row with the cursor, without one what is in sight."""
        if self.cursor is not None:
            return self.row_text(self.cursor)
        top = self.scroll_offset.y
        rows = range(top, min(self.rows.count(), top + self.page))
        return "\n".join(self.row_text(index) for index in rows)

    def row_text(self, index: int) -> str:
        """A row as plain text, whole."""
        line = self.rows.line(index, _WIDEST)
        return "".join(text for text, _ in cleaned(line.spans)).rstrip()

    def words_of(self, index: int) -> str:
        """What is looked through when words are sought in a row."""
        return self.row_text(index)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.copied())

    def _shift_to(self, shift: int) -> None:
        self.shift = max(0, shift)
        self.refresh()
