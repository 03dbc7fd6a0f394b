"""The server: from a free port to a clean end."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EADDRINUSE

from aiohttp import web

from looptui.adapters.browser.admission import is_loopback
from looptui.adapters.browser.cockpit import Program
from looptui.adapters.browser.site import Site
from looptui.errors import UsageError

GRACE = 30.0
"""Seconds in which a screen may pause what it drives; ending a maker may take five of them."""
_TOKEN_BYTES = 32
_BYE = 2.0
"""Seconds for connections to close."""
_SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


async def serve(
    program: Program,
    host: str,
    port: int,
    ready: Callable[[str], None],
    ending: Callable[[int], None],
) -> int:
    """Serve screens until a signal comes; the exit code of the process.

    `ready` gets the address with its token, `ending` the number of screens that end now. A second
    signal ends them at once. UsageError where `host` is not this machine's own, or the port is
    taken.
    """
    with _bound(host, port) as listener:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        site = Site(program, token)
        runner = web.AppRunner(site.app(), access_log=None, shutdown_timeout=_BYE)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            with _signals() as came:
                ready(f"http://{_authority(listener)}/{token}/")
                number = await came.get()
                ending(site.screens)
                await _end(site, came)
        finally:
            await runner.cleanup()
    return _SIGNALS[number]


async def _end(site: Site, came: asyncio.Queue[signal.Signals]) -> None:
    """Let the screens end in order, or at once when a second signal comes."""
    ending = asyncio.ensure_future(site.end(GRACE))
    impatient = asyncio.ensure_future(came.get())
    await asyncio.wait({ending, impatient}, return_when=asyncio.FIRST_COMPLETED)
    if not ending.done():
        site.kill()
    impatient.cancel()
    await ending


@contextmanager
def _signals() -> Iterator[asyncio.Queue[signal.Signals]]:
    """The signals that end a server, as they come."""
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[signal.Signals] = asyncio.Queue()
    for number in _SIGNALS:
        loop.add_signal_handler(number, came.put_nowait, number)
    try:
        yield came
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    if not is_loopback(host):
        raise UsageError(
            f"looptui serve listens on this machine alone, not on {host}",
            "From another one: ssh -L PORT:127.0.0.1:PORT, and open the same address there.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            taken = error.errno == EADDRINUSE
            why = "is taken" if taken else f"cannot be had: {error.strerror}"
            raise UsageError(
                f"port {port} of {host} {why}", "Leave --port out for a free one."
            ) from error
        yield listener


def _authority(listener: socket.socket) -> str:
    name, port = listener.getsockname()[:2]
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
