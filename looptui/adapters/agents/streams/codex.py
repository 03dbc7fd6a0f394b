"""The event stream of `codex exec --json`.

`turn.completed` counts all of the thread so far; a thread begins with the call, so that this is
the call. It names no cost. A command that its sandbox refused leaves no item at all.
"""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.adapters.agents.usage import Tokens, count


def read(event: Event, story: Story) -> None:
    match event.get("type"):
        case "thread.started":
            story.session = word(event.get("thread_id"))
        case "item.started":
            started(table(event.get("item")), story)
        case "item.completed":
            completed(table(event.get("item")), story)
        case "turn.completed":
            usage = table(event.get("usage"))
            story.meter.total(
                Tokens(
                    count(usage.get("input_tokens")),
                    count(usage.get("output_tokens")),
                    count(usage.get("cached_input_tokens")),
                    count(usage.get("cache_write_input_tokens")),
                )
            )
            story.end()
            story.used()
        case "turn.failed":
            story.fail(table(event.get("error")).get("message"))
            story.end()
        case "error":
            story.note(word(event.get("message")) or "an error")


def started(item: Event, story: Story) -> None:
    """An item, as the events of `exec` and of the app server both name them."""
    match item.get("type"):
        case "command_execution" | "commandExecution":
            story.tool("command", item.get("command"))
        case "file_change" | "fileChange":
            paths = ", ".join(word(change.get("path")) for change in tables(item.get("changes")))
            story.tool("change", paths)
        case "mcp_tool_call" | "mcpToolCall":
            story.tool(item.get("tool"), item.get("arguments"))
        case "web_search" | "webSearch":
            story.tool("search", item.get("query"))


def completed(item: Event, story: Story) -> None:
    failed = item.get("status") in ("failed", "declined")
    match item.get("type"):
        case "agent_message" | "agentMessage":
            story.say(item.get("text"))
        case "command_execution" | "commandExecution":
            output = item.get("aggregated_output") or item.get("aggregatedOutput")
            code = item.get("exit_code", item.get("exitCode"))
            story.outcome(output or f"exit {code}", failed=failed or code not in (0, None))
        case "file_change" | "fileChange" | "mcp_tool_call" | "mcpToolCall":
            story.outcome(item.get("status"), failed=failed)
        case "error":
            story.note(word(item.get("message")) or "an error")
