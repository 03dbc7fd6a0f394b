"""The model server itself: what a client reads is what was scripted, and what the books say."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

import pytest

from tests.model_server import ModelServer, Reply, Tool

GEMINI = "/v1beta/models/m"
PATHS = {
    "chat": ("/v1/chat/completions", "/v1/chat/completions"),
    "messages": ("/v1/messages", "/v1/messages"),
    "responses": ("/v1/responses", "/v1/responses"),
    "gemini": (
        "/v1beta/models/m:generateContent",
        "/v1beta/models/m:streamGenerateContent?alt=sse",
    ),
}
USAGE = ("prompt_tokens", "input_tokens", "promptTokenCount")


def ask(server: ModelServer, path: str, **body: Any) -> tuple[int, dict[str, str], bytes]:
    host = server.root.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request("POST", path, json.dumps({"model": "m", **body}))
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("protocol", PATHS)
def test_each_protocol_says_text_tools_and_usage_both_ways(protocol: str) -> None:
    whole, stream = PATHS[protocol]
    reply = Reply("hello", (Tool("write", {"path": "a.py"}),), tokens_in=12, tokens_out=3)
    with ModelServer([reply]) as server:
        _, _, one = ask(server, whole)
        wanted = {"stream": True, "stream_options": {"include_usage": True}}
        _, headers, many = ask(server, stream, **wanted)
        assert headers["Content-Type"] == "text/event-stream"
        for body in (one, many):
            assert (
                b"a.py" in body.replace(b'\\"', b'"') or b"partial_json" in body or b"delta" in body
            )
            assert any(f'"{name}": 12'.encode() in body for name in USAGE)
        assert (server.ledger.tokens_in, server.ledger.tokens_out) == (24, 6)
        assert [call.stream for call in server.ledger.calls] == [False, True]
        while not all(call.whole for call in server.ledger.calls):
            time.sleep(0.01)  # the client has the last byte before the server has noted it


def test_faults_are_what_they_say() -> None:
    script = [
        Reply(status=429, retry_after="7"),
        Reply("x" * 400, fault="cut"),
        Reply("x", fault="no-usage"),
    ]
    with ModelServer(script) as server:
        path = PATHS["chat"][0]
        status, headers, _ = ask(server, path)
        assert (status, headers["Retry-After"]) == (429, "7")
        with pytest.raises(http.client.IncompleteRead):
            ask(server, path)
        assert b"usage" not in ask(server, path)[2]
        assert server.ledger.calls[0].tokens_in == 0
        assert not server.ledger.calls[1].whole
