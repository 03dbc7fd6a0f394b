"""Opening the screen on a repository."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from looptui.errors import UsageError


def open_screen(
    directory: Path, specs: Sequence[str] = (), *, trust: bool = False, unsandboxed: bool = False
) -> int:
    """Run the app until it is quit; loop files that are named start at once."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The screen needs a terminal", "Without one: `looptui run SPEC --headless`, `status`."
        )
    from looptui import paths
    from looptui.tui import skeleton

    root = paths.repo_root(directory)
    skeleton.paint()
    from looptui.tui.app import LooptuiApp
    from looptui.wire.controller import DeskController

    controller = DeskController(root, unsandboxed=unsandboxed)
    app = LooptuiApp(controller, start=tuple(_paths(directory, specs)), trust=trust)
    app.run()
    return app.return_code or 0


def _paths(directory: Path, specs: Sequence[str]) -> list[Path]:
    from looptui.cli.running import find_loop_file

    return [find_loop_file(directory, spec) for spec in specs]
