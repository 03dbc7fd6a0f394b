"""P15: the first complete list of runs after `kill -9`, against the same after a clean end.

`python -m tests.bench.bench_resume [--events N] [--pairs N]`, Linux only: a process appends to a
store of N events in 100 live runs and is killed with its write-ahead log as it stands. Then
`looptui status --json` and the screen open it, in turn with a copy that was closed in order. Each
opening gets a fresh copy of what the kill left, since the first one would mend it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from looptui import paths
from tests.bench.paired import PYTHON, Cost, measured
from tests.bench.terminal import Terminal
from tests.bench.tui_apps import MARK
from tests.bench.tui_store import fill

RUNS = 100
WRITER = """
import asyncio, sys
from pathlib import Path
from looptui.store.store import Store
from looptui.store.events import NewEvent
async def main(file, runs, n):
    store = Store.open(Path(file))
    event = NewEvent("time.passed", "{}", "engine", 1.0)
    while True:
        for number in range(runs):
            await store.append(f"run-{number:04}", n, [event], durable=False)
        n += 1
        if n % 50 == 0:
            print("ready", flush=True)
asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="looptui-bench-") as directory:
        clean, killed = _states(Path(directory), options.events)
        for name, look in (("status --json", _status), ("screen", _screen)):
            _compare(name, look, clean, killed, options)


def _compare(
    name: str,
    look: Callable[[Path], Cost],
    clean: Path,
    killed: Path,
    options: argparse.Namespace,
) -> None:
    pairs = [(_fresh(killed, look), _fresh(clean, look)) for _ in range(options.pairs)]
    wall = statistics.median(ours.wall / reference.wall for ours, reference in pairs)
    cpu = statistics.median(ours.cpu / reference.cpu for ours, reference in pairs)
    print(
        f"P15 {name}, {options.events:,} events, {RUNS} live runs: after kill -9 / after a clean "
        f"end {wall:.2f}x wall, {cpu:.2f}x cpu (goal 2.0)"
    )


def _states(directory: Path, events: int) -> tuple[Path, Path]:
    """Two directories with a repository and its state: closed in order, and killed in a write."""
    clean, killed = directory / "clean", directory / "killed"
    clean.mkdir()
    asyncio.run(fill(clean, runs=RUNS, events=events, first=MARK, live=True))
    _copy(clean, killed)
    argv = [PYTHON, "-c", WRITER, str(_database(killed)), str(RUNS), str(events // RUNS)]
    writer = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True)
    assert writer.stdout is not None
    writer.stdout.readline()
    os.killpg(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    return clean, killed


def _fresh(place: Path, look: Callable[[Path], Cost]) -> Cost:
    copy = place.with_name("copy")
    _copy(place, copy)
    try:
        return look(copy)
    finally:
        shutil.rmtree(copy)


def _copy(source: Path, target: Path) -> None:
    """A repository and its state in another place; the name of the state says which place."""
    shutil.copytree(source, target)
    before = _database(source).parent.name
    after = paths.repo_id(target / "repo")
    (target / "home" / before).rename(target / "home" / after)


def _database(place: Path) -> Path:
    return next(place.glob("home/*/state.db"))


def _status(place: Path) -> Cost:
    env = {**os.environ, "LOOPTUI_HOME": str(place / "home")}
    argv = [PYTHON, "-m", "looptui", "-C", str(place / "repo"), "status", "--json"]
    return measured(argv, env=env)


def _screen(place: Path) -> Cost:
    os.environ["LOOPTUI_HOME"] = str(place / "home")
    with Terminal([sys.executable, "-m", "looptui", "-C", str(place / "repo")]) as terminal:
        used = terminal.until(MARK)
    return Cost(used.wall, used.cpu)


if __name__ == "__main__":
    main()
