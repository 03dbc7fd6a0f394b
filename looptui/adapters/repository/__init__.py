"""All git: the only room that runs it.

A git directory of our own borrows the user's objects, so that no config, hook, filter, driver or
monitor of the repository or of an agent is ever in force. Runs work in plain directories whose
index is kept elsewhere. The user's repository is touched in two ways only: refs move by
compare-and-swap, and a clean checkout of a landed branch follows.
"""

from looptui.adapters.repository.errors import GitFailed, Unrepresentable, WorkspaceLost
from looptui.adapters.repository.room import GitRepository
from looptui.adapters.repository.starting import init_repository
from looptui.adapters.repository.worktree import WorktreeEntry

__all__ = [
    "GitFailed",
    "GitRepository",
    "Unrepresentable",
    "WorkspaceLost",
    "WorktreeEntry",
    "init_repository",
]
