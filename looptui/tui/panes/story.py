"""The transcript: what happens in a run, line by line, with what its maker prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from looptui.tui.glyphs import Glyphs
from looptui.tui.panes.event_lines import HANG, story_line, worth
from looptui.tui.spans import Spans
from looptui.tui.widgets.tail_view import TailView

if TYPE_CHECKING:
    from looptui.tui.controller import Controller, Line


class StoryView(TailView):
    """Follows a run, or shows one iteration of it."""

    def __init__(self) -> None:
        super().__init__(hang=HANG, wrapped=True, id="transcript")
        self._run = ""
        self._only: int | None = None
        self._n = 0
        self._iteration = 0
        self._offset = 0

    def show(self, run: str, only: int | None) -> None:
        """Show another run; `only` is one of its iterations, 0 for the base, None for all."""
        if (run, only) != (self._run, self._only):
            self._run, self._only = run, only
            self._n = self._iteration = self._offset = 0
            self.clear()

    def catch_up(self, controller: Controller, glyphs: Glyphs) -> None:
        """Append what happened and what was printed since the last time."""
        if not self._run:
            return
        lines = list(self._new(controller, glyphs))
        if lines:
            self.append(lines)

    def _new(self, controller: Controller, glyphs: Glyphs) -> Iterator[Spans]:
        for line in controller.story(self._run, self._n):
            self._n = line.n
            if line.kind == "maker.finished":
                yield from self._printed(controller)
            if line.iteration is not None and line.iteration != self._iteration:
                self._iteration, self._offset = line.iteration, 0
            if self._shows(line):
                yield story_line(line, glyphs)
        yield from self._printed(controller)

    def _shows(self, line: Line) -> bool:
        return worth(line) and self._only in (None, self._iteration)

    def _printed(self, controller: Controller) -> Iterator[Spans]:
        """What the maker of the present iteration printed and was not shown yet."""
        if not self._iteration or self._only not in (None, self._iteration):
            return
        while True:
            text, offset = controller.transcript(self._run, self._iteration, self._offset)
            if offset == self._offset:
                return
            self._offset = offset
            yield from _output(text.removesuffix("\n").split("\n"))


def _output(lines: Iterable[str]) -> Iterator[Spans]:
    for line in lines:
        yield ((" " * HANG, ""), (line, ""))
