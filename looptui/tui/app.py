"""The app: which screen is shown, and what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, Unpack

from textual import events, on
from textual.screen import Screen

from looptui.projections.figures import short
from looptui.tui.collecting import take_up_collecting
from looptui.tui.guard import Guard
from looptui.tui.needing import Needing
from looptui.tui.screens.base import MainScreen
from looptui.tui.shell import Options

if TYPE_CHECKING:
    from looptui.core.commands import Command
    from looptui.projections.values import NeedView, RunView
    from looptui.tui.controller import Controller
    from looptui.tui.remarks import Remarks
    from looptui.tui.screens.loop import LoopScreen
    from looptui.tui.screens.review import ReviewScreen

_BREATH = 0.03
"""Seconds between the first frame and everything that is not needed for it."""


class LooptuiApp(Needing):
    """The cockpit of a repository.

    `start` are loop files to run at once; with exactly one the app opens on its Loop screen.
    `trust` says that their content was read. The rest are options of the shell.
    """

    HOLD: ClassVar[float] = 3.0
    """Seconds after a key during which rows keep their places."""

    def __init__(
        self,
        controller: Controller,
        *,
        start: Sequence[Path] = (),
        trust: bool = False,
        first: str = "",
        **options: Unpack[Options],
    ) -> None:
        super().__init__(controller, **options)
        self.guard = Guard()
        """Keeps decision keys dead for a moment after the thing to decide has changed."""
        self._start = tuple(start)
        self._trust = trust
        self._first = first
        self._screens: dict[str, MainScreen] = {}
        self._seen: dict[str, str] = {}
        self._key_at = -self.HOLD
        self._awaits_review = False

    # --- Textual's hooks ----------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        usual = "loop" if len(self._start) == 1 else "fleet"
        screen = self._screen(self._first or usual)
        self.stylesheet.read_all(screen.css_path)  # Textual reads those of later screens only
        return screen

    async def on_load(self) -> None:
        """Before the screen is composed, so that it is drawn once."""
        await self.feed.poll()

    @on(events.Mount)
    def _open(self) -> None:
        self.call_after_refresh(self.set_timer, _BREATH, self._begin)

    def _begin(self) -> None:
        """With the first frame on screen: look at the state, then start what was asked for."""
        take_up_collecting()
        self.controller.begin()
        self.run_worker(self.feed.run(), group="feed", exit_on_error=True)
        self.settle()
        for warning in self.warnings:
            self.tell(warning, "warning", 15)
        if not self._start and any(view.live for view in self.snapshot.lying):
            self.action_reconcile()
        for path in self._start:
            if self._trust:
                self.start_loop(path, trust=True)
            else:
                self._loop_screen().expect(path.stem)
                self.ask_to_start(path, named=True)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._key_at = monotonic()
            self.feed.touched()
            self.touched()
        await super().on_event(event)

    def on_app_focus(self) -> None:
        """The click that brought the focus must not decide anything."""
        self.guard.shown()

    # --- what screens ask of it ---------------------------------------------------------------

    @cached_property
    def remarks(self) -> Remarks:
        """Comments that were written and not sent yet."""
        from looptui.tui.drafts import to_text
        from looptui.tui.remarks import Remarks

        return Remarks(lambda run, draft: self.controller.keep_draft(run, to_text(draft)))

    @property
    def holding(self) -> bool:
        """Whether a key came so lately that rows should keep their places."""
        return monotonic() - self._key_at < self.HOLD

    def act(self, run: str, command: Command, said: str) -> None:
        """Send a command; `said` is told when it was carried out, else why it was refused."""
        self.run_worker(self._act(run, command, said), group="send", exit_on_error=False)

    async def _act(self, run: str, command: Command, said: str) -> None:
        refusal = await self.controller.send(run, command)
        self.tell(refusal or said, "warning" if refusal else "information", 8 if refusal else 5)
        self.feed.hurry()

    def resume_away(self, view: RunView) -> None:
        """Have a run that nobody drives go on in the background."""
        self.run_worker(self._resume_away(view), group="send", exit_on_error=False)

    async def _resume_away(self, view: RunView) -> None:
        pid, refusal = await self.controller.resume_away(view.id)
        where = f"goes on in the background, process {pid}" if pid else "is driven already"
        said = f"{view.loop} {where}"
        self.tell(refusal or said, "warning" if refusal else "information", 8 if refusal else 5)
        self.feed.hurry()

    def ask_to_start(self, path: Path, *, named: bool = False) -> None:
        """Show what a loop file would run here, and start it when a person says so.

        One that was `named` on the command line starts at once if its content was trusted before.
        """
        asking = self._ask_to_start(path, named=named)
        self.run_worker(asking, group="start", exit_on_error=False)

    async def _ask_to_start(self, path: Path, *, named: bool) -> None:
        from looptui.tui.dialogs.start import ProblemDialog, TrustDialog

        card = await self.controller.look_at(path)
        if card.problem:
            self._loop_screen().refuse(path.stem, card.problem.split("\n")[0])
            self.push_screen(ProblemDialog(card))
            return
        if named and card.trusted:
            self.start_loop(path, digest=card.digest)
            return

        def answer(yes: bool | None) -> None:
            if yes:
                self.start_loop(path, digest=card.digest)
                self._switch("loop")
            elif named:
                self._loop_screen().refuse(path.stem, "its commands were not trusted")

        self.push_screen(TrustDialog(card), answer)

    def start_loop(self, path: Path, *, trust: bool = False, digest: str = "") -> None:
        """Make a run of a loop file and show it."""
        self._loop_screen().expect(path.stem)
        starting = self._start_loop(path, trust=trust, digest=digest)
        self.run_worker(starting, group="start", exit_on_error=False)

    async def _start_loop(self, path: Path, *, trust: bool, digest: str) -> None:
        run, refusal = await self.controller.start(path, trust=trust, digest=digest)
        self.feed.hurry()
        if refusal:
            self._loop_screen().refuse(path.stem, refusal)
            if self.screen is not self._loop_screen():
                self.tell(f"{path.stem} did not start: {refusal}", "error", 15)
        else:
            self._loop_screen().show_run(run)

    def open_run(self, run: str) -> None:
        """Show a run on the Loop screen."""
        self._loop_screen().show_run(run)
        self._switch("loop")

    def open_memory(self, run: str) -> None:
        """Show what the next prompt of a run would hold."""
        from looptui.tui.screens.memory import MemoryScreen

        screen = self._screen("memory")
        assert isinstance(screen, MemoryScreen)
        screen.show_run(run)
        self._switch("memory")

    def open_need(self, need: NeedView) -> None:
        """Show what a person has to decide: a review, or a question over its run."""
        self.last_need = need.id
        if need.kind == "approval":
            self._review_screen().show_need(need.id)
            self._switch("review")
            return
        self.open_run(need.run)
        from looptui.tui.dialogs.need import NeedDialog

        self.push_screen(NeedDialog(need))

    # --- keys ---------------------------------------------------------------------------------

    def action_go(self, screen: str) -> None:
        if screen == "review":
            self._go_to_review()
            return
        if screen == "memory" and self.chosen_run is not None:
            self.open_memory(self.chosen_run.id)
            return
        self._switch(screen)

    def _go_to_review(self) -> None:
        """A change to review; from Review itself, or where there is none, all that waits."""
        again, shown = self.base.scope == "review", self._review_screen().show_first()
        self._switch("review")
        waits = any(view.needs or view.state == "tripped" for view in self.snapshot.runs)
        if waits and (again or not shown):
            self.action_queue()

    def action_go_back(self) -> None:
        """One level back; from the fleet it is out."""
        if self.base.scope == "fleet":
            self.action_leave()
        elif len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self._switch("fleet")

    def action_reconcile(self) -> None:
        """The runs that a crash interrupted, and what is left of them."""
        self._switch("reconcile")

    def action_new_loop(self) -> None:
        """The wizard, with the draft that was left there."""
        self._switch("wizard")

    def action_help(self) -> None:
        from looptui.tui.dialogs.help import HelpDialog

        self.push_screen(HelpDialog(self.base.scope))

    # --- screens ------------------------------------------------------------------------------

    def _screen(self, name: str) -> MainScreen:
        """A main screen; made when it is first asked for and kept."""
        if name not in self._screens:
            self._screens[name] = made = _make(name)
            made.fit(*self.size)
            self.install_screen(made, name)
        return self._screens[name]

    def _loop_screen(self) -> LoopScreen:
        from looptui.tui.screens.loop import LoopScreen

        screen = self._screen("loop")
        assert isinstance(screen, LoopScreen)
        return screen

    def _review_screen(self) -> ReviewScreen:
        from looptui.tui.screens.review import ReviewScreen

        screen = self._screen("review")
        assert isinstance(screen, ReviewScreen)
        return screen

    def _switch(self, name: str) -> None:
        """Bring a main screen to the top: the stack is the way that `q` goes back."""
        wanted = self._screen(name)
        if wanted not in self.screen_stack:
            self.push_screen(wanted)
            return
        while self.screen is not wanted:
            self.pop_screen()

    @property
    def base(self) -> MainScreen:
        """The main screen that is seen, below dialogs if there are any."""
        return next(s for s in reversed(self.screen_stack) if isinstance(s, MainScreen))

    def fed(self) -> None:
        self._announce()
        if self.snapshot.needs and not self._awaits_review:
            self._awaits_review = True
            self.set_timer(1.0, self._prepare_review)
        if self.is_running:
            self.tell_terminal()
            self.call_person()
        if self.is_running and self._screen_stack:
            self.base.redraw()

    def _prepare_review(self) -> None:
        """Load the code of Review while nobody types: a quarter of what opening it first takes."""
        if self.holding:
            self.set_timer(self.HOLD, self._prepare_review)
        else:
            self._screen("review")

    def _announce(self) -> None:
        """Say once what became of a run that was seen alive, unless it is on screen."""
        for view in self.snapshot.runs:
            before = self._seen.get(view.id)
            self._seen[view.id] = view.state
            if before is not None and before != view.state:
                self._announce_change(view)
                if view.ended and "remarks" in self.__dict__:
                    self.remarks.sent(view.id)

    def _announce_change(self, view: RunView) -> None:
        if self.base is self._loop_screen() and self._loop_screen().run == view.id:
            return
        if view.state == "landed":
            where = f" on {view.target}" if view.target else ""
            self.tell(f"{view.loop} landed as {short(view.landed)}{where}", seconds=8)
        elif view.state in ("failed", "tripped"):
            self.tell(f"{view.loop} {view.state}: {view.reason}", "warning", 8)
        elif view.needs:
            press = self.keymap.told("press {app.next-need}")
            self.tell(f"{view.loop} needs you: {view.needs[0].text} ({press})", seconds=8)


def _make(name: str) -> MainScreen:
    if name == "fleet":
        from looptui.tui.screens.fleet import FleetScreen

        return FleetScreen()
    if name == "loop":
        from looptui.tui.screens.loop import LoopScreen

        return LoopScreen()
    if name == "reconcile":
        from looptui.tui.screens.reconcile import ReconcileScreen

        return ReconcileScreen()
    if name == "memory":
        from looptui.tui.screens.memory import MemoryScreen

        return MemoryScreen()
    if name == "spend":
        from looptui.tui.screens.spend import SpendScreen

        return SpendScreen()
    if name == "audit":
        from looptui.tui.screens.audit import AuditScreen

        return AuditScreen()
    if name == "settings":
        from looptui.tui.screens.settings import SettingsScreen

        return SettingsScreen()
    if name == "wizard":
        from looptui.tui.screens.wizard import WizardScreen

        return WizardScreen()
    from looptui.tui.screens.review import ReviewScreen

    return ReviewScreen()
