"""What cited files hold: asked of git once, for trees never change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.core.citing import cited, outdated

if TYPE_CHECKING:
    from looptui.adapters.repository import GitRepository
    from looptui.core.memory import Memory

_KEPT = 4
"""Trees of which the answers are kept."""


class Citing:
    """Object ids of files, for one thread; git is not touched before somebody asks for any."""

    def __init__(self, root: Path, state_dir: Path) -> None:
        self._root, self._state_dir = root, state_dir
        self._known: dict[str, dict[str, str]] = {}

    def __call__(self, tree: str, paths: Sequence[str]) -> Mapping[str, str]:
        """The object ids of those paths that the tree holds. RepoError where git cannot tell."""
        known = self._known.setdefault(tree, {})
        if fresh := [path for path in paths if path not in known]:
            found = self._repository.blobs_now(tree, fresh)
            known.update({path: found.get(path, "") for path in fresh})
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        return {path: known[path] for path in paths if known[path]}

    def outdated(self, records: Sequence[Memory]) -> Mapping[str, str]:
        """By id, in words, the records whose cited files are others in the commit at hand."""
        paths = cited(records)
        head = self._repository.head_now() if paths else None
        if head is None:
            return {}
        there = self(f"{head}^{{tree}}", paths)
        return {one.id: words for one in records if (words := outdated(one, there))}

    @cached_property
    def _repository(self) -> GitRepository:
        from looptui.adapters.repository import GitRepository

        return GitRepository.discover(self._root, self._state_dir)
