"""What the fleet shows in a repository without loops: how to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from looptui.tui.keymap import Keymap, label
from looptui.tui.spans import Spans


def welcome(repo: Path, keymap: Keymap) -> Sequence[Spans]:
    """Where to begin: a new loop, a demo, the shell; and the keys that always work."""
    new, others = keymap["fleet.start"], [keymap[id_] for id_ in ("app.help", "app.back")]
    begin: Spans = ()
    if new.keys:
        begin = (
            (f"  {label(new.keys[0])}                       ", "bold key"),
            ("  a first loop from what is in here", "muted"),
        )
    return (
        (("No loops in ", ""), (repo.name, "bold"), (" yet.", "")),
        (),
        (("A loop says what is to be reached, who makes it, which gates must pass, and", ""),),
        (("when to stop. It works in a worktree of its own and lands what you approve.", ""),),
        (),
        (("Begin here: it finds your tests, your linter and your agents, and asks five", ""),),
        (("things that have a default each.", ""),),
        *((begin,) if begin else ()),
        (),
        (("Or watch one work first, in the shell, with no key and no network:", ""),),
        (("  looptui demo", "bold"),),
        (),
        (("The same in the shell:", ""),),
        (("  looptui init             ", "bold"), ("  a first loop from what is in here", "muted")),
        (("  looptui new --list       ", "bold"), ("  all kinds of loops", "muted")),
        (),
        tuple(
            part
            for key in others
            if key.keys
            for part in ((f"{label(key.keys[0])} ", "bold key"), (f"{key.description}   ", ""))
        ),
    )
