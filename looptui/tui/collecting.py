"""Garbage is not looked for while the first screen is made: that would take a tenth of the time.

Hardly any is made then, and what was loaded stays to the end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Collect nothing until `take_up_collecting` is called, or to the end of the block."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def take_up_collecting() -> None:
    """Collect again from now on, but for what is there already; nothing if that was never ended."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
