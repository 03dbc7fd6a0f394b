"""The driver of a screen in a browser: pipes to `looptui serve` take the place of the terminal.

Textual's web driver, made to outlive its server for as long as pausing takes, to draw itself for a
tab that comes later, and to say what a terminal would be told beside the screen.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from textual import events
from textual.drivers.web_driver import WebDriver

from looptui.tui import osc

if TYPE_CHECKING:
    from textual.app import App

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"


class BrowserDriver(WebDriver):
    """Speaks Textual's packets on standard input and output."""

    def __init__(self, app: App[Any], **named: Any) -> None:
        super().__init__(app, **named)
        self._lost = False
        self._write: Any = self._send

    def _send(self, data: bytes) -> int:
        """Write all of it; what nobody reads any more is dropped, and the app is told to end."""
        rest = memoryview(data)
        while rest and not self._lost:
            try:
                rest = rest[os.write(self.fileno, rest) :]
            except OSError:
                self._lose()
        return len(data)

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._loop.call_soon_threadsafe(signal.raise_signal, signal.SIGHUP)

    def write(self, data: str) -> None:
        super().write(data)
        said = osc.beside_the_screen(data)
        if said is not None:
            self.write_meta({"type": said[0], "words": said[1]})

    def start_application_mode(self) -> None:
        super().start_application_mode()
        self._app.theme_changed_signal.subscribe(self._app, lambda _theme: self._tell_ground())
        self._tell_ground()

    def _tell_ground(self) -> None:
        """The page has the screen's ground around it."""
        self.write_meta({"type": "ground", "words": self._app.get_css_variables()["background"]})

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._lose()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """What the server says. Called from the thread that reads."""
        if packet_type == "redraw":
            self._loop.call_soon_threadsafe(self._redraw, payload)
        elif packet_type == "focus":
            # Behind the loss of the focus that Textual begins with, which comes when it has time.
            self._loop.call_soon_threadsafe(
                self._app.call_later, self._app.post_message, events.AppFocus()
            )
        else:
            super().on_meta(packet_type, payload)

    def _redraw(self, size: dict[str, object]) -> None:
        """For a terminal that knows nothing yet: its modes, then the whole screen."""
        self.write(_ENTER)
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        if "width" in size:
            super().on_meta("resize", size)
        self._app.refresh(layout=True)
