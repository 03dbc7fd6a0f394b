"""Turns style words into terminal styles of the current theme.

`bold breaker-warn on panel`: attributes, the foreground token, `on` and the background token.
Tokens are the variables of the theme (see `themes.py`), so no colour is named in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from textual.app import App

ATTRIBUTES = frozenset({"bold", "dim", "italic", "underline", "reverse", "strike"})


class Ink:
    """The styles of one theme; `plain` says that colours alone will not be seen."""

    def __init__(self, variables: Mapping[str, str], *, plain: bool = False) -> None:
        self.variables = variables
        self.plain = plain
        self._styles: dict[str, Style] = {}
        self._joined: dict[tuple[Style, str], Style] = {}

    def style(self, words: str) -> Style:
        """The style of some words; KeyError names a token that no theme defines."""
        style = self._styles.get(words)
        if style is None:
            style = self._styles[words] = self._parse(words)
        return style

    def over(self, base: Style, words: str) -> Style:
        """The style of some words on top of `base`."""
        style = self._joined.get((base, words))
        if style is None:
            style = self._joined[base, words] = base + self.style(words)
        return style

    def segments(self, spans: Spans, base: Style) -> list[Segment]:
        """Spans as what Textual draws, on top of `base`."""
        return [Segment(text, self.over(base, words) if words else base) for text, words in spans]

    def _parse(self, words: str) -> Style:
        front, _, back = f" {words}".partition(" on ")
        attributes = [word for word in front.split() if word in ATTRIBUTES]
        tokens = [word for word in front.split() if word not in ATTRIBUTES]
        if len(tokens) > 1:
            raise KeyError(f"two foreground tokens in style words {words!r}")
        foreground = self._colour(tokens[0]) if tokens else None
        background = self._colour(back) if back else None
        colours = Style(
            color=foreground.rich_color if foreground else None,
            bgcolor=background.rich_color if background else None,
        )
        return colours + Style.parse(" ".join(attributes) or "none")

    def _colour(self, token: str) -> Color | None:
        """The colour of a token; None where the theme leaves it to what is below."""
        value = self.variables[token]
        if value.startswith(("auto", "transparent")):
            return None
        name, _, opacity = value.partition(" ")
        colour = Color.parse(name)
        if colour.ansi is not None or not opacity:
            return colour if colour.a else None
        ground = Color.parse(self.variables["background"])
        return ground.blend(colour, float(opacity.rstrip("%")) / 100, alpha=1)


Returned = TypeVar("Returned")
_inks: WeakKeyDictionary[object, Ink] = WeakKeyDictionary()


def ink_of(app: App[Returned]) -> Ink:
    """The ink of an app's current theme."""
    ink = _inks.get(app)
    if ink is None or ink.variables is not app.theme_variables:
        plain = app.no_color or app.native_ansi_color
        ink = _inks[app] = Ink(app.theme_variables, plain=plain)
    return ink
