"""Textual's terminal driver, with the first paint kept on screen until Textual's first frame."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

    from looptui.tui.skeleton import Skeleton


def driver_over(skeleton: Skeleton) -> type[Driver] | None:
    """A driver class for `App(driver_class=...)`; None where nothing was painted.

    Entering the alternate screen a second time clears it in some terminals, so the frame is
    written once more in the same breath.
    """
    if not skeleton.painted or sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class SkeletonDriver(LinuxDriver):
        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            again = skeleton.again()
            if again:
                self.write(again)
                self.flush()

    return SkeletonDriver
