"""Jump mode: a letter on each pane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from looptui.tui.host import keymap_of
from looptui.tui.ink import ink_of
from looptui.tui.keymap import bind, with_parents

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""Those under the fingers first."""


class Letter(Widget):
    """One letter over the upper left corner of a pane."""

    DEFAULT_CSS = "Letter { position: absolute; width: 3; height: 1; }"

    def __init__(self, letter: str, pane: Widget) -> None:
        super().__init__()
        self._letter = letter
        self.styles.offset = pane.region.x + 1, pane.region.y

    def render_line(self, y: int) -> Strip:
        words = "bold reverse" if self.app.no_color else "bold cursor-fg on cursor-bg"
        spans = ((f" {self._letter} ", words),)
        return Strip(ink_of(self.app).segments(spans, self.rich_style), 3)


class JumpDialog(ModalScreen[Widget]):
    """Gives back the pane whose letter was pressed; any other key goes back."""

    scope: ClassVar[str] = "jump"
    DEFAULT_CSS = "JumpDialog { background: transparent; }"

    def __init__(self, panes: Sequence[Widget]) -> None:
        super().__init__()
        self._panes = dict(zip(LETTERS, panes, strict=False))

    def compose(self) -> ComposeResult:
        yield from self._letters()

    def _letters(self) -> Iterator[Widget]:
        for letter, pane in self._panes.items():
            yield Letter(letter, pane)

    def on_mount(self) -> None:
        bind(self, keymap_of(self.app), *with_parents(self.scope))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.dismiss(self._panes.get(event.character or ""))

    def on_click(self) -> None:
        self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)
