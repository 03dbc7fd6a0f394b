"""Names of runs and of people."""

from __future__ import annotations

import getpass
import os
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no i, l, o, u."""
_EPOCH = 1_577_836_800
"""2020-01-01: thirty bits of seconds last until 2054."""


def new_run() -> str:
    """Ten characters: six of time, so that ids sort by it, and four of chance."""
    seconds = max(0, int(time.time()) - _EPOCH)
    stamp = "".join(_ALPHABET[seconds >> shift & 31] for shift in range(25, -1, -5))
    return stamp + "".join(secrets.choice(_ALPHABET) for _ in range(4))


def person() -> str:
    """Who sits at the keyboard: `human:NAME`."""
    try:
        return f"human:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"human:uid{os.getuid()}"
