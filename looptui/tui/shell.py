"""The shell of the app: how it looks, what it says, and how it ends whatever happens."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.worker import Worker, WorkerState

from looptui.text import safe
from looptui.tui import themes
from looptui.tui.farewell import farewell
from looptui.tui.feed import Feed, Snapshot
from looptui.tui.glyphs import UNICODE, Glyphs
from looptui.tui.keymap import Keymap, bind
from looptui.tui.sanitize import line_filters
from looptui.tui.terminal import hung_up

if TYPE_CHECKING:
    from rich.text import Text

    from looptui.tui.controller import Controller
    from looptui.tui.preferences import Calling

log = logging.getLogger(__name__)

AGAIN = 2.0
"""Seconds within which a second ctrl+c quits."""
HANG_UP_SECONDS = 2.0
"""Between two looks whether the terminal is still there."""
SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129}
Severity = Literal["information", "warning", "error"]


class Options(TypedDict, total=False):
    """How a shell is dressed; what is left out is as shipped."""

    theme: str
    themes_folder: Path | None
    glyphs: Glyphs
    keymap: Keymap | None
    calling: Calling
    sixteen: bool
    """Whether the terminal has sixteen colours at most: then its own theme stays."""
    warnings: Sequence[str]
    driver_class: type[Driver] | None
    lasting: bool
    """Whether one can go on later with what is left; not so in a demo that is removed."""


class Shell(App[None]):
    """An app on a controller, with a theme, our keys and an orderly end."""

    CSS_PATH = themes.shipped_themes() / themes.STYLESHEET
    ENABLE_COMMAND_PALETTE = False
    TITLE = "looptui"

    def __init__(self, controller: Controller, **options: Unpack[Options]) -> None:
        super().__init__(driver_class=options.get("driver_class"))
        self.controller = controller
        self.keymap = options.get("keymap") or Keymap()
        self.glyphs = options.get("glyphs", UNICODE)
        self.feed = Feed(controller, self.fed)
        self.warnings = list(options.get("warnings", ()))
        self._lasting = options.get("lasting", True)
        self._interrupted_at = -AGAIN
        self._leaving = False
        self._away: tuple[int, frozenset[str]] = 0, frozenset()
        """The process in the background, and the runs that were handed to it."""
        self._dress(options.get("theme", themes.DEFAULT), options.get("themes_folder"))

    def fed(self) -> None:
        """The feed has something new."""
        raise NotImplementedError

    @property
    def snapshot(self) -> Snapshot:
        """What the feed read last."""
        return self.feed.snapshot

    # --- looks --------------------------------------------------------------------------------

    def _dress(self, theme: str, folder: Path | None) -> None:
        found = themes.find_palettes(themes.shipped_themes(), *([folder] if folder else []))
        themes.register(self, found)
        self.warnings += [problem.message for problem in found.problems]
        if theme not in self.available_themes:
            self.warnings.append(f"there is no theme {theme!r}; {themes.DEFAULT} it is")
            theme = themes.DEFAULT
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.token_defaults(self)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return line_filters(super().get_line_filters(), no_color=self.no_color)

    def on_mount(self) -> None:
        bind(self, self.keymap, "always", "global")
        self.set_class(self.glyphs is not UNICODE, "-ascii")
        loop = asyncio.get_running_loop()
        for number, code in SIGNALS.items():
            loop.add_signal_handler(number, self.leave, code)
        self.app_resume_signal.subscribe(self, self._came_back)
        if not self.is_headless:
            self.set_interval(HANG_UP_SECONDS, self._look_at_terminal)

    def _look_at_terminal(self) -> None:
        """A terminal that was closed does not always say so."""
        if hung_up() and not self._leaving:
            self.leave(SIGNALS[signal.SIGHUP])

    def _came_back(self, app: App[None]) -> None:
        """After ctrl+z and `fg` the terminal has forgotten the screen."""
        self.action_redraw()

    def on_unmount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    def action_suspend_process(self) -> None:
        """To the shell, if there is one behind the screen: a browser has none."""
        if self._driver is None or not self._driver.can_suspend:
            self.tell("there is no shell behind this screen", "warning")
        super().action_suspend_process()

    def action_redraw(self) -> None:
        self.refresh(layout=True)

    # --- words --------------------------------------------------------------------------------

    def tell(self, text: str, severity: Severity = "information", seconds: float = 5) -> None:
        """Say something in a corner of the screen."""
        if text:
            self.notify(text, severity=severity, timeout=seconds, markup=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            log.error("work in the background failed", exc_info=error)
            self.tell(f"unexpected: {error!r}; the log file has more", "error")

    # --- the end ------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Quit; asks first when runs are driven here."""
        here = self.snapshot.driven_here
        if not here:
            self.leave(0)
            return
        from looptui.tui.dialogs.detach import DetachDialog
        from looptui.tui.dialogs.quit import QuitDialog, Way

        if isinstance(self.screen, QuitDialog | DetachDialog):
            return

        def answer(way: Way | None) -> None:
            if way == "detach":
                self._detach()
            elif way == "pause":
                self.leave(0)

        self.push_screen(QuitDialog(here, lasting=self._lasting), answer)

    def _detach(self) -> None:
        """Hand what is driven here to the background, and leave when nothing of it is."""
        from looptui.tui.dialogs.detach import DetachDialog, Gone

        here = self.snapshot.driven_here

        def handed(gone: Gone | None) -> None:
            self.feed.hurry()
            if gone is None:
                self.tell("stays open; what was handed over before goes on in the background")
            elif gone.problem:
                self.tell(f"not detached: {gone.problem}", "error", 15)
            elif not self._leaving:
                self._away = gone.pid, frozenset(view.id for view in here)
                self.leave(0)

        self.push_screen(DetachDialog(here), handed)

    def action_interrupt(self) -> None:
        """The first ctrl+c says what a second one does."""
        if monotonic() - self._interrupted_at < AGAIN:
            self.leave(130)
        else:
            self._interrupted_at = monotonic()
            again = self.keymap.told("press {app.interrupt} again to quit")
            self.tell(f"{again}; runs driven here are paused", seconds=AGAIN)

    def leave(self, code: int) -> None:
        """Pause what is driven here and end; asked a second time it ends at once."""
        if self._leaving:
            self.exit(return_code=code)
            return
        self._leaving = True
        if self.snapshot.driven_here:
            self.tell("pausing what is driven here", seconds=60)
        self.run_worker(self._leave(code), group="leave", exit_on_error=False)

    async def _leave(self, code: int) -> None:
        drove = frozenset(view.id for view in self.snapshot.driven_here)
        words = ""
        try:
            words = farewell(await self.controller.close(), drove, *self._away)
        finally:
            self.exit(return_code=code, message=self._last_words(words))

    def _last_words(self, words: str) -> Text | None:
        """What stands on the terminal when the screen is gone."""
        from rich.text import Text

        return Text(safe(words)) if words and self._lasting else None

    def _fatal_error(self) -> None:
        """What went wrong goes to the log; the terminal gets two lines."""
        from rich.text import Text

        from looptui import paths

        error = sys.exc_info()[1] or self._exception
        self.controller.begin()
        log.error("the screen failed", exc_info=error)
        where = paths.log_file(paths.repo_state(self.controller.repo))
        hint = f"{where} has more; no run is lost: `looptui status`"
        self._exit_renderables.append(Text(safe(f"looptui: unexpected: {error!r}\n  {hint}")))
        self._close_messages_no_wait()
