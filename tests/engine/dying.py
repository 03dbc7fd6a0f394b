"""Runs looptui, and kills it at one event boundary: `python -m tests.engine.dying WHEN N ARGS...`.

WHEN is `before` or `after` the commit of the Nth transaction of events that this process makes.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from looptui.cli.app import run
from looptui.store.store import Store

_append = Store.append
_count = 0


async def _dying(self: Store, *args: Any, **named: Any) -> Any:
    global _count
    _count += 1
    when, fatal = sys.argv[1], int(sys.argv[2])
    if when == "before" and _count == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    stored = await _append(self, *args, **named)
    if when == "after" and _count == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return stored


if __name__ == "__main__":
    Store.append = _dying  # type: ignore[method-assign]
    run(sys.argv[3:])
