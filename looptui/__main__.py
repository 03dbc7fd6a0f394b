"""`looptui` and `python -m looptui`: the door, which opens the screen without the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main() -> None:
    """The console script. `--version` is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from looptui import __version__

        print(f"looptui {__version__}")
        return
    try:
        place = _place(sys.argv[1:])
        if place is None:
            from looptui.cli.app import run

            run()
        else:
            from looptui.cli.door import enter

            enter(place)
    except KeyboardInterrupt:
        sys.exit(130)


def _place(words: Sequence[str]) -> str | None:
    """The directory whose screen is asked for; None where the command line has to be read.

    A name without a slash may be a command's.
    """
    if "_LOOPTUI_COMPLETE" in os.environ:
        return None
    match words:
        case []:
            return "."
        case ["-C", place]:
            return place
        case [place] if ("/" in place or place in (".", "..")) and os.path.isdir(place):  # noqa: PTH112
            return place
    return None


if __name__ == "__main__":
    main()
