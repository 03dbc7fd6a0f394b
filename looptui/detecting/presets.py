"""The agents that looptui knows by name: one TOML file each, and what each of them can do."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Protocol = Literal["stream", "claude", "codex", "acp"]
PromptBy = Literal["stdin", "argument", "file", "protocol"]
Counts = Literal["none", "per-message", "run-total", "cumulative", "last-step"]


@dataclass(frozen=True, slots=True)
class Can:
    """What a maker can do: how, in a few words; empty for what it lacks."""

    approvals: str = ""
    """It asks before it acts, and waits for the answer."""
    interrupt: str = ""
    """`protocol`: it is asked to stop and tells what it used; `signal`: it is ended."""
    usage: str = ""
    """It tells its tokens."""
    cost: str = ""
    """It tells dollars."""
    resume: str = ""
    """It can go on with an earlier conversation."""
    structured_output: str = ""
    tool_filter: str = ""
    sandbox: str = ""
    """It has one of its own; ours is around it in any case."""


WORDS = {one.name: one.name.replace("_", " ") for one in fields(Can)}
"""The columns of the table, and what they are called in messages."""


@dataclass(frozen=True, slots=True)
class Preset:
    """How one agent is called. `{home}`, `{model}`, `{usd}`, `{prompt_file}` and `{prompt}` in
    its words are filled in."""

    name: str
    title: str
    program: str
    """Empty where the loop file has to say it."""
    protocol: Protocol
    prompt: PromptBy
    parser: str
    """Who reads what it prints: a name of `adapters/agents/streams`."""
    usage: Counts
    """How its own figures count."""
    can: Can
    cached: Literal["beside", "inside"] = "beside"
    """Whether what came from a cache is among the tokens that it says it read."""
    argv: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    """Words that stand behind all others."""
    inside: tuple[str, ...] = ()
    """Words for a call in our sandbox, in which a sandbox of its own could not be made."""
    outside: tuple[str, ...] = ()
    """Words for a call without our sandbox, which a person asked for."""
    model: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Variables in which it looks for its key; only these of all keys does it get."""
    env: tuple[str, ...] = ()
    """Further variables that it gets, where they are set."""
    set: Mapping[str, str] = field(default_factory=dict)
    """Variables that we set."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Files of its own home, which is private and new for each call."""
    plants: tuple[str, ...] = ()
    """Paths of a repository that would configure it or run by it: out of its sight at work."""
    litter: tuple[str, ...] = ()
    """Paths that it leaves in a worktree and that are no part of its work."""
    events: str = ""
    """A file of its home in which it leaves what it does not print."""
    login: str = ""
    """The method of ACP by which a key of the environment counts."""
    offered: int = 0
    """Place in the wizard; 0 is not offered."""
    tried: str = ""
    """The version that our tests last ran against."""
    note: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        return (*self.keys, *self.env)


BUILT_IN: Mapping[str, Can] = {
    "command": Can(interrupt="signal"),
    "litellm": Can(interrupt="signal", usage="each call", cost="our price table"),
    "repair": Can(interrupt="signal", usage="no model", cost="free"),
    "scripted": Can(interrupt="signal", usage="no model", cost="free"),
}
"""Makers that are no agents."""


@cache
def presets() -> Mapping[str, Preset]:
    """Every agent by its name, in the order of the names."""
    place = files("looptui.detecting") / "presets"
    found = sorted(one.name for one in place.iterdir() if one.name.endswith(".toml"))
    names = [name.removesuffix(".toml") for name in found]
    return {name: parsed(name, (place / f"{name}.toml").read_text("utf-8")) for name in names}


def parsed(name: str, text: str) -> Preset:
    """Raises TypeError for a key that no preset has."""
    data: dict[str, Any] = tomllib.loads(text)
    can = Can(**data.pop("can", {}))
    values: dict[str, Any] = {
        key: tuple(one) if isinstance(one, list) else one for key, one in data.items()
    }
    return Preset(name=name, can=can, **values)


def capabilities(agent: str) -> Can | None:
    """What a maker can do; None of a stranger's, of whom nobody knows."""
    known = presets().get(agent)
    return known.can if known is not None else BUILT_IN.get(agent)
