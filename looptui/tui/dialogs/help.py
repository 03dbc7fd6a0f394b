"""Help: the keys of the screen, from the map itself, searched as you type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.tui.dialogs.base import Dialog
from looptui.tui.keymap import Key, label
from looptui.tui.spans import Spans, pad
from looptui.tui.widgets.text_view import TextView

_TWO = 84
"""Columns from which the groups stand in two columns."""
_KEYS = 16


class HelpDialog(Dialog[None]):
    """Every key that is live on a screen."""

    scope: ClassVar[str] = "help"

    def __init__(self, scope: str) -> None:
        super().__init__(f"Keys on {scope.capitalize()} - type to search")
        self._about = scope

    def parts(self) -> Iterator[Widget]:
        yield Input(placeholder="search")
        yield TextView(id="keys")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show("")

    def on_resize(self) -> None:
        self._show(self.query_one(Input).value)

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    def _done(self) -> None:
        self.dismiss(None)

    def _show(self, search: str) -> None:
        view = self.query_one("#keys", TextView)
        words = search.casefold().split()
        groups = [
            (name, [key for key in keys if _fits(key, words)])
            for name, keys in self.cockpit.keymap.help(self._about).items()
        ]
        blocks = [_block(name, keys) for name, keys in groups if keys]
        if not blocks:
            view.set_lines([((f"no key for {search!r}", "muted"),)])
        else:
            view.set_lines(
                _beside(blocks, view.columns) if view.columns >= _TWO else _below(blocks)
            )
        view.scroll_rows_to(0)

    def action_down(self) -> None:
        self.query_one(TextView).action_down()

    def action_up(self) -> None:
        self.query_one(TextView).action_up()

    def action_page_down(self) -> None:
        self.query_one(TextView).action_page_down()

    def action_page_up(self) -> None:
        self.query_one(TextView).action_page_up()


def _fits(key: Key, words: Sequence[str]) -> bool:
    text = f"{key.description} {key.id} {' '.join(map(label, key.keys))}".casefold()
    return all(word in text for word in words)


def _block(name: str, keys: Sequence[Key]) -> list[Spans]:
    head: Spans = ((name, "bold title"),)
    return [head, *(_line(key) for key in keys), ()]


def _line(key: Key) -> Spans:
    names = " ".join(label(name) for name in key.keys)
    return ((f"{names:<{_KEYS}}", "bold key"), (key.description, ""))


def _below(blocks: Sequence[list[Spans]]) -> list[Spans]:
    return [line for block in blocks for line in block]


def _beside(blocks: Sequence[list[Spans]], columns: int) -> list[Spans]:
    """The blocks in two columns of about the same height."""
    left: list[Spans] = []
    right: list[Spans] = []
    for block in blocks:
        shorter = left if len(left) <= len(right) else right
        shorter += block
    half = columns // 2
    rows = max(len(left), len(right))
    left += [()] * (rows - len(left))
    right += [()] * (rows - len(right))
    return [(*pad(one, half), *other) for one, other in zip(left, right, strict=True)]
