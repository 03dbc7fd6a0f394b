"""A model server on loopback: speaks four protocols as a test scripts it, and keeps books.

    with ModelServer([Reply(tools=(Tool("write", {"path": "a", "content": "x"}),)),
                      Reply("done", tokens_in=120, tokens_out=8)]) as server:
        ...  # point a client at server.url (it ends in /v1) or server.root
        assert server.ledger.tokens_in == 220

Protocols, by path: `/v1/chat/completions`, `/v1/messages`, `/v1/responses`,
`/v1beta/models/NAME:generateContent` and `:streamGenerateContent`; `GET /v1/models` lists one.
The script is a list (the last reply is repeated once it is used up) or a function of the `Call`.
Faults are in `Reply`: `status=401`, `429` with `retry_after`, `500`, `529`; `fault="hang"`, `cut`,
`drop`, `no-usage`, `absurd-usage` with `usage`, `bad-tool`, `garbage`; `seconds` makes it slow.
"Refused" is `refused_url()`. `server.arrived(n)` waits for the nth request, `server.release()`
ends hanging ones; both for tests that pull the plug in the middle of a call.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.model_server import wire_formats as wf
from tests.model_server.reply import Call, Ledger, Reply, Tool

__all__ = ["Call", "Ledger", "ModelServer", "Reply", "Tool", "refused_url"]

Script = Sequence[Reply] | Callable[[Call], Reply]
_SPOKEN = {
    "chat": (wf.chat, wf.chat_events),
    "messages": (wf.messages, wf.messages_events),
    "responses": (wf.responses, wf.responses_events),
    "gemini": (wf.gemini, wf.gemini_events),
}


def protocol_of(path: str) -> str | None:
    """The protocol that a path belongs to; None for a path that no provider has."""
    bare = path.partition("?")[0]
    ends = {"/chat/completions": "chat", "/messages": "messages", "/responses": "responses"}
    if ":generateContent" in bare or ":streamGenerateContent" in bare:
        return "gemini"
    return next((name for end, name in ends.items() if bare.endswith(end)), None)


def refused_url() -> str:
    """A URL on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


class ModelServer:
    """Serves in threads of its own for as long as its context lasts."""

    def __init__(self, script: Script) -> None:
        self.ledger = Ledger()
        self._script = script
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._http = _Server(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.root}/v1"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def release(self) -> None:
        """End every request that hangs, now and later."""
        self._over.set()

    def arrived(self, count: int, seconds: float = 60.0) -> bool:
        """Wait until so many requests have come; False after that many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.ledger.calls) >= count, seconds)

    def take(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[Call, Reply]:
        """Note a request and find its answer."""
        protocol = protocol_of(path) or "chat"
        gemini = path.partition("/models/")[2].partition(":")[0]
        stream = "streamGenerateContent" in path or bool(body.get("stream"))
        with self._changed:
            n = len(self.ledger.calls) + 1
            model = str(body.get("model") or gemini)
            call = Call(n, protocol, path, model, stream, body, headers)
            self.ledger.calls.append(call)
            self._changed.notify_all()
        if callable(self._script):
            return call, self._script(call)
        return call, self._script[min(n, len(self._script)) - 1]

    def wait(self, seconds: float | None) -> None:
        """Wait so long (None: until it is released)."""
        self._over.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, books: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.books = books

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on stderr."""

    def do_GET(self) -> None:
        models = {"object": "list", "data": [{"id": "test-model", "object": "model"}]}
        self._whole(200, json.dumps(models).encode())

    def do_HEAD(self) -> None:
        self._whole(200, b"")

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if protocol_of(self.path) is None:
            self._whole(404, b'{"error": {"message": "no such path"}}')
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        call, reply = self.server.books.take(self.path, headers, json.loads(content or b"{}"))
        self._answer(call, reply)

    def _answer(self, call: Call, reply: Reply) -> None:
        if reply.fault == "hang":
            self.server.books.wait(None)
        if reply.fault in ("hang", "drop"):
            self.close_connection = True
            return
        if reply.seconds:
            self.server.books.wait(reply.seconds)
        call.status = reply.status
        if reply.status != 200:
            self._error(reply)
            return
        call.tokens_in, call.tokens_out = reply.tokens_in, reply.tokens_out
        call.cached = reply.cached
        if reply.fault == "garbage":
            self._whole(200, b"<html>not what you think</html>")
        elif call.stream:
            self._stream(call, reply)
        else:
            self._one(call, reply)
        call.whole = reply.fault != "cut"

    def _error(self, reply: Reply) -> None:
        words = reply.text or f"scripted {reply.status}"
        error = {"message": words, "type": "scripted_error", "code": reply.status}
        told = {"type": "error", "error": error}
        extra = {} if reply.retry_after is None else {"Retry-After": reply.retry_after}
        self._whole(reply.status, json.dumps(told).encode(), extra)

    def _one(self, call: Call, reply: Reply) -> None:
        body = json.dumps(_SPOKEN[call.protocol][0](reply, call)).encode()
        if reply.fault == "cut":
            self._head(200, "application/json", {"Content-Length": str(len(body))})
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self._whole(200, body)

    def _stream(self, call: Call, reply: Reply) -> None:
        self._head(200, "text/event-stream", {"Transfer-Encoding": "chunked"})
        events = list(_SPOKEN[call.protocol][1](reply, call))
        cut = len(events) // 2 if reply.fault == "cut" else len(events)
        for name, data in events[:cut]:
            text = data if isinstance(data, str) else json.dumps(data)
            said = f"event: {name}\ndata: {text}\n\n" if name else f"data: {text}\n\n"
            self._chunk(said.encode())
            if reply.seconds:
                self.server.books.wait(reply.seconds)
        if reply.fault == "cut":
            self.close_connection = True
        else:
            self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _whole(self, status: int, body: bytes, extra: dict[str, str] | None = None) -> None:
        self._head(status, "application/json", {"Content-Length": str(len(body)), **(extra or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
