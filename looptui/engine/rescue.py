"""Unlanded work of a run, kept as commits under one ref of the user's repository."""

from __future__ import annotations

from collections.abc import Sequence

from looptui.core.state import RunState
from looptui.errors import Unrepresentable, WorkspaceLost
from looptui.ports import Identity, Repository, Workspace

NOBODY = Identity("looptui", "looptui@localhost")
"""Of commits that nobody is meant to see."""


async def rescue(
    repository: Repository, run: str, base: str | None, trees: Sequence[str], when: int
) -> str | None:
    """The ref `refs/looptui/rescue/RUN` that holds `trees`, each a commit on the one before.

    None when there is nothing to keep. `git show`, `git diff` and `git branch` take the ref.
    """
    if not trees:
        return None
    who = await repository.identity() or NOBODY
    tip = base
    for tree in trees:
        parents = [tip] if tip else []
        message = f"Unlanded work of looptui run {run}\n"
        tip = await repository.commit(tree, parents, message, who, when)
    ref = f"refs/looptui/rescue/{run}"
    assert tip is not None
    await repository.publish(ref, tip, await repository.resolve(ref))
    return ref


def unlanded(state: RunState, now: str | None) -> list[str]:
    """Trees of a run that are on no branch: its best candidate, its newest one, and the files of
    its worktree as they are `now`."""
    landed = state.landing.tree if state.landed is not None and state.landing else ""
    newest = [i.tree for i in state.iterations[-1:] if i.tree]
    candidates = [state.best_tree, *newest]
    settled = {state.base_tree, landed, *(candidates if state.landed is not None else [])}
    trees = dict.fromkeys([*candidates, *([now] if now else [])])
    return [tree for tree in trees if tree not in settled]


async def files_now(repository: Repository, workspace: Workspace) -> str | None:
    """The tree of a worktree's files; None where it is gone or no tree can hold it."""
    try:
        return await repository.capture(workspace)
    except (WorkspaceLost, Unrepresentable):
        return None
