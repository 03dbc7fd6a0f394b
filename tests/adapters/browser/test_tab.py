"""A tab that takes nothing holds up nobody, and gets a whole screen when it takes again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestServer

from looptui.adapters.browser.tab import MOST_BEHIND, Tab

Redraw = Callable[[], Awaitable[None]]


async def _never() -> None:
    raise AssertionError("nothing was dropped")


@asynccontextmanager
async def shown(redraw: Redraw = _never) -> AsyncIterator[tuple[Tab, ClientWebSocketResponse]]:
    """A tab, and the other end of its websocket."""
    made: asyncio.Future[Tab] = asyncio.get_running_loop().create_future()

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        tab = Tab(socket)
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(tab.send(redraw))
            made.set_result(tab)
            async for _ in socket:
                pass
            sending.cancel()
        return socket

    app = web.Application()
    app.router.add_get("/", serve)
    async with (
        TestServer(app) as server,
        ClientSession() as session,
        session.ws_connect(server.make_url("/"), max_msg_size=0) as client,
    ):
        yield await made, client


async def test_what_is_drawn_comes_in_order_and_the_newest_word_of_a_kind_counts() -> None:
    async with shown() as (tab, client):
        tab.draw(b"one")
        tab.draw(b" two")
        tab.say("title", "old")
        tab.say("title", "new")
        assert await client.receive_bytes() == b"one two"
        assert await client.receive_json() == ["title", "new"]


async def test_a_tab_that_is_far_behind_gets_a_whole_screen_later() -> None:
    asked = asyncio.Event()

    async def redraw() -> None:
        asked.set()

    async with shown(redraw) as (tab, client):
        for _ in range(3):  # in one breath: nothing can be sent between
            tab.draw(bytes(MOST_BEHIND // 2))
        await asyncio.wait_for(asked.wait(), 10)
        tab.draw(b"the whole screen")
        assert await client.receive_bytes() == b"the whole screen"


async def test_the_end_says_why() -> None:
    async with shown() as (tab, client):
        tab.draw(b"last")
        tab.end("ü" * 200)
        assert await client.receive_bytes() == b"last"
        message = await client.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)
        assert message.extra == "ü" * 60
