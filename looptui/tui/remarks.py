"""What a reviewer marked and wrote, before it is sent: comments, hunks taken or not, files viewed.

All of it is tied to the text of lines and hunks, not to a tree: on another tree whatever is the
same there keeps its marks. Every change can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from looptui.projections.feedback import LARGEST, joined, remark

if TYPE_CHECKING:
    from looptui.tui.widgets.diff_model import Diff
    from looptui.tui.widgets.diff_rows import Remark, Spot

__all__ = ["LARGEST", "Draft", "Note", "Remarks", "Verdict", "feedback", "shown"]

Verdict = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Note:
    """One comment, with what it needs to find its line again in another diff."""

    id: str
    path: str
    old: int
    new: int
    lines: tuple[str, ...]
    """The lines it is about, with their signs."""
    quote: str
    """Those lines and some around them, below the header of their hunk."""
    text: str

    @property
    def place(self) -> str:
        """`path:line`, of the new file where the line is in it."""
        return f"{self.path}:{self.new or self.old}"


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a reviewer did to the change of one run."""

    notes: tuple[Note, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By the keys of parts; what is not in it is open."""
    viewed: frozenset[str] = frozenset()
    """Keys of files."""


@dataclass(slots=True)
class _Story:
    """A draft with what it was before and what was undone, each with the words for it."""

    now: Draft = field(default_factory=Draft)
    past: list[tuple[str, Draft]] = field(default_factory=list)
    future: list[tuple[str, Draft]] = field(default_factory=list)


@dataclass(slots=True)
class Remarks:
    """The drafts of every review that were not sent yet, by run."""

    keep: Callable[[str, Draft], None] = lambda run, draft: None
    """Told of every change: what is kept outlives the screen."""
    _stories: dict[str, _Story] = field(default_factory=dict)
    _next: int = 1

    def knows(self, run: str) -> bool:
        """Whether the draft of a run was begun or taken up here."""
        return run in self._stories

    def take_up(self, run: str, draft: Draft) -> None:
        """Go on with a draft that was kept; what was done before cannot be undone."""
        if run not in self._stories:
            self._stories[run] = _Story(draft)
            numbers = [int(note.id[1:]) for note in draft.notes if note.id[1:].isdecimal()]
            self._next = max((self._next - 1, *numbers)) + 1

    def draft(self, run: str) -> Draft:
        known = self._stories.get(run)
        return known.now if known else Draft()

    def of(self, run: str) -> Sequence[Note]:
        """The comments on a run."""
        return self.draft(run).notes

    def _story(self, run: str) -> _Story:
        return self._stories.setdefault(run, _Story())

    def _change(self, run: str, words: str, draft: Draft) -> None:
        story = self._story(run)
        if draft != story.now:
            story.past.append((words, story.now))
            story.future.clear()
            story.now = draft
            self.keep(run, draft)

    # --- comments -----------------------------------------------------------------------------

    def add(self, run: str, diff: Diff, spots: Sequence[Spot], text: str) -> Note:
        """Comment on some lines of one hunk."""
        last = spots[-1]
        lines = tuple(f"{spot.sign}{spot.text}" for spot in spots)
        quote = remark(diff, last.hunk or 0, spots[0].at, last.at)
        path = last.file.path
        note = Note(f"c{self._next}", path, last.old, last.new, lines, quote, text.strip())
        self._next += 1
        draft = self.draft(run)
        self._change(run, f"comment {note.id}", replace(draft, notes=(*draft.notes, note)))
        return note

    def edit(self, run: str, note: Note, text: str) -> None:
        """Put other words in the place of a comment."""
        draft, better = self.draft(run), replace(note, text=text.strip())
        notes = tuple(better if one == note else one for one in draft.notes)
        self._change(run, f"the words of {note.id}", replace(draft, notes=notes))

    def take_back(self, run: str, note: str) -> None:
        draft = self.draft(run)
        notes = tuple(one for one in draft.notes if one.id != note)
        self._change(run, f"taking {note} back", replace(draft, notes=notes))

    def sent(self, run: str) -> None:
        """Everything went to the maker: the next change is looked at afresh."""
        self._stories.pop(run, None)
        self.keep(run, Draft())

    def said(self, run: str) -> None:
        """The comments went into a prompt; marks stay, and what was said cannot be undone."""
        self._stories[run] = story = _Story(replace(self.draft(run), notes=()))
        self.keep(run, story.now)

    # --- marks --------------------------------------------------------------------------------

    def mark(self, run: str, keys: Iterable[str], verdict: Verdict | None, words: str) -> None:
        """Accept or reject some parts; None makes them open again."""
        draft = self.draft(run)
        verdicts = {**draft.verdicts}
        for key in keys:
            verdicts.pop(key, None)
            if verdict is not None:
                verdicts[key] = verdict
        self._change(run, words, replace(draft, verdicts=verdicts))

    def view(self, run: str, file: str, *, viewed: bool, words: str) -> None:
        """Say that a file was looked at, or was not."""
        draft = self.draft(run)
        files = draft.viewed | {file} if viewed else draft.viewed - {file}
        self._change(run, words, replace(draft, viewed=files))

    def undo(self, run: str) -> str:
        """Take the last change back; what it was, empty where there is none."""
        story = self._story(run)
        if not story.past:
            return ""
        words, before = story.past.pop()
        story.future.append((words, story.now))
        story.now = before
        self.keep(run, before)
        return words

    def redo(self, run: str) -> str:
        """Do what was undone last again; what it is, empty where there is none."""
        story = self._story(run)
        if not story.future:
            return ""
        words, after = story.future.pop()
        story.past.append((words, story.now))
        story.now = after
        self.keep(run, after)
        return words


def shown(notes: Sequence[Note], diff: Diff) -> list[Remark]:
    """The comments whose lines are in a diff, below those lines."""
    from looptui.tui.widgets.diff_rows import Remark

    found = []
    for note in notes:
        place = diff.find_line(note.path, old=0 if note.new else note.old, new=note.new)
        if place is not None and note.lines[-1] == diff.line(*place):
            words = f"{note.id} you, line {note.new or note.old}: {note.text}"
            found.append(Remark(note.id, *place, f"{words}\ngoes to the maker, hunk quoted"))
    return found


def feedback(summary: str, notes: Sequence[Note], rejected: str = "") -> str:
    """One block for the next prompt: the summary, each comment with its hunk, rejected hunks."""
    remarks = [f"{note.place}\n{note.quote}\n{note.text}" for note in notes]
    return joined([summary, *remarks, rejected])
