"""P15: the first complete list of runs after `kill -9`, against the same after a clean end.

`python -m tests.bench.bench_resume [--events N] [--pairs N]`: a process appends to a store of N
events in 100 runs and is killed with its write-ahead log as it stands; then `looptui status --json`
opens it, in turn with a copy that was closed in order.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.bench.paired import PYTHON, measured
from tests.bench.tui_store import fill

WRITER = """
import asyncio, sys
from pathlib import Path
from looptui.store.store import Store
from looptui.store.events import NewEvent
async def main():
    store = Store.open(Path(sys.argv[1]))
    n = 0
    while True:
        event = NewEvent("time.passed", "{}", "engine", 1.0)
        await store.append("killed", n, [event], durable=False)
        n += 1
        if n == 5000:
            print("ready", flush=True)
asyncio.run(main())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="looptui-bench-") as directory:
        clean, killed = _states(Path(directory), options.events)
        ratios = [_status(killed) / _status(clean) for _ in range(options.pairs)]
    print(
        f"P15 {options.events:,} events, 100 runs: first list after kill -9 / after a clean end "
        f"{statistics.median(ratios):.2f}x wall (goal 2.0)"
    )


def _states(directory: Path, events: int) -> tuple[Path, Path]:
    """Two directories with a repository and its state: closed in order, and killed in a write."""
    clean, killed = directory / "clean", directory / "killed"
    for place in (clean, killed):
        place.mkdir()
        asyncio.run(fill(place, runs=100, events=events, first="first"))
    database = next(killed.glob("home/*/state.db"))
    writer = subprocess.Popen(
        [PYTHON, "-c", WRITER, str(database)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    os.killpg(writer.pid, signal.SIGKILL)
    writer.wait()
    return clean, killed


def _status(place: Path) -> float:
    env = {**os.environ, "LOOPTUI_HOME": str(place / "home")}
    argv = [PYTHON, "-m", "looptui", "-C", str(place / "repo"), "status", "--json"]
    return measured(argv, env=env).wall


if __name__ == "__main__":
    main()
