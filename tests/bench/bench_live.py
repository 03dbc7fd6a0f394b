"""P9, and P7 under it: the screen over a hundred runs at work in another process.

`python -m tests.bench.bench_live [--runs 100] [--rate 1000] [--seconds 15]`, Linux only. The runs
are played (`live_source.py`): real events and rows in a real store at that rate, and no makers. The
real app is in a terminal of 120 by 40 on the Fleet, and keys are pressed. Its event loop is asked
every ten milliseconds how late it is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from looptui import paths
from tests.bench.terminal import Terminal, Usage
from tests.bench.tui_apps import MARK
from tests.bench.tui_store import fill

EVENTS = 10_000
_PER_ITERATION = 20
"""Events of an iteration: a loop with one gate writes 17, with a checker it is more."""


def main() -> None:
    """Play the runs and print what they cost the screen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rate", type=int, default=1000, help="events a second")
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="looptui-bench-") as directory:
        _measure(Path(directory), options)


def _measure(directory: Path, options: argparse.Namespace) -> None:
    filled = fill(directory, runs=options.runs, events=EVENTS, first=MARK, live=True)
    repo, out = asyncio.run(filled), directory / "seen.json"
    os.environ["LOOPTUI_HOME"] = str(directory / "home")
    os.environ["PYTHONPATH"] = str(Path.cwd())
    state = paths.home() / paths.repo_id(repo)
    argv = [sys.executable, "-m", "tests.bench.tui_apps", "live", str(out)]
    with Terminal(argv, cwd=repo) as terminal, _source(state, options) as source:
        assert source.stdout is not None
        assert source.stdin is not None
        source.stdout.readline()
        terminal.until(MARK)
        terminal.drain(1)
        before, held = terminal.usage(), terminal.holds()
        keys = _keys(terminal, options.seconds - 3)
        after, holds = terminal.usage(), terminal.holds()
        sent, last, behind = source.stdout.readline().split()
        terminal.drain(2)
        terminal.press(b"q")
        terminal.wait()
        source.stdin.close()
        source.wait()
    seen = json.loads(out.read_text())
    _tell(options, seen, (before, after), keys)
    lost = "none lost" if seen["last"] == int(last) else f"saw {seen['last']} of {last}"
    print(f"    {sent} events, {lost}; the source was {behind} s late at the end")
    grown = (after.memory - before.memory) / int(sent) * _PER_ITERATION * 1000
    print(f"P17 {grown:+.2f} MB for 1,000 iterations (goal 1), descriptors and threads", end=" ")
    print("flat" if holds == held else f"went from {held} to {holds}")


def _source(state: Path, options: argparse.Namespace) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "tests.bench.live_source", str(state)]
    argv += [str(options.runs), str(options.rate), str(options.seconds)]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True)


def _keys(terminal: Terminal, seconds: float) -> list[float]:
    """Milliseconds to the first byte, of keys pressed between two frames."""
    times: list[float] = []
    for number in range(int(seconds / 0.15)):
        times.append(terminal.press(b"j" if number % 40 < 20 else b"k") * 1e3)
        terminal.drain(0.15)
    return sorted(times)


def _tell(
    options: argparse.Namespace,
    seen: dict[str, float],
    usage: tuple[Usage, Usage],
    keys: list[float],
) -> None:
    before, after = usage
    wall = after.wall - before.wall
    share = (after.cpu - before.cpu) / wall * 100
    written = (after.written - before.written) / wall
    p95 = keys[int(len(keys) * 0.95)]
    print(f"P9 {options.runs} live runs, {options.rate} events/s, {wall:.0f} s:")
    print(f"    lag p95 {seen['p95']:.1f} ms (goal 16), p99 {seen['p99']:.1f} (goal 33)", end=", ")
    print(f"longest {seen['max']:.0f}")
    print(f"    {share:.0f} % of a core (goal 40), {seen['MB']:.0f} MB (goal 70)", end=", ")
    print(f"{written:.0f} bytes/s")
    print(f"P7 key under it: p50 {statistics.median(keys):.1f} ms, p95 {p95:.1f} ms (goal 60)")


if __name__ == "__main__":
    main()
