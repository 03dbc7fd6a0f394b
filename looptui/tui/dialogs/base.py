"""What all dialogs share: a frame, keys from the map, a guard against typing ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from looptui.tui import themes
from looptui.tui.keymap import OF_WIDGETS, bind, with_parents
from looptui.tui.widgets.key_bar import KeyBar
from looptui.tui.widgets.titles import set_titles

if TYPE_CHECKING:
    from looptui.tui.app import LooptuiApp

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A question in a frame. Escape decides nothing, and neither does anything typed too early."""

    scope: ClassVar[str] = "dialog"
    CSS_PATH = themes.shipped_themes() / themes.DIALOGS
    words: ClassVar[Mapping[str, str]] = {"pick.choose": "Choose"}
    """What keys, by id, do here, where that is not what they do elsewhere."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = title

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield from self.parts()
            yield KeyBar(self.scope, words=self.words)

    def parts(self) -> Iterator[Widget]:
        """What the dialog shows above its keys."""
        raise NotImplementedError

    @property
    def cockpit(self) -> LooptuiApp:
        return cast("LooptuiApp", self.app)

    @property
    def armed(self) -> bool:
        """Whether the dialog was there long enough for a key to be meant for it.

        Asking too early starts the time anew, so that a key that is held down is never meant.
        """
        return self.cockpit.guard.passes()

    def bind_keys(self) -> None:
        """Take the keys in force; again after they were changed."""
        scopes = [one for one in with_parents(self.scope) if one not in OF_WIDGETS]
        bind(self, self.cockpit.keymap, *scopes)

    def on_mount(self) -> None:
        self.bind_keys()
        set_titles(self.query_one("#dialog"), self._heading)
        self.query_one(KeyBar).fill = ""
        self.cockpit.guard.shown()

    def action_close(self) -> None:
        self.dismiss(None)
