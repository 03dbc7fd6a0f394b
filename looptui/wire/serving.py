"""The screen of a repository in browsers of this machine."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from looptui.errors import EnvironmentUnfit

_SCREEN = "looptui.cli.browsing"


def serve(
    root: Path,
    host: str,
    port: int,
    *,
    ready: Callable[[str], None],
    ending: Callable[[int], None],
    tell: Callable[[str], None],
) -> int:
    """Serve until a signal comes; the exit code.

    `ready` gets the address, `ending` the number of screens that are paused and ended, `tell` what
    screens say when they end. EnvironmentUnfit where the packages of the extra are missing.
    """
    try:
        from looptui.adapters.browser.cockpit import Program
        from looptui.adapters.browser.server import serve as serve_screens
    except ModuleNotFoundError as error:
        raise EnvironmentUnfit(
            f"the screen in a browser needs {error.name}, which is not installed",
            "pip install 'looptui[serve]'",
        ) from error
    # -P keeps a `looptui` of the repository out of it.
    argv = (sys.executable, "-P", "-X", "utf8", "-m", _SCREEN, str(root))
    program = Program(argv, dict(os.environ), tell)
    return asyncio.run(serve_screens(program, host, port, ready, ending))
