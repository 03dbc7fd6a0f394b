"""The event stream of Qwen Code: that of Claude Code, but `input_tokens` are all that was read."""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams import claude
from looptui.adapters.agents.usage import Tokens, count


def read(event: Event, story: Story) -> None:
    claude.read(event, story, _counted)


def _counted(usage: Event) -> Tokens:
    return Tokens(
        count(usage.get("input_tokens")),
        count(usage.get("output_tokens")),
        count(usage.get("cache_read_input_tokens")),
    )
