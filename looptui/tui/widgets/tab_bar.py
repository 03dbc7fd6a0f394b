"""Row 1: the screens on the number keys, all names where there is room, else the current one."""

from __future__ import annotations

from collections.abc import Mapping

from looptui.tui.frame import NAME, SCREENS, WIDE
from looptui.tui.host import keymap_of
from looptui.tui.spans import Spans, width
from looptui.tui.widgets.bar import Bar, Field, Placed


class TabBar(Bar):
    """The tabs; a click on one is its key."""

    fill = "on bar"

    def __init__(
        self,
        current: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._current = current
        self._counts: Mapping[str, int] = {}

    def show(self, current: str, counts: Mapping[str, int]) -> None:
        """Show which screen is current, and how many things wait on which screen."""
        if (current, counts) != (self._current, self._counts):
            self._current, self._counts = current, dict(counts)
            self.refresh()

    def place_fields(self, columns: int) -> list[Placed]:
        keymap, wide = keymap_of(self.app), columns >= WIDE
        placed = [Placed(0, Field(((NAME, "bold key"),)))]
        column = len(NAME) + 1
        for screen, name, _ in SCREENS:
            keys = keymap[f"go.{screen}"].keys
            field = Field(
                self._tab(screen, keys[0] if keys else "", name, wide),
                press=keys[0] if keys else "",
            )
            placed.append(Placed(column, field))
            column += width(field.spans) + (1 if wide else 0)
        return placed

    def _tab(self, screen: str, key: str, name: str, wide: bool) -> Spans:
        current, count = screen == self._current, self._counts.get(screen, 0)
        shown = f"{key} {name}" if current or wide or count else key
        number = f" {count}" if count else ""
        if current:
            style = "bold reverse" if self.app.no_color else "bold tab-fg on tab-bg"
            return ((f" {shown}{number} ", style),)
        return ((f" {shown}", ""), (number, "bold state-review"), (" ", ""))
