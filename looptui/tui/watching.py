"""Saved files, as they are saved."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

log = logging.getLogger(__name__)

_QUIET_MS, _MOST_MS = 50, 300
"""Saves that follow one another within the first are told together, after the second at most."""
_AGAIN = 2.0
"""Seconds between two looks where the system cannot say what is saved."""


async def saves(folder: Path) -> AsyncIterator[None]:
    """Tell when a folder is watched, and from then on each time that files below it were saved.

    Where the system does not tell (no more watches, a network disk without them) it tells every
    two seconds, whatever happened. The watch is set up and waited for in a thread of its own,
    which ends with the iterator.
    """
    news, stop = asyncio.Event(), Event()
    loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1, "saves")

    def tell() -> None:
        loop.call_soon_threadsafe(news.set)

    watching = loop.run_in_executor(thread, _watch, folder, stop, tell)
    watching.add_done_callback(lambda _: news.set())
    try:
        while not watching.done():
            await news.wait()
            news.clear()
            yield
    finally:
        stop.set()
        thread.shutdown(wait=False)
        await asyncio.wait({watching})
    while True:
        await asyncio.sleep(_AGAIN)
        yield


def _watch(folder: Path, stop: Event, tell: Callable[[], None]) -> None:
    """In a thread, since watching many folders takes its time; ends early if there is no way."""
    from watchfiles import watch

    # watchfiles logs each change; our log is for trouble.
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    watched = False
    try:
        for saved in watch(
            folder,
            step=_QUIET_MS,
            debounce=_MOST_MS,
            stop_event=stop,
            rust_timeout=_QUIET_MS,
            yield_on_timeout=True,
        ):
            if saved or not watched:
                watched = True
                tell()
    except (OSError, RuntimeError) as error:
        log.warning("%s cannot be watched: %s", folder, error)
