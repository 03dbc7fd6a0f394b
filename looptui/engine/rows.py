"""The projection rows that go with a transition, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from looptui.core import events as ev
from looptui.core.codec import dumps, encode
from looptui.core.state import RunState
from looptui.engine.memory_rows import Row, recorded, row_of
from looptui.projections.views import iteration_view, need_view, run_view
from looptui.store.events import Rows


def rows(before: RunState, after: RunState, events: Iterable[ev.Event], at: float) -> Rows:
    """Rows of what these events changed."""
    happened = tuple(events)
    return Rows(
        run=_run(after, at),
        iterations=_iterations(before, after),
        needs=_needs(before, after, at),
        memory=[
            row_of(recorded(e, scope_key(e.scope, after), after.id, "engine", at))
            for e in happened
            if isinstance(e, ev.MemoryRecorded)
        ],
        used=[i for e in happened if isinstance(e, ev.PromptBuilt) for i in e.memory],
        helped=[
            i for e in happened if isinstance(e, ev.IterationFinished) for i in _helped(after, e)
        ],
    )


def scope_key(scope: str, state: RunState) -> str:
    """`run:ID`, `loop:NAME` or `repository`: the store holds one repository."""
    return {"run": f"run:{state.id}", "loop": f"loop:{state.loop.name}"}.get(scope, "repository")


def _run(state: RunState, at: float) -> Row:
    view = run_view(state, at)
    return {
        "id": state.id,
        "loop": state.loop.name,
        "state": state.status,
        "phase": view.phase or "",
        "created": state.created,
        "updated": state.updated,
        "summary": dumps(encode(view)),
    }


def _iterations(before: RunState, after: RunState) -> list[Row]:
    """The iterations that changed, and those whose being the best did."""
    known = before.iterations
    changed = {before.best, after.best} if before.best != after.best else set()
    if before.flaws is not after.flaws or before.verdicts is not after.verdicts:
        changed |= {len(after.iterations)}
    changed |= {
        one.n for one in after.iterations if one.n > len(known) or one is not known[one.n - 1]
    }
    return [
        {
            "run": after.id,
            "n": n,
            "data": dumps(encode(iteration_view(after, after.iterations[n - 1]))),
        }
        for n in sorted(changed - {0})
    ]


def _needs(before: RunState, after: RunState, at: float) -> list[Row]:
    if before.needs == after.needs and before.flaws is after.flaws:
        return []
    still = {need.id for need in after.needs}
    closed: list[Row] = [{"id": n.id, "closed": at} for n in before.needs if n.id not in still]
    same = before.flaws is after.flaws
    known = {need.id for need in before.needs} if same else set()
    opened: list[Row] = [
        {
            "id": need.id,
            "run": after.id,
            "kind": need.type,
            "tree": need.tree,
            "since": need.since,
            "data": dumps(encode(need_view(after, need))),
        }
        for need in after.needs
        if need.id not in known
    ]
    return [*closed, *opened]


def _helped(state: RunState, event: ev.IterationFinished) -> tuple[str, ...]:
    """The records in the prompt of an iteration that scored better than the one before."""
    index = event.iteration - 1
    earlier = state.iterations[index - 1].score if index else state.baseline_score
    return state.iterations[index].memory if event.score > (earlier or 0.0) else ()
