"""The event stream of Claude Code (`--output-format stream-json`).

`result` counts the whole call, also of a conversation that was resumed. Messages tell what they
have used when they begin, so that they count only where no result comes.
"""

from __future__ import annotations

from collections.abc import Callable

from looptui.adapters.agents.story import Event, Fatal, Story
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.adapters.agents.usage import Tokens, dollars, split

Count = Callable[[Event], Tokens]

_REFUSED = ("authentication_failed", "oauth_org_not_allowed", "billing_error")
"""Errors after which it would go on trying in vain."""


def read(event: Event, story: Story, counted: Count = split) -> None:
    """`counted` makes tokens of a `usage`."""
    match event.get("type"):
        case "system":
            _system(event, story)
        case "assistant":
            _assistant(event, story, counted)
        case "user":
            for block in tables(table(event.get("message")).get("content")):
                if block.get("type") == "tool_result":
                    story.outcome(block.get("content"), failed=block.get("is_error") is True)
        case "result":
            _result(event, story, counted)


def _system(event: Event, story: Story) -> None:
    match event.get("subtype"):
        case "init":
            story.session = word(event.get("session_id"))
            version = word(event.get("claude_code_version") or event.get("qwen_code_version"))
            story.note(f"version {version}, model {word(event.get('model'))}")
        case "api_retry":
            error = word(event.get("error")) or "unknown"
            status = event.get("error_status")
            said = f"{error} ({status})" if status else error
            if error in _REFUSED or status in (401, 403):
                raise Fatal(f"the provider refuses it: {said}; see the key that maker.env names")
            attempt, most = event.get("attempt"), event.get("max_retries")
            story.note(f"the call failed ({said}); it tries again, {attempt} of {most}")


def _assistant(event: Event, story: Story, counted: Count) -> None:
    message = table(event.get("message"))
    for block in tables(message.get("content")):
        if block.get("type") == "text":
            story.say(block.get("text"))
        elif block.get("type") == "tool_use":
            story.tool(block.get("name"), block.get("input"))
    story.meter.model(message.get("model"))
    key = word(event.get("uuid")) or word(message.get("id"))
    story.meter.message(key, counted(table(message.get("usage"))))
    story.used()


def _result(event: Event, story: Story, counted: Count) -> None:
    story.meter.total(counted(table(event.get("usage"))))
    story.meter.cost(dollars(event.get("total_cost_usd")))
    for denied in tables(event.get("permission_denials")):
        story.note(f"refused: {word(denied.get('tool_name'))}")
    subtype = word(event.get("subtype"))
    if event.get("is_error") is True or subtype not in ("success", ""):
        story.fail(event.get("result") or event.get("errors") or subtype)
    story.end()
    story.used()
