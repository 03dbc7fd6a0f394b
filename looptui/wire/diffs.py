"""What a candidate changes: the diff that is reviewed, and that an approval would land."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from looptui import paths
from looptui.core import events as ev
from looptui.ports import FileChange, Repository
from looptui.projections.values import IterationView, RunView
from looptui.store.reader import Reader
from looptui.wire import views

if TYPE_CHECKING:
    from looptui.adapters.repository import GitRepository

_BACK = 5000
"""Newest events of a run in which the merge of its candidate is looked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tree of a run, and the commit that it changes."""

    tree: str
    onto: str
    """The base of the run, or the target onto which it was merged."""
    merged: bool = False
    diff: str | None = None
    """Blob; None where the diff has to be computed."""


def waiting(reader: Reader, view: RunView) -> Candidate | None:
    """What waits, was approved or landed; else the newest candidate. None before the first."""
    made = [one.tree for one in views.iterations(reader, view.id) if one.tree]
    tree = view.tree or (made[-1] if made else None)
    return of_tree(reader, view, tree) if tree else None


def of_tree(reader: Reader, view: RunView, tree: str) -> Candidate:
    """A tree of a run, as it stands in a review: merged onto its target, if that moved."""
    target = merged_onto(reader, view.id, tree)
    if target:
        return Candidate(tree, target, merged=True)
    made = [one.diff for one in views.iterations(reader, view.id) if one.tree == tree and one.diff]
    return Candidate(tree, view.base, diff=made[-1] if made else None)


def of_iteration(view: RunView, iteration: IterationView) -> Candidate | None:
    """What an iteration made, against the base of its run; None where it made nothing."""
    return Candidate(iteration.tree, view.base, diff=iteration.diff) if iteration.tree else None


def newest(reader: Reader, view: RunView) -> IterationView | None:
    """The last iteration that made a candidate."""
    made = [one for one in views.iterations(reader, view.id) if one.tree]
    return made[-1] if made else None


def merged_onto(reader: Reader, run: str, tree: str) -> str:
    """The target commit onto which a candidate was merged; empty if it was not.

    Some hunks of a merged candidate stand where the whole of it does.
    """
    kinds = (ev.TargetMoved.kind, ev.HunksTaken.kind)
    newest = sorted(reader.latest(_BACK, run=run), key=lambda stored: -stored.n)
    for stored in newest:
        event = ev.decode(stored.kind, stored.data)[0] if stored.kind in kinds else None
        if isinstance(event, ev.HunksTaken) and event.taken == tree:
            tree = event.tree
        elif isinstance(event, ev.TargetMoved) and event.tree == tree:
            return event.commit
    return ""


async def computed(repository: Repository, candidate: Candidate) -> bytes:
    """The unified diff; GitFailed where git has let go of the tree."""
    return await repository.diff(await repository.tree_of(candidate.onto), candidate.tree)


async def changes(repository: Repository, candidate: Candidate) -> tuple[FileChange, ...]:
    """The changed paths with their counts; GitFailed where git has let go of the tree."""
    return await repository.changes(await repository.tree_of(candidate.onto), candidate.tree)


def repository_of(root: Path) -> GitRepository:
    """Of a run's objects; to be closed."""
    from looptui.adapters.repository import GitRepository

    return GitRepository.discover(root, paths.repo_state(root))
