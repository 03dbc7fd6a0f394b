"""The trajectory that mini-SWE-agent leaves at its end, with every reply of the model in it.

It ends well with the status `Submitted` alone; the exit code is 0 in any case.
"""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams.fields import table, tables, word
from looptui.adapters.agents.usage import Tokens, count, dollars


def read(event: Event, story: Story) -> None:
    info = table(event.get("info"))
    if "model_stats" not in info:
        return
    for message in tables(event.get("messages")):
        response = table(table(message.get("extra")).get("response"))
        usage = table(response.get("usage"))
        if usage:
            cached = count(table(usage.get("prompt_tokens_details")).get("cached_tokens"))
            read, out = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
            story.meter.add(Tokens(read, out, cached))
            story.meter.model(response.get("model"))
    story.meter.cost(dollars(table(info.get("model_stats")).get("instance_cost")))
    status = word(info.get("exit_status"))
    if status != "Submitted":
        story.fail(f"it ended with {status or 'no status'}")
    story.end()
    story.used()
