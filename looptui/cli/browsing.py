"""The screen in a tab of a browser: the process that `looptui serve` starts, and nobody else."""

from __future__ import annotations

import sys
from pathlib import Path

from looptui.cli.door import through


def main() -> None:
    """Open the screen on the repository and in the columns and rows that are named."""
    place, columns, rows = sys.argv[1:]

    def opening() -> int:
        from looptui.cli.screen import open_in_browser

        return open_in_browser(Path(place), (int(columns), int(rows)))

    through(opening)


if __name__ == "__main__":
    main()
