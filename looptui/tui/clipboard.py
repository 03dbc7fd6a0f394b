"""The clipboard in tmux, which keeps OSC 52 to itself unless it is told otherwise."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping

_SECONDS = 2.0


async def gave_to_tmux(text: str, env: Mapping[str, str]) -> bool:
    """Whether tmux took the text, for itself and for the terminal around it (tmux 3.2)."""
    try:
        child = await asyncio.create_subprocess_exec(
            "tmux", "load-buffer", "-w", "-", stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=env
        )
    except OSError:
        return False
    try:
        await asyncio.wait_for(child.communicate(text.encode()), _SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
    return child.returncode == 0
