"""The last row: the keys of the screen by importance, with help always at the right end."""

from __future__ import annotations

from collections.abc import Mapping, Set

from looptui.tui.host import keymap_of
from looptui.tui.keymap import Key, label
from looptui.tui.spans import Spans, width
from looptui.tui.widgets.bar import Bar, Field, Placed, place

_GAP = 2


class KeyBar(Bar):
    """The keys of a scope; a click on a hint is its key.

    `words` say what some of them, by id, do here.
    """

    fill = "on bar"

    def __init__(
        self,
        scope: str,
        *,
        words: Mapping[str, str] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._scope = scope
        self._words = words or {}
        self._off: Set[str] = frozenset()

    def show(self, scope: str, off: Set[str] = frozenset()) -> None:
        """Show the keys of another scope, without those whose ids are in `off`."""
        if (scope, off) != (self._scope, self._off):
            self._scope, self._off = scope, off
            self.refresh()

    def place_fields(self, columns: int) -> list[Placed]:
        keymap = keymap_of(self.app)
        keys = [key for key in keymap.bar(self._scope) if key.id not in self._off]
        right = self._hint(keymap["app.help"], "help") if self._has_help() else None
        room = columns - (width(right.spans) + _GAP + 1 if right else 0)
        fields = [self._hint(key, self._words.get(key.id, key.hint)) for key in keys]
        placed = place(fields, room, _GAP, start=1)
        if right:
            placed.append(Placed(columns - width(right.spans) - 1, right))
        return placed

    def _has_help(self) -> bool:
        keymap = keymap_of(self.app)
        return any(key.id == "app.help" for key in keymap.live(self._scope))

    def _hint(self, key: Key, words: str) -> Field:
        spans: Spans = ((label(key.keys[0], self.glyphs.enter), "bold key"), (f" {words}", ""))
        return Field(spans, key.priority, key.keys[0])
