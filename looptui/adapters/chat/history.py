"""The conversation, kept within the context of the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from looptui.core.money import most_tokens

Message = dict[str, Any]
GONE = "(left out to keep within the context; ask again if it matters)"
_KEPT = ("role", "content", "tool_calls", "thinking_blocks", "reasoning_content", "name")


def said(message: Mapping[str, Any]) -> Message:
    """A reply of the model as it is sent back to it."""
    kept = {key: message[key] for key in _KEPT if message.get(key)}
    return {"content": "", **kept, "role": "assistant"}


def size(messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]) -> int:
    """More tokens than the prompt has, for any tokeniser."""
    text = json.dumps([list(messages), list(tools)], ensure_ascii=False)
    return most_tokens(text) + 16 * len(messages) + 512


def fitting(messages: Sequence[Message], most: int) -> list[Message] | None:
    """The conversation with the oldest answers of tools emptied until it fits; None if it cannot.

    The first two messages (who it is, what to do) and the newest four always stay whole.
    """
    kept = [dict(message) for message in messages]
    if size(kept, ()) <= most:
        return kept
    for message in kept[2:-4]:
        if message["role"] == "tool" and len(str(message["content"])) > len(GONE):
            message["content"] = GONE
            if size(kept, ()) <= most:
                return kept
    return None
