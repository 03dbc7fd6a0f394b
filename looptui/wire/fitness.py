"""Whether the commands of a loop can run on this machine at all, asked of their adapters."""

from __future__ import annotations

from looptui.core.spec import Loop
from looptui.errors import PluginError
from looptui.loopfile import unsupported
from looptui.plugins import load, names


def obstacles(loop: Loop) -> list[str]:
    """Why the maker and the gates of a loop cannot run here, a sentence each; none if they can."""
    later = list(unsupported(loop, names("looptui.maker")))
    return later or [problem for problem in (_maker(loop), *_gates(loop)) if problem]


def _maker(loop: Loop) -> str | None:
    try:
        problem = load("looptui.maker", loop.maker.agent)().check(loop.maker)
    except PluginError as error:
        problem = error.message
    return f"maker: {problem}" if problem else None


def _gates(loop: Loop) -> list[str | None]:
    found: list[str | None] = []
    for spec in loop.gates:
        try:
            found.append(load("looptui.gate", spec.kind)().check(spec))
        except PluginError as error:
            found.append(error.message)
    return found
