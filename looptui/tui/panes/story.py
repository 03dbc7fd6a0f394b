"""The transcript: what happens in a run, line by line, with what its maker prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from looptui.tui.asking import Asker
from looptui.tui.glyphs import Glyphs
from looptui.tui.panes.event_lines import HANG, story_line, worth
from looptui.tui.spans import Spans
from looptui.tui.widgets.tail_view import TailView

if TYPE_CHECKING:
    from looptui.tui.controller import Line, Reads


_INDENT = "    "
"""Before what a maker prints, so that events stand out."""
_AT_ONCE = 64 * 1024
"""Characters of output that are shown at once: more would keep a key waiting."""


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a story was read."""

    run: str = ""
    only: int | None = None
    """One of its iterations, 0 for the base, None for all."""
    n: int = 0
    iteration: int = 0
    offset: int = 0
    """Bytes of the iteration's transcript."""
    open: bool = False
    """Whether the last line may go on."""


class StoryView(TailView):
    """Follows a run, or shows one iteration of it."""

    def __init__(self) -> None:
        super().__init__(hang=HANG, wrapped=True, id="transcript")
        self._place = _Place()
        self._asker = Asker(self)

    def show(self, run: str, only: int | None) -> None:
        """Show another run; `only` is one of its iterations, 0 for the base, None for all."""
        if (run, only) != (self._place.run, self._place.only):
            self._place = _Place(run, only)
            self.clear()

    def catch_up(self) -> None:
        """Append what happened and what was printed since the last time."""
        place, glyphs = self._place, self.glyphs
        if place.run:
            self._asker.ask(
                lambda reads: _Chapter(place, glyphs).read(reads),
                lambda chapter: self._show(place, chapter),
            )

    def _show(self, before: _Place, chapter: _Chapter) -> None:
        if before != self._place:
            return
        self._place = chapter.place
        if chapter.lines:
            self.append(chapter.lines, join=chapter.joins)
        if chapter.more:
            self.catch_up()


class _Chapter:
    """The next lines of a story, a bounded number; read in the thread of the reader."""

    def __init__(self, place: _Place, glyphs: Glyphs) -> None:
        self.place = place
        self.lines: list[Spans] = []
        self.joins = False
        """Whether the first line goes on with the last of the chapter before."""
        self.more = False
        """Whether there is more to read at once."""
        self._glyphs = glyphs
        self._room = _AT_ONCE

    def read(self, reads: Reads) -> _Chapter:
        for line in reads.story(self.place.run, self.place.n):
            if line.kind == "maker.finished" and not self._print(reads):
                return self
            self._tell(line)
        self._print(reads)
        return self

    def _tell(self, line: Line) -> None:
        self.place = replace(self.place, n=line.n)
        if line.iteration is not None and line.iteration != self.place.iteration:
            self.place = replace(self.place, iteration=line.iteration, offset=0)
        if worth(line) and self.place.only in (None, self.place.iteration):
            self.lines.append(story_line(line, self._glyphs))
            self.place = replace(self.place, open=False)

    def _print(self, reads: Reads) -> bool:
        """What the maker of the present iteration printed; whether that was all of it."""
        run, iteration = self.place.run, self.place.iteration
        if not iteration or self.place.only not in (None, iteration):
            return True
        while self._room > 0:
            text, offset = reads.transcript(run, iteration, self.place.offset)
            if offset == self.place.offset:
                return True
            self._room -= len(text)
            self._add(text.removesuffix("\n").split("\n"))
            self.place = replace(self.place, offset=offset, open=not text.endswith("\n"))
        self.more = True
        return False

    def _add(self, lines: Sequence[str]) -> None:
        if self.place.open:
            first, *lines = lines
            if self.lines:
                self.lines[-1] = (*self.lines[-1], (first, ""))
            else:
                self.lines, self.joins = [((first, ""),)], True
        self.lines += (((_INDENT, ""), (line, "")) for line in lines)
