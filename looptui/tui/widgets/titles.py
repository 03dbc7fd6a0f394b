"""Titles in the border of a pane, from text that may be anybody's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from looptui.tui.spans import cells, clean

if TYPE_CHECKING:
    from looptui.tui.widgets.virtual_view import VirtualView

_BETWEEN = " - "
_TITLE_BEGINS = 3
"""The corner, a piece of border and a blank stand before a title."""


def set_titles(pane: Widget, title: str, subtitle: str = "") -> None:
    """Put a title in the upper and one in the lower border; markup in them is only text."""
    _put(pane, Content(clean(title)) if title else None, subtitle)


def set_tabs(pane: VirtualView, tabs: Sequence[str], current: str, subtitle: str = "") -> None:
    """Put the names of tabs in the upper border; the current one is bold and underlined."""
    parts: list[str | tuple[str, str]] = []
    for tab in tabs:
        parts += [_BETWEEN] if parts else []
        parts.append((tab, "bold underline") if tab == current else tab)
    pane.tabs = tabs
    _put(pane, Content.assemble(*parts), subtitle)


def tab_at(tabs: Sequence[str], column: int) -> str | None:
    """The tab at a column of the upper border, None beside them."""
    start = _TITLE_BEGINS
    for tab in tabs:
        if start <= column < start + cells(tab):
            return tab
        start += cells(tab) + cells(_BETWEEN)
    return None


def _put(pane: Widget, title: Content | None, subtitle: str) -> None:
    """Widgets give a title back as markup, so that is what tells whether it is new."""
    lower = Content(clean(subtitle)) if subtitle else None
    if (title.markup if title else None) != pane.border_title:
        pane.border_title = title
    if (lower.markup if lower else None) != pane.border_subtitle:
        pane.border_subtitle = lower
