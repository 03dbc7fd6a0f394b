"""Waiting for the end of work, however often we are cancelled meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any


async def finished(work: asyncio.Future[Any]) -> asyncio.CancelledError | None:
    """Wait until work is done, also where we are cancelled; that is returned, to be raised then."""
    cancelled = None
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


async def cancel(work: Collection[asyncio.Future[Any]]) -> None:
    """Cancel and wait until all of it has ended, with everything that it started.

    A cancelling that comes meanwhile is passed on, which takes the grace away, and raised at the
    end.
    """
    again = None
    for one in work:
        one.cancel()
    while pending := [one for one in work if not one.done()]:
        try:
            await asyncio.wait(pending)
        except asyncio.CancelledError as error:
            again = error
            for one in pending:
                one.cancel()
    if again is not None:
        raise again
