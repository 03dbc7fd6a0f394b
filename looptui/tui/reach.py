"""How everything is reached from everywhere: palette, command line, jump mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from looptui.tui.keymap import OF_WIDGETS
from looptui.tui.personal import Personal
from looptui.tui.shell import Options

if TYPE_CHECKING:
    from textual.widget import Widget

    from looptui.projections.values import NeedView, RunView
    from looptui.tui.controller import Controller
    from looptui.tui.keymap import Key
    from looptui.tui.orders import Order
    from looptui.tui.screens.base import MainScreen


class Reach(Personal):
    """An app of main screens, each with keys of its own."""

    def __init__(self, controller: Controller, **options: Unpack[Options]) -> None:
        super().__init__(controller, **options)
        self.typed: list[str] = []
        """What was typed in the command line, oldest first."""

    @property
    def base(self) -> MainScreen:
        """The main screen that is seen, below dialogs if there are any."""
        raise NotImplementedError

    def open_run(self, run: str) -> None:
        raise NotImplementedError

    def open_need(self, need: NeedView) -> None:
        raise NotImplementedError

    def ask_to_start(self, path: Path, *, named: bool = False) -> None:
        raise NotImplementedError

    @property
    def chosen_run(self) -> RunView | None:
        """The run that keys are about now, if the screen has one."""
        found: RunView | None = getattr(self.base, "subject", None)
        return found

    async def press(self, key: Key) -> None:
        """Do what a key of the map does on the main screen, whatever it is bound to."""
        node = self._owner(key)
        if node is not None:
            await self.run_action(key.action, default_namespace=node)

    def _owner(self, key: Key) -> MainScreen | Widget | None:
        """Whom a key acts on; None where nothing on the screen has that action."""
        if key.scope not in OF_WIDGETS or key.action.startswith("app."):
            return self.base
        name = f"action_{key.action.partition('(')[0]}"
        nodes = (self.base.focused, *self.base.query("*").results())
        return next((one for one in nodes if one and one.display and hasattr(one, name)), None)

    def action_palette(self) -> None:
        """Find an action, a run, a need, a loop file or a theme by a few letters of it."""
        from looptui.tui.dialogs.palette import PaletteDialog
        from looptui.tui.palette import Entry, entries

        async def chosen(entry: Entry | None) -> None:
            if entry is not None:
                await entry.act()

        self.push_screen(PaletteDialog(entries(self)), chosen)

    def action_command(self) -> None:
        """A line for the verbs of the command line."""
        from looptui.tui.dialogs.command import CommandDialog

        self.push_screen(CommandDialog(self))

    async def carry_out(self, order: Order) -> None:
        """Do what a line of the command line asked for, but for sending: that is its dialog's."""
        from looptui.tui.orders import Dress, Fork, Open, Press, Start

        match order:
            case Press(verb):
                await self._press_verb(verb)
            case Open(run, review=True):
                view = self.snapshot.run(run)
                if view is not None and view.needs:
                    self.open_need(view.needs[0])
            case Open(run):
                self.open_run(run)
            case Start(file):
                self.ask_to_start(file)
            case Dress(theme):
                self.theme = theme
            case Fork(run, iteration, reason):
                self.fork(run, iteration, reason)

    def fork(self, run: str, iteration: int, reason: str) -> None:
        """Start a new run from what an iteration of a run made, and show it."""
        self.run_worker(self._fork(run, iteration, reason), group="start", exit_on_error=False)

    async def _fork(self, run: str, iteration: int, reason: str) -> None:
        made, refusal = await self.controller.fork(run, iteration, reason)
        self.feed.hurry()
        if refusal:
            self.tell(f"no new run was made: {refusal}", "warning", 10)
        else:
            self.open_run(made)

    async def _press_verb(self, verb: str) -> None:
        """A key by its id, or by its verb on the screen that is seen."""
        ids = (verb, f"{self.base.scope}.{verb}")
        key = next((key for key in self.keymap.keys if key.id in ids), None)
        if key is None:
            self.tell(f"there is no run to {verb} on this screen", "warning")
        else:
            await self.press(key)

    def action_zoom(self) -> None:
        """Give all the room to the pane with the focus."""
        self.base.zoom()

    def action_unzoom(self) -> None:
        """Show all panes again."""
        self.base.minimize()

    def action_jump(self) -> None:
        """A letter on each pane; pressing it takes the focus there."""
        from looptui.tui.dialogs.jump import JumpDialog

        def chosen(pane: Widget | None) -> None:
            if pane is not None:
                pane.focus()

        panes = self.base.panes_in_sight()
        if panes:
            self.push_screen(JumpDialog(panes), chosen)
