"""Finds adapters by name: entry points of installed packages, ours among them, or a dotted path."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, overload

from looptui.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from looptui.ports import Gate, Maker, Notifier, Sandbox

Group = Literal[
    "looptui.maker",
    "looptui.gate",
    "looptui.sandbox",
    "looptui.notifier",
    "looptui.memory",
    "looptui.checker",
]
OURS = "looptui"
"""The distribution whose entry point wins where two have the same name."""


def names(group: Group) -> tuple[str, ...]:
    """Names of the installed adapters of a group, sorted. Imports none of them."""
    return tuple(sorted({point.name for point in _points(group)}))


@overload
def load(group: Literal["looptui.maker"], name: str) -> Callable[[], Maker]: ...
@overload
def load(group: Literal["looptui.gate"], name: str) -> Callable[[], Gate]: ...
@overload
def load(group: Literal["looptui.sandbox"], name: str) -> Callable[..., Sandbox]: ...
@overload
def load(group: Literal["looptui.notifier"], name: str) -> Callable[..., Notifier]: ...
@overload
def load(
    group: Literal["looptui.memory", "looptui.checker"], name: str
) -> Callable[..., object]: ...
def load(group: Group, name: str) -> Callable[..., object]:
    """What makes an adapter: the class or function that a name or `package.module:Attribute` means.

    Raises PluginError with the known names, or with what went wrong in the plugin's own code.
    """
    points = [point for point in _points(group) if point.name == name]
    point = _preferred(points) if points else _dotted(group, name)
    try:
        found: object = point.load()
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise PluginError(f"{_noun(group)} {name!r} cannot be loaded: {problem}") from error
    if not callable(found):
        raise PluginError(
            f"{_noun(group)} {name!r} is {type(found).__name__}, nothing that can be called",
            f"{point.value} must name a class or a function that returns a {_noun(group)}",
        )
    return found


def _points(group: Group) -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points

    return (*entry_points(group=group), *(_agents() if group == "looptui.maker" else ()))


def _agents() -> Iterable[EntryPoint]:
    """The agents that we know by name: each is data, and one adapter reads them all."""
    from importlib.metadata import EntryPoint

    from looptui.detecting.presets import presets

    door = "looptui.adapters.agents.makers"
    for name in presets():
        yield EntryPoint(name, f"{door}:{name.replace('-', '_')}", "looptui.maker")


def _preferred(points: list[EntryPoint]) -> EntryPoint:
    """Ours, so that an installed package cannot quietly stand in for the sandbox."""
    return next((point for point in points if point.dist and point.dist.name == OURS), points[0])


def _dotted(group: Group, name: str) -> EntryPoint:
    from importlib.metadata import EntryPoint

    module, _, attribute = name.partition(":")
    if _is_dotted(module) and _is_dotted(attribute):
        return EntryPoint(name, name, group)
    known = names(group)
    near = difflib.get_close_matches(name, known, 1)
    guess = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(known) or "none is installed"
    raise PluginError(
        f"there is no {_noun(group)} {name!r}", f"{guess}known: {listed}; or package.module:Class"
    )


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _noun(group: Group) -> str:
    return group.removeprefix("looptui.")
