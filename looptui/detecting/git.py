"""What git's own files say of a repository; git is not run and no config is read."""

from __future__ import annotations

from looptui.detecting.reading import Tree
from looptui.detecting.values import Git, GitState

_HEADS = "ref: refs/heads/"
_ORIGIN = "ref: refs/remotes/origin/"
_USUAL = ("main", "master", "trunk", "develop")


def look(tree: Tree) -> Git:
    """The branch that is checked out, and the one that changes usually go to."""
    inside = _git_dir(tree)
    head = (tree.text(f"{inside}/HEAD") or "").strip() if inside else ""
    if not head:
        return Git("none")
    shared = _shared(tree, inside)
    if not head.startswith(_HEADS):
        return Git("detached", None, *_default(tree, shared, None))
    branch = head.removeprefix(_HEADS)
    if tree.is_dir(f"{shared}/reftable"):
        return Git("branch")
    state: GitState = "branch" if _exists(tree, shared, branch) else "unborn"
    return Git(state, branch, *_default(tree, shared, branch))


def _git_dir(tree: Tree) -> str:
    if tree.is_dir(".git"):
        return ".git"
    pointer = (tree.text(".git") or "").strip()
    return pointer.removeprefix("gitdir:").strip() if pointer.startswith("gitdir:") else ""


def _shared(tree: Tree, inside: str) -> str:
    """The directory of refs; a linked worktree has only its HEAD."""
    if not tree.has(f"{inside}/commondir"):
        return inside
    told = (tree.text(f"{inside}/commondir") or "").strip()
    return told if told.startswith("/") else f"{inside}/{told}"


def _default(tree: Tree, shared: str, branch: str | None) -> tuple[str | None, str]:
    origin = "refs/remotes/origin/HEAD"
    if tree.has(f"{shared}/{origin}"):
        told = (tree.text(f"{shared}/{origin}") or "").strip()
        if told.startswith(_ORIGIN):
            return told.removeprefix(_ORIGIN), f".git/{origin}"
    for name in _USUAL:
        if _exists(tree, shared, name):
            return name, f".git/refs/heads/{name}"
    return (branch, ".git/HEAD") if branch else (None, "")


def _exists(tree: Tree, shared: str, branch: str) -> bool:
    if tree.has(f"{shared}/refs/heads/{branch}"):
        return True
    packed = tree.lines(f"{shared}/packed-refs") if tree.has(f"{shared}/packed-refs") else []
    return any(line.endswith(f" refs/heads/{branch}") for line in packed)
