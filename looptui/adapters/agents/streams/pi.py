"""The event stream of `pi --mode json`: each message of the model tells what it used."""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.adapters.agents.usage import Tokens, count, dollars


def read(event: Event, story: Story) -> None:
    match event.get("type"):
        case "session":
            story.session = word(event.get("id"))
        case "message_end":
            _message(table(event.get("message")), story)
        case "tool_execution_start":
            story.tool(event.get("toolName"), event.get("args"))
        case "tool_execution_end":
            result = table(event.get("result"))
            story.outcome(result.get("content"), failed=event.get("isError") is True)
        case "agent_end":
            story.end()
            story.used()


def _message(message: Event, story: Story) -> None:
    if message.get("role") != "assistant":
        return
    for block in tables(message.get("content")):
        if block.get("type") == "text":
            story.say(block.get("text"))
    usage = table(message.get("usage"))
    cached, into = count(usage.get("cacheRead")), count(usage.get("cacheWrite"))
    read = count(usage.get("input")) + cached + into
    cost = dollars(table(usage.get("cost")).get("total"))
    story.meter.add(Tokens(read, count(usage.get("output")), cached, into), cost)
    story.meter.model(message.get("model"))
    if message.get("stopReason") in ("error", "aborted"):
        story.fail(message.get("errorMessage") or message.get("stopReason"))
    story.used()
