"""JSON-RPC 2.0 over lines, both ways: our requests with their answers, and the agent's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from looptui.adapters.agents.line import Line
from looptui.adapters.agents.story import Event, Fatal
from looptui.adapters.agents.streams.fields import table, word

_UNKNOWN = -32601

Requested = Callable[[str, Event], Awaitable[Mapping[str, Any] | None]]
"""Answers a request of the agent; None where its method is not known."""


class Rpc:
    """One connection."""

    def __init__(
        self, line: Line, requested: Requested, notified: Callable[[str, Event], None]
    ) -> None:
        self._line, self._requested, self._notified = line, requested, notified
        self._waiting: dict[int, asyncio.Future[Event]] = {}
        self._answering: set[asyncio.Future[None]] = set()
        self._next = 0

    async def call(self, method: str, params: Mapping[str, Any]) -> Event:
        """The result of a method; Fatal with the agent's words where it refuses."""
        self._next += 1
        answer: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._waiting[self._next] = answer
        self._send({"id": self._next, "method": method, "params": params})
        response = await answer
        error = response.get("error")
        if error is not None:
            told = table(error)
            detail = table(told.get("data")).get("message") or table(told.get("data")).get(
                "details"
            )
            said = " ".join(str(one) for one in (told.get("message"), detail) if one)
            raise Fatal(f"{method} failed: {said or 'it did not say why'}")
        return table(response.get("result"))

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def hear(self, event: Event) -> None:
        method, id_ = word(event.get("method")), event.get("id")
        if method and id_ is not None:
            answering = asyncio.ensure_future(self._answer(id_, method, table(event.get("params"))))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)
        elif method:
            self._notified(method, table(event.get("params")))
        elif isinstance(id_, int):
            waiting = self._waiting.pop(id_, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(event)

    def stop(self) -> None:
        """No request is answered any more."""
        for one in self._answering:
            one.cancel()

    async def _answer(self, id_: object, method: str, params: Event) -> None:
        result = await self._requested(method, params)
        if result is None:
            error = {"code": _UNKNOWN, "message": f"looptui does not know {method}"}
            self._send({"id": id_, "error": error})
        else:
            self._send({"id": id_, "result": result})

    def _send(self, message: Mapping[str, Any]) -> None:
        self._line.send({"jsonrpc": "2.0", **message})
