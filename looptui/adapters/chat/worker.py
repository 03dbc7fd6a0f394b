"""The only file that imports litellm: `python -P -m looptui.adapters.chat.worker`.

Reads requests as JSON lines from stdin and answers with JSON lines on stdout: `ready` once, then
of each call `delta` as text comes, and at its end `done` or `error`. Importing takes four seconds
and 165 MB, so one worker serves all runs of a process. It ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import Any

from looptui.adapters.chat.hearing import Heard, heard

_KEPT = 64 * 1024 * 1024
_SIGN_OF_LIFE = 1.0
"""Seconds after which a stream without text, as of a long tool call, is told of all the same."""


@dataclass
class _Wire:
    """What went over the network for one call."""

    requests: int = 0
    status: int | None = None
    """Of the newest answer; None while nobody answered."""
    retry_after: str | None = None
    content_type: str = ""
    body: bytearray = field(default_factory=bytearray)


_WIRE: ContextVar[_Wire] = ContextVar("wire")


def _listen() -> None:
    """Have every HTTP client of every provider note what it gets."""
    import httpx

    class Tee(httpx.AsyncByteStream):
        def __init__(self, stream: Any, wire: _Wire) -> None:
            self._stream = stream
            self._wire = wire

        async def __aiter__(self) -> Any:
            async for chunk in self._stream:
                if len(self._wire.body) < _KEPT:
                    self._wire.body += chunk
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def asked(request: Any) -> None:
        request.headers["accept-encoding"] = "identity"
        if wire := _WIRE.get(None):
            wire.requests += 1

    async def answered(response: Any) -> None:
        if wire := _WIRE.get(None):
            wire.status = response.status_code
            wire.retry_after = response.headers.get("retry-after")
            wire.content_type = response.headers.get("content-type", "")
            wire.body.clear()
            response.stream = Tee(response.stream, wire)

    made = httpx.AsyncClient.__init__

    def make(self: Any, *args: Any, **words: Any) -> None:
        made(self, *args, **words)
        hooks = self.event_hooks
        self.event_hooks = {
            "request": [*hooks["request"], asked],
            "response": [*hooks["response"], answered],
        }

    httpx.AsyncClient.__init__ = make  # type: ignore[method-assign]


class _Worker:
    def __init__(self, out: int) -> None:
        self._out = out
        self._calls: dict[int, asyncio.Task[None]] = {}

    def say(self, **words: Any) -> None:
        line = json.dumps(words, default=str).encode() + b"\n"
        while line:
            line = line[os.write(self._out, line) :]

    def take(self, line: bytes) -> None:
        asked = json.loads(line)
        if asked["op"] == "cancel":
            if task := self._calls.get(asked["id"]):
                task.cancel()
            return
        task = asyncio.get_running_loop().create_task(self._call(asked["id"], asked["request"]))
        self._calls[asked["id"]] = task
        task.add_done_callback(lambda _: self._calls.pop(asked["id"], None))

    async def _call(self, number: int, request: dict[str, Any]) -> None:
        wire = _Wire()
        _WIRE.set(wire)
        try:
            message, usage = await self._complete(number, request)
        except asyncio.CancelledError:
            self.say(id=number, type="error", kind="cancelled", words="", **_told(wire))
            raise
        except Exception as error:
            self.say(
                id=number,
                type="error",
                kind=type(error).__name__,
                connected=_connected(error),
                words=str(error)[:2000],
                **_told(wire),
            )
            return
        usage_said = heard(wire.content_type, bytes(wire.body))
        if usage_said is False:
            usage_said = _own(usage)
        told = asdict(usage_said) if isinstance(usage_said, Heard) else None
        self.say(id=number, type="done", message=message, usage=told, **_told(wire))

    async def _complete(self, number: int, request: dict[str, Any]) -> tuple[Any, Any]:
        import litellm

        stream = await litellm.acompletion(
            **request,
            stream=True,
            stream_options={"include_usage": True},
            max_retries=0,
            num_retries=0,
            drop_params=True,
        )
        chunks: list[Any] = []
        told = time.monotonic()
        async for chunk in stream:
            chunks.append(chunk)
            choices = getattr(chunk, "choices", None)
            text = getattr(choices[0].delta, "content", None) if choices else None
            if text or time.monotonic() - told > _SIGN_OF_LIFE:
                told = time.monotonic()
                self.say(id=number, type="delta", text=text or "")
        if not chunks:
            raise ValueError("the answer is empty")
        whole: Any = litellm.stream_chunk_builder(chunks, messages=request["messages"])
        choice = whole.choices[0]
        message = choice.message.model_dump(exclude_none=True)
        message["finish_reason"] = choice.finish_reason
        return message, getattr(whole, "usage", None)


def _told(wire: _Wire) -> dict[str, Any]:
    return {"requests": wire.requests, "status": wire.status, "retry_after": wire.retry_after}


def _own(usage: Any) -> Heard | None:
    """litellm's own figures, for forms that only it can read."""
    try:
        return Heard(int(usage.prompt_tokens), int(usage.completion_tokens))
    except (AttributeError, TypeError, ValueError):
        return None


def _connected(error: BaseException | None) -> bool:
    """False where the connection was never made, so that nobody can have been paid."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if type(error).__name__ in ("ConnectError", "ConnectTimeout", "ClientConnectorError"):
            return False
        error = error.__cause__ or error.__context__
    return True


def _quiet() -> None:
    """No telemetry, no words on our stdout, no price map from the network."""
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.success_callback = []
    litellm.failure_callback = []


def main() -> None:
    os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_MODE="PRODUCTION")
    out = os.dup(1)
    os.dup2(2, 1)  # whatever others print goes to the log

    async def serve() -> None:
        loop, worker = asyncio.get_running_loop(), _Worker(out)

        def read() -> None:
            for line in sys.stdin.buffer:
                loop.call_soon_threadsafe(worker.take, line)
            os._exit(0)  # who asked is gone, and calls under way cost money

        threading.Thread(target=read, daemon=True).start()
        await asyncio.to_thread(_prepare)
        worker.say(type="ready")
        await asyncio.Event().wait()

    asyncio.run(serve())


def _prepare() -> None:
    _listen()
    _quiet()


if __name__ == "__main__":
    main()
