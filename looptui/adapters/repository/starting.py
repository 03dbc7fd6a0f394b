"""A new repository around files that are there, for the demo."""

from __future__ import annotations

from pathlib import Path

from looptui.adapters.repository.runner import Place, run
from looptui.ports import Identity


def init_repository(root: Path, who: Identity, message: str) -> None:
    """Make `root` a repository on branch `main` with one commit of everything in it."""
    run(Place(root / ".git"), "init", "--quiet", "--initial-branch=main", str(root))
    place = Place(root / ".git", root)
    for name, value in (("user.name", who.name), ("user.email", who.email), ("core.bare", "false")):
        run(place, "config", name, value)
    run(place, "add", "--all")
    run(place, "commit", "--quiet", "--no-verify", "-m", message)
