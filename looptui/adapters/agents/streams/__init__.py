"""Who reads what agents print: a function for each kind of stream, from an event to the story."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams import (
    aider,
    claude,
    codex,
    gemini,
    mini,
    opencode,
    pi,
    plain,
    qwen,
)

Parser = Callable[[Event, Story], None]

PARSERS: Mapping[str, Parser] = {
    "aider": aider.read,
    "claude": claude.read,
    "codex": codex.read,
    "gemini": gemini.read,
    "mini": mini.read,
    "opencode": opencode.read,
    "pi": pi.read,
    "plain": plain.read,
    "qwen": qwen.read,
}
"""By the name that a preset gives."""
