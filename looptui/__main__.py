"""`looptui` and `python -m looptui`."""

from __future__ import annotations

import sys


def main() -> None:
    """The console script. `--version` is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from looptui import __version__

        print(f"looptui {__version__}")
        return
    from looptui.cli.app import run

    run()


if __name__ == "__main__":
    main()
