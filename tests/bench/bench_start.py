"""P1 and P4: what starting costs. `python -m tests.bench.bench_start [--pairs N]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench.paired import PYTHON, compare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    n = parser.parse_args().pairs
    script = str(Path(PYTHON).with_name("looptui"))
    nothing = [PYTHON, "-c", "pass"]
    compare("P1 looptui --version / python -c pass", [script, "--version"], nothing, 2.0, n)
    compare("   looptui --help / python -c pass", [script, "--help"], nothing, 8.0, n)
    compare(
        "P4 import looptui.tui.app / import textual.app",
        [PYTHON, "-c", "import looptui.tui.app, looptui.wire.controller"],
        [PYTHON, "-c", "import textual.app"],
        1.35,
        n,
    )


if __name__ == "__main__":
    main()
