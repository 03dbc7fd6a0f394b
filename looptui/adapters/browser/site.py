"""The page, its parts and its websocket, all of it behind the token."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import textual_serve
from aiohttp import WSMsgType, web

from looptui.adapters.browser.admission import Visit, refusal
from looptui.adapters.browser.cockpit import Cockpit, Program
from looptui.adapters.browser.tab import Tab

MOST_SCREENS = 8
_HEARTBEAT = 15.0
"""Seconds after which a tab that does not answer counts as gone."""
_OURS = Path(__file__).parent / "page"
_TEXTUALS = Path(textual_serve.__file__).parent / "static"
_PARTS = {
    "page.css": _OURS / "page.css",
    "page.js": _OURS / "page.js",
    "xterm.css": _TEXTUALS / "css/xterm.css",
    "textual.js": _TEXTUALS / "js/textual.js",
    "mono.ttf": _TEXTUALS / "fonts/RobotoMono-VariableFont_wght.ttf",
    "mono-italic.ttf": _TEXTUALS / "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
}
"""Everything that the page loads. None of it comes from elsewhere."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src data:; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The terminal in the page writes style elements."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Serves screens to whoever knows the token."""

    def __init__(self, program: Program, token: str) -> None:
        self._program = program
        self._token = token
        self._cockpits: list[Cockpit] = []

    def app(self) -> web.Application:
        """The web application; its screens end with `end`."""
        app = web.Application(middlewares=[self._admit])
        app.on_response_prepare.append(_harden)
        app.add_routes(
            [
                web.get("/{token}", self._bare),
                web.get("/{token}/", self._page),
                web.get("/{token}/ws", self._socket),
                web.get("/{token}/{part}", self._part),
            ]
        )
        return app

    @property
    def screens(self) -> int:
        """How many screens are alive."""
        return sum(not cockpit.ended.is_set() for cockpit in self._cockpits)

    async def end(self, grace: float) -> None:
        """End every screen, those that do not within `grace` seconds by force."""
        async with asyncio.TaskGroup() as group:
            for cockpit in self._cockpits:
                group.create_task(cockpit.end(grace))

    def kill(self) -> None:
        """End every screen at once."""
        for cockpit in self._cockpits:
            cockpit.kill()

    @web.middleware
    async def _admit(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        visit = Visit(
            request.rel_url.raw_path,
            request.headers.getall("Host", []),
            request.headers.getall("Origin", []),
            request.headers.get("Upgrade") is not None,
        )
        words = refusal(visit, self._token)
        if words is not None:
            return web.Response(status=403, text=f"looptui: {words}\n")
        return await handler(request)

    async def _bare(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/{self._token}/")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_OURS / "page.html")

    async def _part(self, request: web.Request) -> web.StreamResponse:
        file = _PARTS.get(request.match_info["part"])
        if file is None:
            raise web.HTTPNotFound(text="looptui: there is nothing here.\n")
        return web.FileResponse(file)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT)
        await socket.prepare(request)
        tab = Tab(socket)
        cockpit = self._cockpit()
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(tab.send(cockpit.redraw))
            try:
                await self._show(cockpit, tab, request)
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        await cockpit.obey(message.data)
            finally:
                sending.cancel()
                await cockpit.leave(tab)
        return socket

    def _cockpit(self) -> Cockpit:
        """A screen that no tab shows, else a new one."""
        self._cockpits = [one for one in self._cockpits if not one.ended.is_set()]
        for cockpit in self._cockpits:
            if cockpit.tab is None:
                return cockpit
        made = Cockpit(self._program)
        if len(self._cockpits) < MOST_SCREENS:
            self._cockpits.append(made)
        return made

    async def _show(self, cockpit: Cockpit, tab: Tab, request: web.Request) -> None:
        if cockpit not in self._cockpits:
            tab.end(f"{MOST_SCREENS} tabs show a screen already: close one of them.")
            return
        try:
            await cockpit.show_in(
                tab, _number(request, "width", 80), _number(request, "height", 24)
            )
        except OSError as error:
            self._cockpits.remove(cockpit)
            tab.end(f"The screen did not start: {error.strerror}.")


def _number(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else default


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    """Nothing of ours is kept, framed, guessed at or loaded by another page, nor is it told on."""
    host = request.headers.get("Host", "")
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": _POLICY.format(host=host),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )
    response.headers.pop("Server", None)
