"""Going back to an earlier iteration of a run, or on from one in a new run."""

from __future__ import annotations

from looptui.core import events as ev
from looptui.core.state import RESTORED, Iteration, RunState


def unfit(state: RunState, n: int) -> str:
    """Why nothing can be built on an iteration (0 is the base), or nothing."""
    if n == 0:
        return "" if state.baseline_score is not None else "the base is not measured yet"
    if not 0 < n <= len(state.iterations):
        most = len(state.iterations)
        return f"there is no iteration {n}: run {state.id} has {most}, and 0 is the base"
    one = state.iterations[n - 1]
    if not one.outcome:
        return f"iteration {n} is still at work; nothing is to be gone back to"
    if one.denied:
        paths = ", ".join(one.denied[:3])
        return f"iteration {n} was thrown away: it touched what it may not ({paths})"
    if one.tree is None:
        return f"iteration {n} left no candidate"
    if state.rebased is not None and state.rebased.moved and n <= state.rebased.after:
        return f"iteration {n} was built on another base; the work has moved to {state.base[:12]}"
    return ""


def restored(state: RunState, n: int, reason: str) -> tuple[ev.Event, ...]:
    """The iteration in which a run goes back to an earlier one; what is open is left as it is."""
    left: tuple[ev.Event, ...] = ()
    if (open_ := state.open_iteration) is not None:
        left = (ev.IterationFinished(open_.n, "left", 0.0, open_.tree),)
    return (*left, taken_up(state, n, len(state.iterations) + 1, reason))


def taken_up(
    state: RunState, n: int, number: int, reason: str, *, run: str = ""
) -> ev.IterationRestored:
    """Iteration `number` of a run, of what iteration `n` of `state` made; of `run` if of another.

    Gates judge it anew: what they said before counts as far as its key is the same.
    """
    one = state.iterations[n - 1] if n else Iteration(0, state.base_tree, "", tree=state.base_tree)
    return ev.IterationRestored(
        number,
        n,
        one.tree or state.base_tree,
        "\n\n".join(filter(None, (one.feedback, reason.strip()))),
        run,
        one.files,
        one.added,
        one.deleted,
        one.diff,
        one.paths,
        one.protected,
    )


def is_restored(iteration: Iteration) -> bool:
    """Whether no maker made it: a person took up an earlier candidate."""
    return iteration.strategy == RESTORED
