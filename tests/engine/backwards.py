"""Runs looptui with a wall clock that is set back: `python -m tests.engine.backwards N ARGS...`.

The clock is right for the first N looks of each process, and twelve hours behind from then on.
"""

from __future__ import annotations

import sys
import time

from looptui.cli.app import run

_BACK = 12 * 3600.0
_now = time.time
_looks = 0


def _set_back() -> float:
    global _looks
    _looks += 1
    return _now() if _looks <= int(sys.argv[1]) else _now() - _BACK


if __name__ == "__main__":
    time.time = _set_back
    run(sys.argv[2:])
