"""Textual's terminal driver, made to outlive its terminal and to keep the first paint on screen."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from looptui.tui.terminal import Forgiving

if TYPE_CHECKING:
    from textual.driver import Driver

    from looptui.tui.skeleton import Skeleton

    DriverClass: TypeAlias = type[Driver]


def driver_over(skeleton: Skeleton) -> DriverClass | None:
    """A driver class for `App(driver_class=...)`; None where Textual's own has to do.

    Entering the alternate screen a second time clears it in some terminals, so the frame is
    written once more in the same breath. When the terminal is gone the app is told as by SIGHUP.
    """
    if sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class OurDriver(LinuxDriver):
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self._file: Any = Forgiving(self._file, self._gone)

        def _gone(self) -> None:
            """Called from the writer's thread."""
            self._loop.call_soon_threadsafe(signal.raise_signal, signal.SIGHUP)

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            again = skeleton.again() if skeleton.painted else ""
            if again:
                self.write(again)
                self.flush()

    return OurDriver
