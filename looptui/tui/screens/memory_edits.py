"""What a person does to records. Writing pauses the run whose prompt they go into."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from looptui.core import commands as cmd
from looptui.errors import LooptuiError
from looptui.projections.figures import plural
from looptui.tui import record_form
from looptui.tui.screens.run_actions import RunScreen

if TYPE_CHECKING:
    from looptui.core.memory import Memory
    from looptui.projections.values import RunView
    from looptui.tui.dialogs.clash import Verdict
    from looptui.tui.memories import Item
    from looptui.tui.record_form import Form
    from looptui.tui.spans import Spans

_MOST = 500
"""Records that go into a file for an editor."""


class MemoryEdits(RunScreen):
    """Every change is a command with the person's name; `z` takes the last one back."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: dict[str, None] = {}
        """Ids of the records that were marked, in that order."""
        self._held: RunView | None = None
        """The run that was paused because somebody writes."""
        self._holding = asyncio.Lock()
        self._draft: tuple[str, dict[str, Memory]] | None = None
        """A file that could not be read, and what it is about: it is opened again."""

    @property
    def items(self) -> Sequence[Item]:
        raise NotImplementedError

    @property
    def item(self) -> Item | None:
        raise NotImplementedError

    def keys_off(self) -> frozenset[str]:
        off = {f"{self.scope}.{name}" for name in self._idle()}
        return super().keys_off() | off

    def _idle(self) -> Sequence[str]:
        """Verbs that have nothing to act on."""
        item, idle = self.item, []
        if item is None:
            idle += ["edit", "pin", "forget", "mark"]
        if item is None or (item.record.state == "active" and item.rival is None):
            idle.append("confirm")
        if len(self._chosen_records()) < 2:
            idle.append("merge")
        return idle

    def _chosen_records(self) -> list[Memory]:
        by_id = {item.record.id: item.record for item in self.items}
        return [by_id[name] for name in self.marked if name in by_id]

    # --- doing --------------------------------------------------------------------------------

    def _do(self, said: str, *commands: cmd.Command) -> None:
        doing: Callable[[], Awaitable[None]] = partial(self._done, said, commands)
        self.run_worker(doing, group="remember", exit_on_error=False)

    async def _done(self, said: str, commands: Sequence[cmd.Command]) -> None:
        for command in commands:
            name, refusal = await self.cockpit.controller.remember(command)
            if refusal:
                self.cockpit.tell(refusal, "warning", 8)
                return
            said = said.replace("{id}", name)
        self.cockpit.tell(said)
        self.cockpit.feed.hurry()

    def action_pin(self) -> None:
        item = self.item
        if item is not None:
            record = item.record
            said = "no longer pinned" if record.pinned else "pinned: chosen before all others"
            self._do(f"{record.id} is {said}", cmd.Revise(record.id, pinned=not record.pinned))

    def action_forget(self) -> None:
        item = self.item
        if item is not None:
            record = item.record
            asked = cmd.Revise(record.id, state="forgotten", seen=record.text)
            self._do(f"{record.id} is forgotten; z brings it back", asked)

    def action_undo(self) -> None:
        self._do("the last edit is taken back: {id}", cmd.UndoEdit())

    def action_mark(self) -> None:
        item = self.item
        if item is not None:
            name = item.record.id
            if name in self.marked:
                del self.marked[name]
            else:
                self.marked[name] = None
            self.redraw()

    def action_confirm(self) -> None:
        """Say that a record holds, or which of two that contradict each other does."""
        item = self.item
        if item is None or not self.cockpit.guard.passes():
            return
        record = item.record
        if item.rival is not None:
            self._settle_clash(record, item.rival)
        elif record.state == "active":
            self.cockpit.tell(f"{record.id} needs no decision")
        else:
            asked = cmd.Revise(record.id, state="active", seen=record.text)
            said = f"{record.id} is confirmed: prompts may have it; {self._undoing}"
            self._do(said, asked)

    def _settle_clash(self, this: Memory, other: Memory) -> None:
        from looptui.tui.dialogs.clash import ClashDialog

        def answer(verdict: Verdict | None) -> None:
            if verdict is not None:
                said, commands = _settled(verdict, this, other)
                self._do(said, *commands)

        self.cockpit.push_screen(ClashDialog(this, other), answer)

    @property
    def _undoing(self) -> str:
        return self.keyed("{memory.undo} takes it back")

    # --- writing ------------------------------------------------------------------------------

    def action_new(self) -> None:
        view = self.subject
        form = record_form.Form(scope=f"loop:{view.loop}" if view else "repository")

        async def keep(form: Form) -> str:
            name, refusal = await self._remember(record_form.added(form))
            if not refusal:
                self.cockpit.tell(f"{name} is recorded; {self._undoing}")
            return refusal

        self._write("A new record", form, keep)

    def action_edit(self) -> None:
        item = self.item
        if item is None:
            return
        seen = [item.record]

        async def keep(form: Form) -> str:
            asked = record_form.revised(seen[0], form)
            if asked is None:
                return ""
            _, refusal = await self._remember(asked)
            if refusal:
                return await self._told_of_another(seen, refusal)
            self.cockpit.tell(f"{record_form.told(asked)}; {self._undoing}")
            return ""

        self._write(f"Edit {item.record.id}", record_form.form_of(item.record), keep)

    async def _told_of_another(self, seen: list[Memory], refusal: str) -> str:
        """A refusal, with what the record says now where somebody else changed it."""
        name = seen[0].id
        now = await self.cockpit.controller.read(lambda reads: reads.memories.record(name))
        if now is None or now.text == seen[0].text:
            return refusal
        seen[0] = now
        return f"{refusal}. It says now: {now.text} - keep yours in its place with the same key"

    def action_merge(self) -> None:
        records = self._chosen_records()
        if len(records) < 2:
            words = "mark two records or more with {memory.mark}, then merge them"
            self.cockpit.tell(self.keyed(words))
            return

        async def keep(form: Form) -> str:
            _, refusal = await self._remember(record_form.merged(records, form))
            if not refusal:
                self.marked.clear()
                told = f"{plural(len(records) - 1, 'record')} merged into {records[0].id}"
                self.cockpit.tell(f"{told}; {self._undoing}")
            return refusal

        about: list[Spans] = [((f"{one.id:<7}", "bold"), (one.text, "muted")) for one in records]
        title = f"Merge {plural(len(records), 'record')} into {records[0].id}"
        self._write(title, record_form.merging(records), keep, about, only_words=True)

    def _write(
        self,
        title: str,
        form: Form,
        keep: Callable[[Form], Awaitable[str]],
        about: Sequence[Spans] = (),
        *,
        only_words: bool = False,
    ) -> None:
        from looptui.tui.dialogs.record import RecordDialog

        self._hold()
        told: list[Spans] = [((self.held_words, "state-paused"),)] if self.held_words else []
        dialog = RecordDialog(title, form, keep, about=(*told, *about), only_words=only_words)
        self.cockpit.push_screen(dialog, lambda kept: self._let_go())

    async def _remember(self, command: cmd.Command) -> tuple[str, str]:
        name, refusal = await self.cockpit.controller.remember(command)
        self.cockpit.feed.hurry()
        return name, refusal

    # --- in an editor -------------------------------------------------------------------------

    def action_edit_all(self) -> None:
        """Open the records listed as a file, and take what it says when it is closed."""
        editing: Callable[[], Awaitable[None]] = self._edit_all
        self.run_worker(editing, group="edit", exclusive=True, exit_on_error=False)

    async def _edit_all(self) -> None:
        from looptui.tui import record_file

        self._hold()
        records = {item.record.id: item.record for item in self.items[:_MOST]}
        text, records = self._draft or (
            record_file.spelled(tuple(records.values()), self.held_words), records
        )  # fmt: skip
        try:
            text = await self._edited(text)
            self._draft = text, records
            await self._take(record_file.changes(text, records))
            self._draft = None
        except LooptuiError as error:
            again = self.keyed(" {memory.edit-all} opens it again as you left it.")
            kept = again if self._draft else ""
            self.cockpit.tell(f"{error.message}. {error.hint}{kept}", "warning", 12)
        self.cockpit.guard.shown()
        self._let_go()

    async def _edited(self, text: str) -> str:
        """What a person made of a text in their editor; EnvironmentUnfit where there is none."""
        from pathlib import Path
        from tempfile import TemporaryDirectory

        from looptui import config
        from looptui.tui import editing

        loaded = await asyncio.to_thread(config.load, self.cockpit.controller.repo)
        argv = editing.editor(loaded.editor)
        with TemporaryDirectory(prefix="looptui-") as folder:
            file = Path(folder) / "memory.toml"
            editing.steps_aside(self.cockpit, file)
            file.write_text(text, "utf-8")
            await editing.edit(self.cockpit, argv, file)
            return file.read_text("utf-8", "replace")

    async def _take(self, commands: Sequence[cmd.Command]) -> None:
        refusals = []
        for command in commands:
            _, refusal = await self._remember(command)
            refusals += [f"{getattr(command, 'id', 'the new one')}: {refusal}"] if refusal else []
        done = len(commands) - len(refusals)
        for refusal in refusals[:3]:
            self.cockpit.tell(refusal, "warning", 12)
        if done or not refusals:
            self.cockpit.tell(f"{plural(done, 'record')} changed" if done else "nothing to change")

    # --- the run meanwhile --------------------------------------------------------------------

    @property
    def held_words(self) -> str:
        """What became of the run because somebody writes; empty where nothing did."""
        if self._held is None:
            return ""
        view = self.snapshot.run(self._held.id)
        if view is not None and view.state == "paused":
            return f"{view.loop} is paused while you write, and goes on when you are done"
        return f"{self._held.loop} pauses at its next safe point while you write, then goes on"

    def _hold(self) -> None:
        """Ask the run at work to pause at its next safe point; it is not waited for."""
        view = self.subject
        at_work = view is not None and view.state == "active" and self.snapshot.driver(view)
        if view is not None and at_work and view.id not in self.snapshot.pausing:
            self._held = view
            self.redraw()
            self.run_worker(self._ask_to_pause(view), group="hold", exit_on_error=False)

    async def _ask_to_pause(self, view: RunView) -> None:
        async with self._holding:
            refusal = await self.cockpit.controller.send(view.id, cmd.Pause())
        if refusal:
            self._held = None
            self.cockpit.tell(f"{view.loop} was not paused: {refusal}", "warning", 8)
        self.cockpit.feed.hurry()

    def _let_go(self) -> None:
        self.run_worker(self._ask_to_go_on(), group="hold", exit_on_error=False)

    async def _ask_to_go_on(self) -> None:
        """Let the run go on that was paused; one that came to rest otherwise stays there."""
        async with self._holding:
            held, self._held = self._held, None
            if held is None:
                return
            controller = self.cockpit.controller
            view = await controller.read(lambda reads: reads.run(held.id))
            if view is None or view.state not in ("active", "paused"):
                state = view.state if view else "gone"
                self.cockpit.tell(f"{held.loop} is {state}: it was not resumed")
                return
            refusal = await controller.send(held.id, cmd.Resume())
        where = "" if self.snapshot.driver(held) in ("", "here") else " here"
        said = f"{held.loop} goes on{where}"
        said = f"{held.loop} stays paused: {refusal}" if refusal else said
        self.cockpit.tell(said, "warning" if refusal else "information", 8)
        self.cockpit.feed.hurry()


def _settled(verdict: Verdict, this: Memory, other: Memory) -> tuple[str, Sequence[cmd.Command]]:
    """What a verdict does, and what is said of it."""
    if verdict == "both":
        asked = cmd.Revise(this.id, beside=(*this.beside, other.id), seen=this.text)
        return f"{this.id} and {other.id} are both kept", (asked,)
    if verdict == "neither":
        both = [cmd.Revise(one.id, state="forgotten", seen=one.text) for one in (this, other)]
        return f"{this.id} and {other.id} are forgotten", both
    loser, winner = (other, this) if verdict == "this" else (this, other)
    asked = cmd.Revise(loser.id, state="superseded", seen=loser.text)
    return f"{winner.id} holds; {loser.id} is superseded", (asked,)
