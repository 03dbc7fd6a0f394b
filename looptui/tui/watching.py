"""Saved files, as they are saved."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

log = logging.getLogger(__name__)

_QUIET_MS, _MOST_MS = 50, 300
"""Saves that follow one another within the first are told together, after the second at most."""
_AGAIN = 2.0
"""Seconds between two looks where the system cannot say what is saved."""


async def saves(folder: Path) -> AsyncIterator[None]:
    """Tell each time that files below a folder were saved, until cancelled.

    Where the system does not tell (no more watches, a network disk without them) it tells every
    two seconds, whatever happened.
    """
    from watchfiles import awatch

    # watchfiles logs each change; our log is for trouble.
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    try:
        async for _ in awatch(folder, step=_QUIET_MS, debounce=_MOST_MS):
            yield
    except (OSError, RuntimeError) as error:
        log.warning("%s cannot be watched: %s", folder, error)
    while True:
        await asyncio.sleep(_AGAIN)
        yield
