"""Loop files to start from. Each is one as it stands; a few of its lines are yours to say."""

from __future__ import annotations

from functools import cache
from importlib import resources

from looptui.errors import UsageError
from looptui.loopfile.problem import did_you_mean

DEFAULT = "fix-tests"
ANY_AGENT = "agent"
"""The template for a goal of one's own."""


@cache
def names() -> tuple[str, ...]:
    """The names of all templates, sorted."""
    found = (one.name for one in (resources.files("looptui.loopfile") / "templates").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def about(name: str) -> str:
    """What a template is for, in a line; UsageError for an unknown one."""
    return source(name).split("\n", 1)[0].removeprefix("#").strip()


def takes_agent(name: str) -> bool:
    """Whether a template is for a command-line agent of yours, to be put into its maker."""
    return '"your-agent"' in source(name)


def source(name: str) -> str:
    """The text of a template; UsageError for an unknown one."""
    if name not in names():
        raise UsageError(
            f'there is no template "{name}"{did_you_mean(name, names())}',
            "templates: " + ", ".join(names()),
        )
    file = resources.files("looptui.loopfile") / "templates" / f"{name}.toml"
    return file.read_text("utf-8")
