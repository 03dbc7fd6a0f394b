"""What is the person's own: keys, theme, glyphs, how they are called, the clipboard; also anew."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING, Unpack

from textual.app import App
from textual.widget import Widget

from looptui.errors import LooptuiError
from looptui.tui import themes
from looptui.tui.glyphs import UNICODE, glyphs_for
from looptui.tui.keymap import Keymap, bind
from looptui.tui.preferences import Calling
from looptui.tui.shell import Options, Shell

if TYPE_CHECKING:
    from looptui.tui.calling import Call, Caller, Presence
    from looptui.tui.controller import Controller
    from looptui.tui.preferences import Preferences

log = logging.getLogger(__name__)

_QUIET_LOOK = 60.0
"""Seconds between two looks whether quiet hours are over, or nobody is there any more."""


class Personal(Shell):
    """A shell that calls a person when they look elsewhere, and takes new preferences at once."""

    def __init__(self, controller: Controller, **options: Unpack[Options]) -> None:
        super().__init__(controller, **options)
        self.themes_folder = options.get("themes_folder")
        self.calling = options.get("calling", Calling())
        self._sixteen = options.get("sixteen", False)
        self._presence: Presence | None = None
        self._caller: Caller | None = None
        self._told_terminal = ("", "")
        """The title and the progress that the terminal was told last."""

    def settle(self) -> None:
        """With the first frame on screen: what is not needed for it."""
        from looptui.tui.calling import Caller, Presence

        self._presence, self._caller = Presence(monotonic()), Caller()
        self.set_interval(_QUIET_LOOK, self.call_person)
        self.tell_terminal()
        if self.themes_folder is not None:
            self._watch(self.themes_folder)

    # --- the terminal beside the screen -------------------------------------------------------

    @property
    def _hears(self) -> bool:
        """Whether the terminal is ours now: not so at the very start, and beside an editor."""
        return self._driver is not None and not self._batch_count

    def write_out(self, sequence: str) -> None:
        """Send an escape sequence that shows nothing on the screen; dropped while suspended."""
        if self._driver is not None and self._hears:
            self._driver.write(sequence)

    def tell_terminal(self) -> None:
        """Say in the title and in the progress of the tab how things are."""
        if self._caller is None or not self._hears:
            return
        from looptui.tui import osc

        views, at_work = self.snapshot.runs, len(self.snapshot.at_work)
        words = osc.title_words(views, at_work)
        progress = osc.progress(views, at_work) if osc.knows_progress(os.environ) else ""
        before, self._told_terminal = self._told_terminal, (words, progress)
        if words != before[0]:
            self.write_out(("" if before[0] else osc.SAVE_TITLE) + osc.title(words))
        if progress != before[1]:
            self.write_out(progress)

    def on_unmount(self) -> None:
        words, progress = self._told_terminal
        if words and self._driver is not None:
            from looptui.tui import osc

            self._driver.write((osc.NO_PROGRESS if progress else "") + osc.RESTORE_TITLE)

    def copy_to_clipboard(self, text: str) -> None:
        """Put text on the clipboard of the terminal, also over ssh and in tmux; says so."""
        from looptui.tui.osc import MOST_COPIED

        size = len(text.encode())
        if not text.strip():
            self.tell("there is nothing to copy here")
        elif size > MOST_COPIED:
            most = f"{MOST_COPIED:,}"
            self.tell(f"{size:,} bytes are more than terminals take ({most})", "warning")
        else:
            self._clipboard = text
            self.run_worker(self._copy(text), group="copy", exit_on_error=False)
            lines = text.count("\n") + 1
            self.tell(f"copied {lines} line{'s' if lines > 1 else ''}", seconds=2)

    async def _copy(self, text: str) -> None:
        from looptui.tui import clipboard, osc

        if not os.environ.get("TMUX") or not await clipboard.gave_to_tmux(text, os.environ):
            self.write_out(osc.clipboard(text, os.environ))

    # --- calling a person ---------------------------------------------------------------------

    def on_app_focus(self) -> None:
        if self._presence is not None:
            self._presence.focus(True)

    def on_app_blur(self) -> None:
        if self._presence is not None:
            self._presence.focus(False)

    def touched(self) -> None:
        """A key came: somebody is here."""
        if self._presence is not None:
            self._presence.key(monotonic())

    def call_person(self) -> None:
        """Call the person if something needs them and they look elsewhere."""
        if self._caller is None or self._presence is None or not self.snapshot.known:
            return
        from looptui.tui.calling import reasons

        away = self._presence.away(monotonic())
        found = reasons(self.snapshot.runs)
        call = self._caller.see(found, self.calling, away=away, at=time())
        if call is not None:
            self.run_worker(self._call(call), group="call", exit_on_error=False)

    async def _call(self, call: Call) -> None:
        wishes = self.calling
        try:
            ways = self.controller.notifiers(wishes.channels, wishes.command, self.write_out)
        except LooptuiError as error:
            self.tell(f"nobody could be called: {error.message}", "warning", 15)
            return
        for way in ways:
            why = await way.notify(call.title, call.body)
            if why:
                log.warning("the channel %s did not work: %s", way.name, why)
                self.tell(f"the channel {way.name} did not work: {why}", "warning", 15)

    # --- looks --------------------------------------------------------------------------------

    def get_css_variables(self) -> dict[str, str]:
        variables = super().get_css_variables()
        if self.console.color_system == "256":
            from looptui.tui.fewer import fitted

            self.theme_variables = variables = fitted(variables)
        return variables

    # --- preferences, anew --------------------------------------------------------------------

    def reload(self) -> Preferences:
        """Read the files of the person again and do as they say; what is wrong is told."""
        from looptui import paths
        from looptui.tui.preferences import wanted

        wishes = wanted(paths.config_dir())
        self.take_keymap(wishes.keymap or Keymap())
        self.take_themes(wishes.themes)
        if wishes.sound:
            self._take_settings(wishes)
        for warning in wishes.warnings:
            self.tell(warning, "warning", 15)
        return wishes

    def _take_settings(self, wishes: Preferences) -> None:
        self.calling = wishes.calling
        self._take_glyphs("ascii" if wishes.ascii else "auto")
        if self._sixteen:
            return
        if wishes.theme in self.available_themes:
            self.theme = wishes.theme
        else:
            wishes.warnings.append(f"there is no theme {wishes.theme!r}; {self.theme} stays")

    def take_keymap(self, keymap: Keymap) -> None:
        """Other keys from now on, also in what is on the screen."""
        self.keymap = keymap
        bind(self, keymap, "always", "global")
        for node in self._all_nodes():
            rebind = getattr(node, "bind_keys", None)
            if rebind is not None:
                rebind()
            node.refresh()

    def _all_nodes(self) -> Iterator[Widget]:
        screens = {*self.screen_stack, *self._installed_screens.values()}
        for screen in screens:
            if not callable(screen):
                yield from screen.walk_children(Widget, with_self=True)

    def _take_glyphs(self, choice: str) -> None:
        import sys

        self.glyphs = glyphs_for(getattr(sys.__stdout__, "encoding", None), choice)
        self.set_class(self.glyphs is not UNICODE, "-ascii")

    def take_themes(self, folder: Path | None) -> None:
        """The themes as their files are now; one that is wrong is told and stays as it was."""
        if folder is not None and folder != self.themes_folder:
            self._watch(folder)
        self.themes_folder = folder
        found = themes.find_palettes(themes.shipped_themes(), *([folder] if folder else []))
        themes.register(self, found)
        for problem in found.problems:
            self.tell(problem.message, "warning", 15)
        self.mutate_reactive(App.theme)

    def _watch(self, folder: Path) -> None:
        self.run_worker(self._retheme(folder), group="themes", exclusive=True, exit_on_error=False)

    async def _retheme(self, folder: Path) -> None:
        """Show the themes of a folder anew whenever one is saved."""
        from looptui.tui.watching import saves

        async for _ in saves(folder):
            self.take_themes(folder)
