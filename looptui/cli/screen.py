"""Opening the screen on a repository."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from looptui.errors import UsageError

if TYPE_CHECKING:
    from looptui.tui.skeleton import Skeleton


def open_screen(
    directory: Path, specs: Sequence[str] = (), *, trust: bool = False, unsandboxed: bool = False
) -> int:
    """Run the app until it is quit; loop files that are named start at once."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The screen needs a terminal", "Without one: `looptui run SPEC --headless`, `status`."
        )
    from looptui import paths

    root = paths.repo_root(directory)
    files = [_loop_file(directory, spec) for spec in specs]
    from looptui.tui.skeleton import Skeleton

    with Skeleton(_theme_file()) as skeleton:
        return _run(root, files, skeleton, trust=trust, unsandboxed=unsandboxed)


def _run(
    root: Path, files: Sequence[Path], skeleton: Skeleton, *, trust: bool, unsandboxed: bool
) -> int:
    from looptui.tui.app import LooptuiApp
    from looptui.tui.driver import driver_over
    from looptui.wire.controller import DeskController

    logging.getLogger().addHandler(logging.NullHandler())  # nothing is ever written to the screen
    app = LooptuiApp(
        DeskController(root, unsandboxed=unsandboxed),
        start=files,
        trust=trust,
        driver_class=driver_over(skeleton),
    )
    app.run()
    return app.return_code or 0


def _loop_file(directory: Path, spec: str) -> Path:
    from looptui.cli.running import find_loop_file

    return find_loop_file(directory, spec)


def _theme_file() -> Path:
    """The palette of the first paint; its ground is that of the app."""
    import looptui

    package = Path(looptui.__file__).parent
    installed = package / "themes"
    folder = installed if installed.is_dir() else package.parent / "themes"
    return folder / "midnight.toml"
