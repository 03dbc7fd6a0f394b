"""The tabs of an iteration that are read as a whole, as questions to the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from looptui.tui.glyphs import Glyphs
from looptui.tui.panes import fact_lines, gate_lines, memory_lines, verdict_lines
from looptui.tui.spans import Spans

if TYPE_CHECKING:
    from looptui.projections.values import IterationView, RunView
    from looptui.tui.controller import Reads


class About(NamedTuple):
    """What the tabs are about."""

    view: RunView
    one: IterationView | None
    """Number 0 is the base; None before its gates have run."""
    newest: bool
    glyphs: Glyphs

    def question(self, tab: str) -> Callable[[Reads], Sequence[Spans]]:
        """The lines of a tab, to be asked of the reader."""
        return {"Gates": self._gates, "Memory": self._memory, "Prompt": self._prompt}.get(
            tab, self._verdict
        )

    def _gates(self, reads: Reads) -> Sequence[Spans]:
        gates = self.view.gates if self.newest or self.one is None else self.one.gates
        return gate_lines.lines(gates, self.glyphs, reads.blob)

    def _memory(self, reads: Reads) -> Sequence[Spans]:
        number = self.one.n if self.one else 0
        used, found = reads.memory(self.view.id, number), reads.next_memory(self.view.id)
        return memory_lines.both(number, used, found, ended=self.view.ended)

    def _prompt(self, reads: Reads) -> Sequence[Spans]:
        if self.one is None:
            return _NO_ITERATION
        if self.one.n == 0:
            return ((("No prompt: it is the base, as the run found it.", "muted"),),)
        if self.one.restored:
            return ((("No prompt: a person went back to an earlier candidate.", "muted"),),)
        if self.one.prompt is None:
            return ((("The prompt is being built.", "muted"),),)
        sections = reads.sections(self.view.id, self.one.n)
        title = f"Prompt of iteration {self.one.n}: {self.one.prompt_tokens:,} tokens"
        return fact_lines.prompt(title, sections, reads.blob(self.one.prompt), self.glyphs)

    def _verdict(self, reads: Reads) -> Sequence[Spans]:
        if self.one is None:
            return _NO_ITERATION
        return verdict_lines.verdict(self.view, self.one, self.glyphs)


_NO_ITERATION: Sequence[Spans] = (
    (("There is no iteration yet: the gates run on the base first.", "muted"),),
)
