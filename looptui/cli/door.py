"""The screen, opened without importing what reads the command line: that takes 10 ms."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from looptui.errors import LooptuiError


def enter(place: str) -> None:
    """Open the screen on the repository at `place` and exit with its code, as `app.run` does."""
    logging.captureWarnings(True)
    try:
        from looptui.cli.screen import open_screen

        code = open_screen(Path(place))
    except LooptuiError as error:
        from looptui.cli.app import fail

        fail(error)
    except Exception as error:
        from looptui.cli.app import fail, unexpected

        fail(unexpected(error))
    sys.exit(code)
