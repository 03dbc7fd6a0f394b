"""Titles in the border of a pane, from text that may be anybody's."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from looptui.tui.spans import clean


def set_titles(pane: Widget, title: str, subtitle: str = "") -> None:
    """Put a title in the upper and one in the lower border; markup in them is only text."""
    pane.border_title = Content(clean(title)) if title else None
    pane.border_subtitle = Content(clean(subtitle)) if subtitle else None
