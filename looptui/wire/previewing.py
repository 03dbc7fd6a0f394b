"""The next prompt of a run as it would be sent now; nothing is recorded and nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from looptui.core.plan import starting
from looptui.core.state import Iteration
from looptui.engine.recalling import recalled
from looptui.engine.steps.context import Job
from looptui.engine.steps.making import compose
from looptui.errors import RefusedError

if TYPE_CHECKING:
    from looptui.core.prompt import Prompt
    from looptui.core.selecting import Selection
    from looptui.wire.desk import Desk


@dataclass(frozen=True, slots=True)
class Preview:
    run: str
    iteration: int
    prompt: Prompt
    memory: Selection


async def preview(desk: Desk, run: str) -> Preview:
    """The prompt that the next call of the maker would get. RefusedError for a run that ended."""
    job = Job(await desk.load(run), desk.outside)
    state = job.state
    if state.terminal:
        raise RefusedError(
            f"Run {run} has ended: it gets no further prompt",
            f"`looptui show {run} --iteration N` tells what its prompts held.",
        )
    waiting = state.open_iteration
    if waiting is None or waiting.prompt is not None:
        begun = starting(state)
        waiting = Iteration(begun.iteration, begun.start_tree, begun.strategy)
    memory = await recalled(desk.reader, desk.repository, state)
    return Preview(run, waiting.n, await compose(job, waiting), memory)
