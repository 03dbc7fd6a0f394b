"""The event stream of `opencode run --format json`: every step tells what it used itself."""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams.fields import table, word
from looptui.adapters.agents.usage import Tokens, count, dollars


def read(event: Event, story: Story) -> None:
    part = table(event.get("part"))
    match event.get("type"):
        case "text":
            story.say(part.get("text"))
        case "tool_use":
            state = table(part.get("state"))
            story.tool(part.get("tool"), state.get("input"))
            failed = state.get("status") == "error"
            story.outcome(state.get("error") if failed else state.get("output"), failed=failed)
        case "step_finish":
            _step(part, story)
        case "error":
            error = table(event.get("error"))
            story.fail(table(error.get("data")).get("message") or error.get("name") or error)
            story.end()


def _step(part: Event, story: Story) -> None:
    tokens = table(part.get("tokens"))
    cache = table(tokens.get("cache"))
    cached, into = count(cache.get("read")), count(cache.get("write"))
    out = count(tokens.get("output")) + count(tokens.get("reasoning"))
    read = count(tokens.get("input")) + cached + into
    story.meter.message(
        word(part.get("id")), Tokens(read, out, cached, into), dollars(part.get("cost"))
    )
    if part.get("reason") != "tool-calls":
        story.end()
    story.used()
