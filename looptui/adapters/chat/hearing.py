"""What a provider itself says that a call used, read off the bytes of its answer.

litellm makes figures up where a provider gives none; money needs to know the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST = 10**12
"""Tokens; a larger number is no number of tokens."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Tokens of one call. `input` holds all of the prompt, cached or not."""

    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0


def heard(content_type: str, body: bytes) -> Heard | bool | None:
    """The usage in an answer; None where it has none or nonsense, False in an unknown form."""
    if "json" not in content_type and "event-stream" not in content_type:
        return False
    found: dict[str, Any] = {}
    for one in _objects(body):
        for usage in _usages(one):
            # Anthropic tells of its prompt first and of its output at the end.
            found.update({name: value for name, value in usage.items() if value is not None})
    return _normal(found) if found else None


def _objects(body: bytes) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of a whole answer, of server-sent events, or of JSON lines."""
    text = body.decode("utf-8", "replace")
    try:
        whole = json.loads(text)
    except ValueError:
        lines = (line.removeprefix("data:").strip() for line in text.splitlines())
        for line in lines:
            if line.startswith("{"):
                try:
                    yield json.loads(line)
                except ValueError:
                    continue
        return
    found = whole if isinstance(whole, list) else [whole]
    yield from (one for one in found if isinstance(one, dict))


def _usages(one: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    places = (one, one.get("message"), one.get("response"))
    for place in places:
        if isinstance(place, dict):
            said = (place.get(name) for name in ("usage", "usageMetadata"))
            yield from (one for one in said if isinstance(one, dict))
    if "prompt_eval_count" in one or "eval_count" in one:  # Ollama
        yield {"input": one.get("prompt_eval_count", 0), "output": one.get("eval_count", 0)}


def _normal(said: Mapping[str, Any]) -> Heard | None:
    details = said.get("prompt_tokens_details") or said.get("input_tokens_details") or {}
    try:
        if "promptTokenCount" in said:
            thought = _number(said.get("thoughtsTokenCount", 0))
            return Heard(
                _number(said["promptTokenCount"]) + _number(said.get("toolUsePromptTokenCount", 0)),
                _number(said.get("candidatesTokenCount", 0)) + thought,
                _number(said.get("cachedContentTokenCount", 0)),
            )
        if "input" in said:
            return Heard(_number(said["input"]), _number(said["output"]))
        if "prompt_tokens" in said:
            read = details.get("cached_tokens") or said.get("prompt_cache_hit_tokens") or 0
            return Heard(
                _number(said["prompt_tokens"]),
                _number(said["completion_tokens"]),
                _number(read),
            )
        read = _number(said.get("cache_read_input_tokens", 0))
        wrote = _number(said.get("cache_creation_input_tokens", 0))
        known = _number(said["input_tokens"])
        if "input_tokens_details" in said:
            read = _number(details.get("cached_tokens") or 0)
            return Heard(known, _number(said["output_tokens"]), read)
        return Heard(known + read + wrote, _number(said["output_tokens"]), read, wrote)
    except (KeyError, ValueError, AttributeError):
        return None


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValueError(f"no number of tokens: {value!r}")
    return value
