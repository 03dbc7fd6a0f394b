"""Colours of the language of a diff, worked out in a thread of its own for what is in sight.

Only lines that are drawn are ever looked at, a few dozen with those around them; until their
colours are known they are shown without.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from looptui.tui.spans import TAB
from looptui.tui.widgets.diff_model import Diff

if TYPE_CHECKING:
    from pygments.lexer import Lexer  # type: ignore[import-untyped]

Tokens = tuple[tuple[int, int, str], ...]
"""Ranges of characters of a line with the token of the theme that colours them."""

CHUNK = 64
"""Lines that are coloured at once."""
LONGEST = 400
"""Characters of a line; a longer one stays plain, so that no text can keep the thread busy."""
PAUSE = 0.04
"""Seconds without another wish before anything is coloured: not while somebody pages through."""
_LEAD = 24
"""Lines before a chunk that are read too: a text may begin in them."""
_WAITING = 12
"""Chunks that wait at most: who scrolls fast does not want those in between."""
_KEPT = 600

_STYLES = (
    ("Token.Keyword.Constant", "syntax-number"),
    ("Token.Keyword", "syntax-keyword"),
    ("Token.Operator.Word", "syntax-keyword"),
    ("Token.Literal.String", "syntax-string"),
    ("Token.Literal.Number", "syntax-number"),
    ("Token.Comment", "syntax-comment"),
    ("Token.Name.Function", "syntax-name"),
    ("Token.Name.Class", "syntax-name"),
    ("Token.Name.Decorator", "syntax-name"),
    ("Token.Name.Tag", "syntax-keyword"),
    ("Token.Name.Attribute", "syntax-name"),
    ("Token.Name.Builtin", "syntax-builtin"),
    ("Token.Name.Exception", "syntax-builtin"),
    ("Token.Generic.Heading", "syntax-keyword"),
)


class _Job(NamedTuple):
    """Lines to colour: their place in the hunk, their sign and their text."""

    key: tuple[int, int]
    path: str
    lines: Sequence[tuple[int, str, str]]
    first: int
    """The lines before this one only lead up to it."""


class Syntax:
    """Colours of the lines of one diff; `changed` is called when more of them are known."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._diff = Diff()
        self._known: dict[tuple[int, int], dict[int, Tokens]] = {}
        self._wanted: dict[tuple[int, int], None] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._at_work: asyncio.Future[dict[int, Tokens]] | None = None
        self._soon: asyncio.TimerHandle | None = None
        self._closed = False

    def show(self, diff: Diff) -> None:
        """Forget all colours: another diff is shown."""
        self._diff = diff
        self._known.clear()
        self._wanted.clear()

    def close(self) -> None:
        """Let the thread go; whatever it still works out is not used."""
        self._closed = True
        if self._soon is not None:
            self._soon.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def of(self, hunk: int, index: int) -> Tokens:
        """The colours of a line, as far as they are known; asks for them otherwise."""
        key = hunk, index // CHUNK
        known = self._known.get(key)
        if known is None:
            self._want(key)
            return ()
        return known.get(index, ())

    def _want(self, key: tuple[int, int]) -> None:
        if self._closed:
            return
        self._wanted.pop(key, None)
        self._wanted[key] = None
        while len(self._wanted) > _WAITING:
            del self._wanted[next(iter(self._wanted))]
        if self._at_work is None:
            if self._soon is not None:
                self._soon.cancel()
            self._soon = asyncio.get_running_loop().call_later(PAUSE, self._next)

    def _next(self) -> None:
        """Begin with what was wanted last."""
        if not self._wanted or self._closed:
            return
        key, _ = self._wanted.popitem()
        job, diff = _job(self._diff, key), self._diff
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "syntax")
        loop = asyncio.get_running_loop()
        self._at_work = found = loop.run_in_executor(self._pool, _coloured, job)
        found.add_done_callback(lambda done: self._done(diff, key, done))

    def _done(
        self, diff: Diff, key: tuple[int, int], done: asyncio.Future[dict[int, Tokens]]
    ) -> None:
        self._at_work = None
        if done.cancelled() or self._closed:
            return
        if diff is self._diff:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = done.result()
            if self._known[key]:
                self._changed()
        self._next()


def _job(diff: Diff, key: tuple[int, int]) -> _Job:
    hunk, chunk = key
    part = diff.hunks[hunk]
    first = chunk * CHUNK
    places = range(max(0, first - _LEAD), min(part.size, first + CHUNK))
    lines = [(index, line[0], line[1:].expandtabs(TAB)) for index in places
             if (line := diff.line(hunk, index))]  # fmt: skip
    return _Job(key, diff.files[part.file].path, lines, first)


def _coloured(job: _Job) -> dict[int, Tokens]:
    """In the thread: what is new read as one text, and what is old as another."""
    lexer = _lexer(job.path)
    if lexer is None:
        return {}
    found: dict[int, Tokens] = {}
    for skipped, wanted in (("-", " +"), ("+", "-")):
        lines = [one for one in job.lines if one[1] not in (skipped, "\\")]
        texts = [text if len(text) <= LONGEST else "" for _, _, text in lines]
        for (index, sign, _), tokens in zip(lines, _tokens(lexer, texts), strict=False):
            if sign in wanted and index >= job.first and tokens:
                found[index] = tokens
    return found


def _tokens(lexer: Lexer, texts: Sequence[str]) -> list[Tokens]:
    """The ranges of each line that have a colour."""
    lines: list[list[tuple[int, int, str]]] = [[]]
    column = 0
    for kind, value in lexer.get_tokens("\n".join(texts)):
        style = _style(str(kind))
        for piece in re.split(r"(\n)", value):
            if piece == "\n":
                lines.append([])
                column = 0
            elif piece:
                if style:
                    lines[-1].append((column, column + len(piece), style))
                column += len(piece)
    return [tuple(line) for line in lines]


def _style(kind: str) -> str:
    for start, style in _STYLES:
        if kind.startswith(start):
            return style
    return ""


def _lexer(path: str) -> Lexer | None:
    """The lexer for a file by its name; None where there is none."""
    from pygments.lexers import get_lexer_for_filename  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    try:
        lexer: Lexer = get_lexer_for_filename(
            path.rpartition("/")[2], stripnl=False, ensurenl=False
        )
    except ClassNotFound:
        return None
    return lexer
