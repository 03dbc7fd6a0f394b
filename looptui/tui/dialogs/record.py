"""A record to write: its words, and what it is about. It stays open until it could be kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, TextArea

from looptui.core.memory import TYPES
from looptui.tui.dialogs.base import Dialog
from looptui.tui.dialogs.facts import Facts
from looptui.tui.record_form import Form
from looptui.tui.spans import Spans
from looptui.tui.widgets.box import Box

_HINTS = {
    "why": "the reason; prompts have it too",
    "about": "what it is about, in a word or two",
    "kind": ", ".join(TYPES),
    "scope": "repository, loop:NAME or run:ID",
    "tags": "words to find it by, with commas between",
    "files": "files that it is about, with commas between",
}
_LABEL = 7


class RecordDialog(Dialog[str]):
    """Gives back what was done; `keep` is asked to do it, and says why not, or an empty string."""

    scope: ClassVar[str] = "record"

    def __init__(
        self,
        title: str,
        form: Form,
        keep: Callable[[Form], Awaitable[str]],
        *,
        about: Sequence[Spans] = (),
        only_words: bool = False,
    ) -> None:
        """`about` are lines above it; with `only_words` text and why are asked for alone."""
        super().__init__(title)
        self._form = form
        self._keep = keep
        self._about = about
        self._asked = ("why",) if only_words else tuple(_HINTS)

    def parts(self) -> Iterator[Widget]:
        if self._about:
            yield Facts([*self._about, ()])
        yield TextArea(self._form.text, id="text", soft_wrap=True, theme="css")
        yield Facts([()])
        for name in self._asked:
            with Box(classes="field"):
                yield Facts([((f"{name:<{_LABEL}}", "muted"),)])
                given = getattr(self._form, name)
                yield Input(given, placeholder=_HINTS[name], id=name, select_on_focus=False)
        yield Facts([()], hang=2)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    @property
    def form(self) -> Form:
        """What is written now."""
        lines = {name: self.query_one(f"#{name}", Input).value for name in self._asked}
        rest = {one.name: getattr(self._form, one.name) for one in fields(Form)}
        return Form(**{**rest, **lines, "text": self.query_one(TextArea).text})

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    def action_save(self) -> None:
        keeping: Callable[[], Awaitable[None]] = partial(self._save, self.form)
        self.run_worker(keeping, group="keep", exclusive=True, exit_on_error=False)

    async def _save(self, form: Form) -> None:
        refusal = await self._keep(form)
        if not refusal:
            self.dismiss("kept")
        else:
            self.query(Facts).last().set_lines([((refusal, "breaker-warn"),)])
