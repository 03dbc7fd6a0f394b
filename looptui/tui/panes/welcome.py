"""What the fleet shows in a repository without loops: how to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from looptui.tui.keymap import Keymap, label
from looptui.tui.spans import Spans

_TEMPLATES = (
    ("fix-tests", "make failing tests pass"),
    ("lint-autofix", "let ruff mend what it can"),
    ("docs-links", "mend dead links in the documentation"),
)


def welcome(repo: Path, keymap: Keymap) -> Sequence[Spans]:
    """Three ways to begin, and the keys that always work."""
    templates = [
        ((f"  looptui new {name:<13}", "bold"), (f"  {about}", "muted"))
        for name, about in _TEMPLATES
    ]
    keys = [
        (label(keymap[id_].keys[0]), keymap[id_].description) for id_ in ("app.help", "app.back")
    ]
    return (
        (("No loops in ", ""), (repo.name, "bold"), (" yet.", "")),
        (),
        (("A loop says what is to be reached, who makes it, which gates must pass, and", ""),),
        (("when to stop. It works in a worktree of its own and lands what you approve.", ""),),
        (),
        (("Watch one work first, with no key and no network:", ""),),
        (("  looptui demo", "bold"),),
        (),
        (("Or begin here, in the shell:", ""),),
        (("  looptui init             ", "bold"), ("  a first loop from what is in here", "muted")),
        *templates,
        (),
        tuple(part for key, what in keys for part in ((f"{key} ", "bold key"), (f"{what}   ", ""))),
    )
