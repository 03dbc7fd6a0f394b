"""What aider writes into its own log of events; what it prints is for people already.

It tells no tokens that came from a cache apart, and hides the names of models that it does not
know. The exit code is 0 also where every call failed.
"""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story
from looptui.adapters.agents.streams.fields import table, word
from looptui.adapters.agents.usage import Tokens, count, dollars


def read(event: Event, story: Story) -> None:
    told = table(event.get("properties"))
    match event.get("event"):
        case "message_send":
            tokens = Tokens(count(told.get("prompt_tokens")), count(told.get("completion_tokens")))
            story.meter.add(tokens, dollars(told.get("cost")))
            model = word(told.get("main_model"))
            story.meter.model("" if "REDACTED" in model else model)
            story.used()
        case "message_send_exception":
            story.fail(told.get("exception"))
        case "exit":
            story.end()
