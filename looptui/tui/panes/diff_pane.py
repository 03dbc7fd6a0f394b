"""The diff of an iteration; while its maker works, of the worktree as it is saved."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.worker import Worker

from looptui.tui.asking import Asker
from looptui.tui.watching import saves
from looptui.tui.widgets.diff_model import Diff, parse_diff
from looptui.tui.widgets.diff_view import DiffView

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.app import LooptuiApp


class DiffPane(DiffView):
    """Reads what it shows, and nothing again that it shows already."""

    def __init__(self) -> None:
        super().__init__(id="diff")
        self._asker = Asker(self)
        self._source = ""
        self._text = ""
        self._follower: Worker[None] | None = None
        self._followed = ""

    def show(self, view: RunView, one: IterationView | None, *, alive: bool) -> None:
        """Show what an iteration changed; `alive` while its maker may still change files."""
        if alive and view.worktree:
            self._follow(view.id, Path(view.worktree))
            return
        self.rest()
        source = (one.diff if one else None) or f"none {view.id}"
        if source == self._source:
            return
        self._source = source
        if one is None or not one.diff:
            self._put(source, "", Diff())
            return
        blob = one.diff

        def read_blob(text: str) -> tuple[str, Diff]:
            return text, parse_diff(text) if text else Diff()

        self._asker.ask(
            lambda reads: read_blob(reads.blob(blob)), lambda found: self._put(source, *found)
        )

    def clear(self) -> None:
        """Show nothing."""
        self.rest()
        self._source = ""
        self._put("", "", Diff())

    def rest(self) -> None:
        """Follow no worktree any more."""
        self._followed = ""
        if self._follower is not None:
            self._follower.cancel()
            self._follower = None

    def _follow(self, run: str, folder: Path) -> None:
        if run == self._followed:
            return
        self.rest()
        self._followed = run
        self._follower = self.app.run_worker(partial(self._watch, run, folder), exit_on_error=False)

    async def _watch(self, run: str, folder: Path) -> None:
        async for _ in saves(folder):
            await self._look(run)

    async def _look(self, run: str) -> None:
        controller = cast("LooptuiApp", self.app).controller
        source, text = f"worktree {run}", await controller.live_diff(run)
        if (source, text) == (self._source, self._text):
            return
        diff = await controller.read(lambda _: parse_diff(text) if text else Diff())
        if self._followed == run:
            self._source = source
            self._put(source, text, diff)

    def _put(self, source: str, text: str, diff: Diff) -> None:
        if source == self._source:
            self._text = text
            self.set_diff(diff)

    def on_unmount(self) -> None:
        self.rest()
