"""The event stream of `gemini -o stream-json`: the result counts the whole call, without cost."""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams.fields import table, word
from looptui.adapters.agents.usage import Tokens, count


def read(event: Event, story: Story) -> None:
    match event.get("type"):
        case "init":
            story.session = word(event.get("session_id"))
            story.meter.model(event.get("model"))
            story.note(f"model {word(event.get('model'))}")
        case "message" if event.get("role") == "assistant":
            (story.stream if event.get("delta") else story.say)(event.get("content"))
        case "tool_use":
            story.tool(event.get("tool_name"), event.get("parameters"))
        case "tool_result":
            failed = event.get("status") != "success"
            story.outcome(event.get("error") if failed else event.get("output"), failed=failed)
        case "error":
            story.note(word(event.get("message")) or "an error")
        case "result":
            _result(event, story)


def _result(event: Event, story: Story) -> None:
    stats = table(event.get("stats"))
    story.meter.total(
        Tokens(
            count(stats.get("input_tokens")),
            count(stats.get("output_tokens")),
            count(stats.get("cached")),
        )
    )
    if event.get("status") != "success":
        error = table(event.get("error"))
        story.fail(error.get("message") or error)
    story.end()
    story.used()
