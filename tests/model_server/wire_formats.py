"""The four ways in which providers say an answer, whole and as a stream of server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.model_server.reply import Call, Reply, Tool

Event = tuple[str, Any]
"""A server-sent event: its name (empty for none) and its data."""


def arguments(reply: Reply, tool: Tool) -> str:
    text = json.dumps(dict(tool.arguments))
    return text[: max(1, len(text) // 2)] if reply.fault == "bad-tool" else text


def parts(text: str) -> list[str]:
    """A text in a few pieces, as a stream brings it."""
    size = max(1, len(text) // 4)
    return [text[at : at + size] for at in range(0, len(text), size)]


def _number(reply: Reply, real: int) -> Any:
    return reply.usage if reply.fault == "absurd-usage" else real


# --- OpenAI chat completions -----------------------------------------------------------------


def _chat_usage(reply: Reply) -> dict[str, Any]:
    return {
        "prompt_tokens": _number(reply, reply.tokens_in),
        "completion_tokens": _number(reply, reply.tokens_out),
        "total_tokens": _number(reply, reply.tokens_in + reply.tokens_out),
        "prompt_tokens_details": {"cached_tokens": reply.cached},
    }


def _chat_tools(reply: Reply, call: Call) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "id": f"call_{call.n}_{index}",
            "type": "function",
            "function": {"name": tool.name, "arguments": arguments(reply, tool)},
        }
        for index, tool in enumerate(reply.tools)
    ]


def chat(reply: Reply, call: Call) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.tools:
        message["tool_calls"] = _chat_tools(reply, call)
    whole: dict[str, Any] = {
        "id": f"chatcmpl-{call.n}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": call.model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "tool_calls" if reply.tools else "stop",
            }
        ],
    }
    if reply.fault != "no-usage":
        whole["usage"] = _chat_usage(reply)
    return whole


def chat_events(reply: Reply, call: Call) -> Iterator[Event]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> Event:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return "", {**head, "choices": [choice]}

    head = {
        "id": f"chatcmpl-{call.n}",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": call.model,
    }
    yield chunk({"role": "assistant", "content": ""})
    for part in parts(reply.text):
        yield chunk({"content": part})
    for tool in _chat_tools(reply, call):
        said = tool["function"]["arguments"]
        yield chunk({"tool_calls": [{**tool, "function": {**tool["function"], "arguments": ""}}]})
        for part in parts(said):
            yield chunk({"tool_calls": [{"index": tool["index"], "function": {"arguments": part}}]})
    yield chunk({}, "tool_calls" if reply.tools else "stop")
    wanted = (call.body.get("stream_options") or {}).get("include_usage")
    if wanted and reply.fault != "no-usage":
        yield "", {**head, "choices": [], "usage": _chat_usage(reply)}
    yield "", "[DONE]"


# --- Anthropic messages ----------------------------------------------------------------------


def _messages_usage(reply: Reply) -> dict[str, Any]:
    return {
        "input_tokens": _number(reply, reply.tokens_in - reply.cached),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": reply.cached,
        "output_tokens": _number(reply, reply.tokens_out),
    }


def messages(reply: Reply, call: Call) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": reply.text}] if reply.text else []
    content += [
        {
            "type": "tool_use",
            "id": f"toolu_{call.n}_{index}",
            "name": tool.name,
            "input": dict(tool.arguments) if reply.fault != "bad-tool" else arguments(reply, tool),
        }
        for index, tool in enumerate(reply.tools)
    ]
    whole: dict[str, Any] = {
        "id": f"msg_{call.n}",
        "type": "message",
        "role": "assistant",
        "model": call.model,
        "content": content,
        "stop_reason": "tool_use" if reply.tools else "end_turn",
        "stop_sequence": None,
    }
    if reply.fault != "no-usage":
        whole["usage"] = _messages_usage(reply)
    return whole


def messages_events(reply: Reply, call: Call) -> Iterator[Event]:
    whole = messages(reply, call)
    usage = whole.pop("usage", None)
    first = {**whole, "content": [], "stop_reason": None}
    if usage is not None:
        first["usage"] = {**usage, "output_tokens": 1}
    yield "message_start", {"type": "message_start", "message": first}
    for index, block in enumerate(whole["content"]):
        empty = {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}
        start = {"type": "content_block_start", "index": index, "content_block": empty}
        yield "content_block_start", start
        if block["type"] == "text":
            deltas = [{"type": "text_delta", "text": part} for part in parts(block["text"])]
        else:
            said = arguments(reply, reply.tools[index - bool(reply.text)])
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts(said)]
        for delta in deltas:
            event = {"type": "content_block_delta", "index": index, "delta": delta}
            yield "content_block_delta", event
        yield "content_block_stop", {"type": "content_block_stop", "index": index}
    last: dict[str, Any] = {
        "type": "message_delta",
        "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
    }
    if usage is not None:
        last["usage"] = {"output_tokens": usage["output_tokens"]}
    yield "message_delta", last
    yield "message_stop", {"type": "message_stop"}


# --- OpenAI responses ------------------------------------------------------------------------


def responses(reply: Reply, call: Call) -> dict[str, Any]:
    output: list[dict[str, Any]] = []
    if reply.text:
        said = {"type": "output_text", "text": reply.text, "annotations": []}
        output.append(
            {"type": "message", "id": f"msg_{call.n}", "status": "completed",
             "role": "assistant", "content": [said]}
        )  # fmt: skip
    output += [
        {"type": "function_call", "id": f"fc_{call.n}_{index}", "status": "completed",
         "call_id": f"call_{call.n}_{index}", "name": tool.name,
         "arguments": arguments(reply, tool)}
        for index, tool in enumerate(reply.tools)
    ]  # fmt: skip
    whole: dict[str, Any] = {
        "id": f"resp_{call.n}",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": "completed",
        "model": call.model,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
    }
    if reply.fault != "no-usage":
        whole["usage"] = {
            "input_tokens": _number(reply, reply.tokens_in),
            "input_tokens_details": {"cached_tokens": reply.cached},
            "output_tokens": _number(reply, reply.tokens_out),
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": _number(reply, reply.tokens_in + reply.tokens_out),
        }
    return whole


def responses_events(reply: Reply, call: Call) -> Iterator[Event]:
    def event(kind: str, **rest: Any) -> Event:
        numbers.append(len(numbers))
        return kind, {"type": kind, "sequence_number": numbers[-1], **rest}

    numbers: list[int] = []
    whole = responses(reply, call)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield event("response.created", response=begun)
    for index, item in enumerate(whole["output"]):
        empty: dict[str, Any] = {"content": []} if item["type"] == "message" else {"arguments": ""}
        bare = {**item, "status": "in_progress", **empty}
        yield event("response.output_item.added", output_index=index, item=bare)
        place = {"item_id": item["id"], "output_index": index}
        if item["type"] == "message":
            place["content_index"] = 0
            part = item["content"][0]
            yield event("response.content_part.added", **place, part={**part, "text": ""})
            for delta in parts(part["text"]):
                yield event("response.output_text.delta", **place, delta=delta)
            yield event("response.output_text.done", **place, text=part["text"])
            yield event("response.content_part.done", **place, part=part)
        else:
            said = item["arguments"]
            for delta in parts(said):
                yield event("response.function_call_arguments.delta", **place, delta=delta)
            yield event("response.function_call_arguments.done", **place, arguments=said)
        yield event("response.output_item.done", output_index=index, item=item)
    yield event("response.completed", response=whole)


# --- Gemini generateContent ------------------------------------------------------------------


def _gemini_usage(reply: Reply) -> dict[str, Any]:
    return {
        "promptTokenCount": _number(reply, reply.tokens_in),
        "candidatesTokenCount": _number(reply, reply.tokens_out),
        "cachedContentTokenCount": reply.cached,
        "totalTokenCount": _number(reply, reply.tokens_in + reply.tokens_out),
    }


def _gemini_chunk(call: Call, said: list[dict[str, Any]], finish: str | None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": said}}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": call.model, "responseId": f"g{call.n}"}


def _gemini_calls(reply: Reply) -> list[dict[str, Any]]:
    if reply.fault == "bad-tool":
        return [{"functionCall": {"name": tool.name, "args": "{"}} for tool in reply.tools]
    return [{"functionCall": {"name": t.name, "args": dict(t.arguments)}} for t in reply.tools]


def gemini(reply: Reply, call: Call) -> dict[str, Any]:
    said: list[dict[str, Any]] = [{"text": reply.text}] if reply.text else []
    whole = _gemini_chunk(call, [*said, *_gemini_calls(reply)], "STOP")
    return whole if reply.fault == "no-usage" else {**whole, "usageMetadata": _gemini_usage(reply)}


def gemini_events(reply: Reply, call: Call) -> Iterator[Event]:
    for part in parts(reply.text):
        yield "", _gemini_chunk(call, [{"text": part}], None)
    last = _gemini_chunk(call, _gemini_calls(reply), "STOP")
    yield "", last if reply.fault == "no-usage" else {**last, "usageMetadata": _gemini_usage(reply)}
