"""What can be wrong with a repository or a worktree, beyond what a port returns as a value."""

from __future__ import annotations

from looptui import errors
from looptui.errors import RepoError, WorkspaceLost
from looptui.text import clip, safe

__all__ = ["GitFailed", "Unrepresentable", "WorkspaceLost"]


class GitFailed(RepoError):
    """A git command of ours failed in a way that no caller expects.

    `code` is git's exit code (negative: the signal), `stderr` what it said.
    """

    def __init__(self, command: str, code: int, stderr: str) -> None:
        said = clip(safe(stderr.strip()), 1200, 400) or f"exit code {code}"
        super().__init__(f"git {command} failed: {said}", _hint(stderr))
        self.code = code
        self.stderr = stderr


class Unrepresentable(errors.Unrepresentable):
    """A path in a worktree that no git tree can hold; `path` names it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"{safe(path)!r} cannot be part of a candidate: {safe(why)}",
            "Remove or rename it in the worktree, or list it in .gitignore.",
        )
        self.path = path


def _hint(stderr: str) -> str:
    if "No space left" in stderr:
        return "The disk is full. Free some space; nothing was lost."
    if any(word in stderr for word in ("bad object", "unable to read", "missing blob", "bad tree")):
        return "Objects are missing: pruned, or never fetched in a partial clone. `git fsck` says."
    return "The log has the command; `looptui doctor` checks git and the repository."
