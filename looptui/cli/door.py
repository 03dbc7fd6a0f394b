"""The screen, opened without importing what reads the command line: that takes 10 ms."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from looptui.errors import LooptuiError


def enter(place: str) -> NoReturn:
    """Open the screen on the repository at `place` and exit with its code, as `app.run` does."""

    def opening() -> int:
        from looptui.cli.screen import open_screen

        return open_screen(Path(place))

    through(opening)


def through(opening: Callable[[], int]) -> NoReturn:
    """Exit with the code that comes back; errors are told as on the command line."""
    logging.captureWarnings(True)
    try:
        code = opening()
    except LooptuiError as error:
        from looptui.cli.app import fail

        fail(error)
    except Exception as error:
        from looptui.cli.app import fail, unexpected

        fail(unexpected(error))
    sys.exit(code)
