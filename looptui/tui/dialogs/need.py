"""Answering what is no review: an escalation, a conflict at landing, a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from looptui.core import commands as cmd
from looptui.projections.values import NeedView
from looptui.tui.asking import Asker
from looptui.tui.dialogs.base import Dialog
from looptui.tui.panes import need_lines
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.virtual_view import VirtualView


class Choice(NamedTuple):
    """One answer."""

    id: str
    word: str
    about: str


_BACK = Choice("back", "send back", "with the words below, onto the target of now")
_STOP = Choice("stop", "stop", "the run ends; what was made is kept")
_CONFLICT = (
    Choice("retry", "try again", "the landing is tried once more"),
    Choice("branch", "keep on a branch", "the result lands on a branch of its own"),
)
_GATE = (
    Choice("continue", "look again", "the gate runs again on the same candidate"),
    _STOP,
)
_ESCALATION = (
    Choice("continue", "continue", "the run goes on up to its limit"),
    Choice("limits", "change a limit", "opens the breakers"),
    _STOP,
)
_PERMISSION = (
    Choice("once", "allow once", "this one time"),
    Choice("run", "allow in this run", "every time, exactly this"),
    Choice("deny", "refuse", "it counts as a denial; the words below are told to the agent"),
    _STOP,
)
_QUESTION = (
    Choice("continue", "answer", "with the words below"),
    _STOP,
)


class NeedDialog(Dialog[None]):
    """A list of answers, and words for the next prompt."""

    scope: ClassVar[str] = "need"

    def __init__(self, need: NeedView) -> None:
        super().__init__(f"{need.loop} needs you: {need.kind}")
        self._need = need
        self._choices = _choices(need)

    def parts(self) -> Iterator[Widget]:
        yield TextView(hang=need_lines.HANG, id="about")
        yield TableView((Column("answer", 18), Column("what follows", 20, grow=True)), id="choices")
        yield Input(placeholder="words for the next prompt (optional)")

    def on_mount(self) -> None:
        table = self.query_one(TableView)
        table.set_rows([TableRow(one.id, (one.word, one.about)) for one in self._choices])
        table.focus()
        self._tell(())
        run = self._need.run
        Asker(self).ask(lambda reads: need_lines.read_causes(reads, run), self._tell)

    def _tell(self, causes: Sequence[need_lines.Cause]) -> None:
        view = self.cockpit.snapshot.run(self._need.run)
        told = need_lines.lines(view, self._need, causes, self.cockpit.glyphs)
        self.query_one("#about", TextView).set_lines(told)

    def action_read_on(self) -> None:
        self.query_one("#about", TextView).action_down()

    def action_read_back(self) -> None:
        self.query_one("#about", TextView).action_up()

    @on(VirtualView.Chosen)
    def _choose(self, event: VirtualView.Chosen) -> None:
        self._answer(str(event.key))

    @on(Input.Submitted)
    def _submit(self) -> None:
        table = self.query_one(TableView)
        if table.cursor is not None:
            self._answer(str(table.table.key(table.cursor)))

    def _answer(self, choice: str) -> None:
        if not self.armed:
            return
        if choice == "limits":
            self._open_limits()
            return
        text = self.query_one(Input).value.strip()
        if not text and (lacking := self._lacking(choice)):
            self.cockpit.tell(lacking, "warning")
            self.query_one(Input).focus()
            return
        command = self._command(choice, text)
        self.cockpit.act(self._need.run, command, f"{self._need.loop}: {choice}")
        self.dismiss(None)

    def _lacking(self, choice: str) -> str:
        """What the words below have to say before this answer can be given, or nothing."""
        if choice == "back":
            return "say in the line below what should change"
        view = self.cockpit.snapshot.run(self._need.run)
        if choice == "continue" and view is not None and view.state == "tripped":
            return "the wait ran out; say in the line below why the run may go on"
        return ""

    def _command(self, choice: str, text: str) -> cmd.Command:
        match choice:
            case "retry":
                return cmd.Promote()
            case "branch":
                return cmd.Promote("branch")
            case "back":
                return cmd.SendBack(self._need.tree or "", text)
            case "stop" if self._need.tree:
                return cmd.Stop()
        return cmd.Answer(self._need.id, choice, text)

    def _open_limits(self) -> None:
        from looptui.tui.dialogs.limits import LimitsDialog

        view = self.cockpit.snapshot.run(self._need.run)
        self.dismiss(None)
        if view is not None:
            self.cockpit.push_screen(LimitsDialog(view))


def _choices(need: NeedView) -> Sequence[Choice]:
    if need.kind == "conflict":
        landing = _CONFLICT if need.approved or not need.tree else ()
        return (*landing, *((_BACK,) if need.tree else ()), _STOP)
    if need.gate:
        return _GATE
    others = {"escalation": _ESCALATION, "permission": _PERMISSION}
    return others.get(need.kind, _QUESTION)
