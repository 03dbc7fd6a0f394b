"""Reading a file of a candidate in the person's own editor."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from looptui.errors import LooptuiError
from looptui.projections.figures import short
from looptui.tui.screens.review_marks import ReviewMarks


class ReviewFile(ReviewMarks):
    """The file is a copy that cannot be written: what is reviewed stays the tree on screen."""

    def action_read(self) -> None:
        """Open the file under the cursor, as it is in this tree, at its line."""
        self.run_worker(self._read_file(), group="edit", exclusive=True, exit_on_error=False)

    async def _read_file(self) -> None:
        card, place, spot = self._card, self._file(), self.diff_view.spot
        if card is None or place is None:
            return
        path = self.diff.files[place].path
        text = await self.cockpit.controller.review_file(card.run, card.tree or "", path)
        if not text:
            self.cockpit.tell(f"{path} has no text to open in tree {short(card.tree)}")
            return
        line = (spot.new or spot.old) if spot is not None and spot.file_index == place else 0
        try:
            await self._opened(path, text, line)
        except LooptuiError as error:
            self.cockpit.tell(f"{error.message}. {error.hint}", "warning", 10)
        self.cockpit.guard.shown()

    async def _opened(self, path: str, text: str, line: int) -> None:
        from looptui import config
        from looptui.tui import editing

        loaded = await asyncio.to_thread(config.load, self.cockpit.controller.repo)
        argv = editing.editor(loaded.editor)
        with TemporaryDirectory(prefix="looptui-") as folder:
            file = Path(folder) / PurePosixPath(path).name
            editing.steps_aside(self.cockpit, file)
            file.write_text(text, "utf-8")
            file.chmod(0o400)
            await editing.edit(self.cockpit, editing.at_line(argv, line), file)
