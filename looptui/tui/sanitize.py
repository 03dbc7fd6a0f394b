"""The last gate before the terminal: no line leaves the app with anything a terminal obeys.

Texts are made safe where they enter; this filter catches what a widget or a library lets through.
The app's `get_line_filters` returns `line_filters(super().get_line_filters(), ...)`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, invisible
    "\ud800-\udfff"  # lone surrogates cannot be encoded and would kill the writer
    "\U000e0000-\U000e0fff]"  # tags
)


class SafeLines(LineFilter):
    """Drops control characters, control segments and hyperlinks from every drawn line.

    Widths stay as they were measured: what took no cell goes, what took one becomes U+FFFD.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(map(_harmless, segments)):
            return segments
        return [
            Segment(_visible(text), _unlinked(style))
            for text, style, control in segments
            if control is None
        ]


SAFE_LINES = SafeLines()
_NO_COLOUR = NoColor()


def line_filters(filters: Sequence[LineFilter], *, no_color: bool) -> list[LineFilter]:
    """The filters of an app with ours first; NO_COLOR means none, where Textual draws greys."""
    kept = [each for each in filters if not isinstance(each, Monochrome)]
    return [SAFE_LINES, *kept, *([_NO_COLOUR] if no_color else [])]


def _harmless(segment: Segment) -> bool:
    text, style, control = segment
    return control is None and text.isprintable() and (style is None or not style.link)


def _visible(text: str) -> str:
    return text if text.isprintable() else _OBEYED.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""


def _unlinked(style: Style | None) -> Style | None:
    """The style without its hyperlink, whose address is written to the terminal as it is."""
    return style.update_link(None) if style is not None and style.link else style
