"""Settings: what is in effect and why, themes to try on, keys; changes go to the person's files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.widget import Widget

from looptui import config_file, paths
from looptui.errors import LooptuiError
from looptui.projections.figures import plural
from looptui.tui import themes
from looptui.tui.panes import settings_rows
from looptui.tui.panes.settings_rows import GROUPS, Known, Now
from looptui.tui.preferences import KEYS_FILE
from looptui.tui.screens.base import MainScreen
from looptui.tui.spans import Spans
from looptui.tui.widgets.bar import Field
from looptui.tui.widgets.box import Box
from looptui.tui.widgets.table_view import Column, TableRow, TableView
from looptui.tui.widgets.text_view import TextView
from looptui.tui.widgets.titles import set_titles
from looptui.tui.widgets.virtual_view import VirtualView


class SettingsScreen(MainScreen):
    """Groups at the left, the settings of one of them, and below what the one chosen means."""

    scope: ClassVar[str] = "settings"
    tab: ClassVar[str] = "settings"
    AUTO_FOCUS = "#groups"
    CSS_PATH = themes.shipped_themes() / themes.SETTINGS

    def __init__(self) -> None:
        super().__init__()
        self._known: Known | None = None
        self._kept = ""
        """The theme that was in use before one was tried on."""

    def panes(self) -> Iterator[Widget]:
        with Box(id="settings"):
            yield TableView((Column("group", 13, grow=True),), id="groups")
            with Box(id="setting"):
                yield TableView(settings_rows.COLUMNS, id="values")
                yield TextView(id="about", hang=2)

    def on_mount(self) -> None:
        set_titles(self.groups, "Settings")
        set_titles(self.query_one("#about"), "What it means")
        self.groups.set_rows([TableRow(id_, (name,)) for id_, name in GROUPS])

    @property
    def groups(self) -> TableView:
        return self.query_one("#groups", TableView)

    @property
    def values(self) -> TableView:
        return self.query_one("#values", TableView)

    @property
    def group(self) -> str:
        return GROUPS[self.groups.cursor or 0][0]

    @property
    def key(self) -> object:
        """The row under the cursor."""
        place = self.values.cursor
        return None if place is None else self.values.table.key(place)

    # --- reading ------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        self._kept = self.cockpit.theme
        super().on_screen_resume()
        self._read()

    def on_screen_suspend(self) -> None:
        self._take_off()
        super().on_screen_suspend()

    def _read(self) -> None:
        learn: Callable[[], Awaitable[None]] = partial(self._learn)
        self.run_worker(learn, group="settings", exclusive=True, exit_on_error=False)

    async def _learn(self) -> None:
        self._known = await asyncio.to_thread(settings_rows.read, self.cockpit.controller.repo)
        self.redraw()

    # --- drawing ------------------------------------------------------------------------------

    def draw(self) -> None:
        known, app = self._known, self.cockpit
        if known is None:
            self.now_bar.say((("reading", "muted"),))
            return
        now = Now(app.theme, self._kept, tuple(app.available_themes), app.keymap, app.glyphs)
        self.values.set_rows(settings_rows.rows(self.group, known, now))
        set_titles(self.values, dict(GROUPS)[self.group])
        self._draw_about()
        self._say(known)
        self.summarise(
            (
                Field((("Settings", "bold"),)),
                Field((("theme ", "muted"), (app.theme, "")), 1),
                Field((("order: flag > environment > repository > yours > default", "muted"),), 2),
            )
        )

    def _draw_about(self) -> None:
        if self._known is not None:
            about = settings_rows.about(self.group, self.key, self._known, self.cockpit.keymap)
            problems: list[Spans] = [
                ((f"{self.cockpit.glyphs.warn} {problem}", "breaker-warn"),)
                for problem in self._known.problems
            ]
            self.query_one("#about", TextView).set_lines([*about, *problems])

    def _say(self, known: Known) -> None:
        if known.problems:
            count = plural(len(known.problems), "problem")
            first = known.problems[0]
            self.now_bar.call(f"{self.cockpit.glyphs.warn} {count}: {first}", "breaker-warn")
        else:
            self.now_bar.say((("nothing is wrong with your files", "muted"),))

    # --- moving -------------------------------------------------------------------------------

    @on(VirtualView.Moved, "#groups")
    def _turned(self) -> None:
        self._take_off()
        self.values.scroll_rows_to(0)
        self.redraw()

    @on(VirtualView.Chosen, "#groups")
    def _entered(self) -> None:
        self.values.focus()

    @on(VirtualView.Moved, "#values")
    def _looked(self) -> None:
        if self.group == "theme" and isinstance(self.key, str) and self.values.has_focus:
            self.cockpit.theme = self.key
        self._draw_about()

    def _take_off(self) -> None:
        """Put the theme back that was in use before one was tried on."""
        if self._kept and self.cockpit.theme != self._kept:
            self.cockpit.theme = self._kept

    # --- changing -----------------------------------------------------------------------------

    @on(VirtualView.Chosen, "#values")
    def _change(self) -> None:
        key = self.key
        if self.group == "theme":
            self._kept = self.cockpit.theme = str(key)
            self._write("ui.theme", str(key))
        elif self.group in ("keys", "files"):
            self.action_edit()
        elif choices := settings_rows.choices_of(str(key)):
            now = self._value(str(key)).strip('"')
            self._write(str(key), choices[(choices.index(now) + 1) % len(choices)])
        else:
            self._ask(str(key))

    def _value(self, key: str) -> str:
        rows = self._known.config.show() if self._known else ()
        return next((row.value for row in rows if row.key == key), "")

    def _ask(self, key: str) -> None:
        from looptui.settings import BY_KEY
        from looptui.tui.dialogs.text import TextDialog

        def answer(text: str | None) -> None:
            if text is not None:
                self._write(key, text)

        shown = self._value(key).strip('[]"').replace('", "', ", ")
        self.cockpit.push_screen(TextDialog(key, BY_KEY[key].meaning, text=shown), answer)

    def _write(self, key: str, text: str) -> None:
        """Set a setting in the person's file; every other line of it stays."""
        from looptui.settings import literal

        self._try(lambda: config_file.change(paths.user_config(), key, literal(key, text)))
        self._warn_if_overruled(key)

    def action_clear(self) -> None:
        """Take the setting under the cursor out of the person's file."""
        key = "ui.theme" if self.group == "theme" else self.key
        if self.group in ("keys", "files") or not isinstance(key, str):
            self.cockpit.tell("e edits the file; nothing was changed")
            return
        self._try(lambda: config_file.change(paths.user_config(), key, None))
        self._warn_if_overruled(key)

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except LooptuiError as error:
            self.cockpit.tell(f"{error.message}. {error.hint}", "warning", 10)
            return
        self._reload()

    def _warn_if_overruled(self, key: str) -> None:
        rows = self._known.config.show() if self._known else ()
        row = next((row for row in rows if row.key == key), None)
        if row is not None and row.layer in ("env", "flag", "repo"):
            self.cockpit.tell(f"{row.where or row.layer} is stronger than your file", "warning", 8)

    def _reload(self) -> None:
        self.cockpit.reload()
        self._kept = self.cockpit.theme
        self._read()

    def action_edit(self) -> None:
        """Open the file that the row is about in the person's editor, then take what it says."""
        self.run_worker(self._edit(self._file()), group="edit", exclusive=True, exit_on_error=False)

    def _file(self) -> Path:
        if self.group == "keys":
            return paths.config_dir() / KEYS_FILE
        if self.group == "files" and isinstance(self.key, Path) and self.key.suffix == ".toml":
            return self.key
        return paths.user_config()

    async def _edit(self, file: Path) -> None:
        from looptui.tui import editing

        wanted = self._known.config.editor if self._known else ()
        try:
            argv = editing.editor(wanted)
            editing.steps_aside(self.cockpit, file)
            config_file.begin(file)
            await editing.edit(self.cockpit, argv, file)
        except LooptuiError as error:
            self.cockpit.tell(f"{error.message}. {error.hint}", "warning", 10)
        self.cockpit.guard.shown()
        self._reload()
