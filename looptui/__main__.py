"""`looptui` and `python -m looptui`."""

from __future__ import annotations

import sys


def main() -> None:
    """The console script. `--version` is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from looptui import __version__

        print(f"looptui {__version__}")
        return
    try:
        from looptui.cli.app import run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
