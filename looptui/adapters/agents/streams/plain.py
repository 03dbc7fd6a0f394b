"""An agent that prints words for people, and nothing else."""

from __future__ import annotations

from looptui.adapters.agents.story import Event, Story


def read(event: Event, story: Story) -> None:
    """An object among the words is shown as it is."""
    story.say(str(dict(event)))
