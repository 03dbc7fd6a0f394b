"""The sandbox of a session; where none works, it is missed only by what would run in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from looptui.adapters.sandbox import choose
from looptui.core.state import RunState
from looptui.errors import NoSandbox
from looptui.ports import Confinement, Launch, Sandbox

_RESTS = ("paused", "tripped", "waiting")


class Missing:
    """Stands for the sandbox of a machine that has none: nothing can be started in it."""

    name = "unavailable"
    confines = True

    def __init__(self, problem: NoSandbox) -> None:
        self.problem = problem

    @contextmanager
    def launch(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], confinement: Confinement
    ) -> Iterator[Launch]:
        raise self.problem
        yield

    def lays(self, directory: Path) -> bool:
        return False


def chosen(*, unsandboxed: bool) -> Sandbox:
    """The sandbox that `choose` finds, else one in which nothing can be started."""
    try:
        return choose(unsandboxed)
    except NoSandbox as problem:
        return Missing(problem)


def require(sandbox: Sandbox) -> None:
    """NoSandbox where nothing can be started."""
    if isinstance(sandbox, Missing):
        raise sandbox.problem


def starts_commands(state: RunState) -> bool:
    """Whether driving a run on would soon start its maker, setup or gates.

    Ending, pausing and landing do without; a landing whose target moved verifies again, and
    pauses then.
    """
    at_rest = state.terminal or state.status in _RESTS or state.pausing is not None
    return not (at_rest or state.approved is not None)
