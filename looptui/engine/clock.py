"""The system's clocks."""

from __future__ import annotations

import time


class SystemClock:
    """Wall time for display; a clock that never goes back and counts sleep for limits."""

    def now(self) -> float:
        return time.time()

    def ticks(self) -> float:
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()
