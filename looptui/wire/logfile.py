"""Where the program's own troubles go: a file beside the state, never the terminal."""

from __future__ import annotations

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from looptui import paths
from looptui.errors import LooptuiError

_LARGEST = 1 << 20
"""Bytes, then a new file is begun; one old one is kept."""
_FORM = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def keep(file: Path) -> None:
    """From now on write warnings and errors of everything in this process to `file`.

    It is opened with the first of them; a file that was named before is let go.
    """
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _OurHandler)]:
        root.removeHandler(old)
        old.close()
    handler = _OurHandler(file, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_FORM))
    root.addHandler(handler)


def note_crash(error: BaseException) -> Path | None:
    """Write the trace of an error that nobody expected; the file, or None where there is none."""
    root = logging.getLogger()
    if not any(isinstance(one, _OurHandler) for one in root.handlers):
        with suppress(LooptuiError, OSError):
            keep(paths.log_file(paths.ensure_private(paths.home())))
    logging.getLogger("looptui").critical("unexpected error", exc_info=error)
    found = (Path(one.baseFilename) for one in root.handlers if isinstance(one, _OurHandler))
    return next(found, None)


class _OurHandler(RotatingFileHandler):
    """Quiet when the disk is full: there is nowhere left to say it."""

    def handleError(self, record: logging.LogRecord) -> None:
        return
