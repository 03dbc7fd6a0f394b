"""How fast the screen is, as ratios to a bare Textual app that runs in turn with it.

`python -m tests.bench.bench_tui [--pairs N] [--events N] [--only WORD]`, Linux only. Goals P2,
P3, P5, P6, P7, P10 and P11; P3 also of the real app, over an empty store and over a full one.
Walls and lags depend on the machine and its load; ratios and CPU figures less so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.terminal import Terminal, Usage
from tests.bench.tui_apps import MARK
from tests.bench.tui_store import empty, fill

IDLE_SECONDS = 5
KEYS = 40


def main() -> int:
    """Run every measurement and print it; walls flake on a shared machine, so nothing fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="runs of each program (default 5)")
    parser.add_argument("--events", type=int, default=100_000, help="in the full store")
    parser.add_argument("--only", choices=("widgets", "app"), help="half of it")
    chosen = parser.parse_args()
    if chosen.only != "app":
        first_screens(chosen.pairs)
        at_rest()
        goals = {"open 5,000 lines ms": 150, "open ms": 300, "memory MB": 30, "page CPU ms": 20}
        child("diff", {**goals, "split page CPU ms": 20})
        child("tail", {"CPU %": 35, "lag p95 ms": 33, "MB per 100k lines": 30})
    if chosen.only != "widgets":
        real_app(chosen.pairs, chosen.events)
    return 0


def real_app(pairs: int, events: int) -> None:
    """The first complete screen of the real app, what it costs at rest, and its keys."""
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        none = empty(Path(small), MARK)
        many = asyncio.run(fill(Path(large), runs=100, events=events, first=MARK))
        runs: dict[str, list[Usage]] = {"bare": [], "empty": [], "full": []}
        for _ in range(pairs):
            for name, repo in (("bare", none), ("empty", none), ("full", many)):
                with _opened(name, repo) as terminal:
                    runs[name].append(terminal.until(MARK))
        _table(runs)
        _compare("P3 the app, nothing recorded", runs["empty"], runs["bare"], 1.3)
        _compare(f"P3 the app, 100 runs, {events:,} events", runs["full"], runs["bare"], 1.5)
        memory = _ratio(runs["full"], runs["bare"], _memory)
        print(f"P5 memory of the app: {memory:.2f} times bare (goal 1.3)")
        with _opened("full", many) as terminal:
            terminal.until(MARK)
            terminal.drain(7)
            _rest("app, full store", terminal)
            _keys(terminal)


def _opened(name: str, repo: Path) -> Terminal:
    if name == "bare":
        return Terminal(_argv("bare"))
    os.environ["LOOPTUI_HOME"] = str(repo.parent / "home")
    return Terminal([sys.executable, "-m", "looptui", "-C", str(repo)])


def first_screens(pairs: int) -> None:
    """First paint against Python with one write, first complete screen against bare Textual."""
    runs: dict[str, list[Usage]] = {"ansi": [], "skeleton": [], "bare": [], "widgets": []}
    for _ in range(pairs):
        for name, seen in runs.items():
            with Terminal(_argv(name)) as terminal:
                seen.append(terminal.until("help" if name == "skeleton" else MARK))
    _table(runs)
    _compare("P2 first paint", runs["skeleton"], runs["ansi"], 2.5)
    _compare("P3 first complete screen", runs["widgets"], runs["bare"], 1.3)
    memory = _ratio(runs["widgets"], runs["bare"], _memory)
    print(f"P5 memory: {memory:.2f} times bare (goal 1.3)")


def at_rest() -> None:
    """What an idle screen costs, and how fast keys are answered."""
    for name in ("bare", "widgets"):
        with Terminal(_argv(name)) as terminal:
            terminal.until(MARK)
            terminal.drain(1)
            _rest(name, terminal)
            if name == "widgets":
                _keys(terminal)


def _rest(name: str, terminal: Terminal) -> None:
    before = terminal.usage()
    terminal.drain(IDLE_SECONDS)
    after = terminal.usage()
    idle = (after.cpu - before.cpu) / IDLE_SECONDS * 100
    switches = (after.switches - before.switches) / IDLE_SECONDS
    print(
        f"P6 {name} at rest: {idle:.2f} % CPU, {switches:.1f} switches/s,"
        f" {(after.written - before.written) / IDLE_SECONDS:.0f} bytes/s"
    )


def _keys(terminal: Terminal) -> None:
    before, times = terminal.usage(), []
    for number in range(KEYS):
        times.append(terminal.press(b"j" if number < KEYS // 2 else b"k") * 1e3)
        terminal.drain(0.05)
    after = terminal.usage()
    p95 = sorted(times)[int(KEYS * 0.95)]
    print(
        f"P7 key: p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms (goal 33),"
        f" {(after.cpu - before.cpu) * 1e3 / KEYS:.1f} CPU ms (goal 10),"
        f" {(after.written - before.written) / KEYS:.0f} bytes"
    )


def child(name: str, goals: dict[str, float]) -> None:
    """Let a program measure itself in a real terminal."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        with Terminal([*_argv(name), str(out)]) as terminal:
            terminal.wait()
        figures: dict[str, float] = json.loads(out.read_text())
    for figure, value in figures.items():
        goal = f" (goal {goals[figure]:g})" if figure in goals else ""
        print(f"{'P11' if name == 'diff' else 'P10'} {name} {figure}: {value:.1f}{goal}")


_ANSI = f"""import sys, time
sys.stdout.write("\\x1b[?1049h\\x1b[H{MARK}"); sys.stdout.flush(); time.sleep(60)"""
_SKELETON = """import time
from looptui.tui.skeleton import Skeleton
with Skeleton(): time.sleep(60)"""


def _argv(name: str) -> list[str]:
    if name in ("ansi", "skeleton"):
        return [sys.executable, "-c", _ANSI if name == "ansi" else _SKELETON]
    return [sys.executable, "-m", "tests.bench.tui_apps", name]


def _table(runs: dict[str, list[Usage]]) -> None:
    print(f"{'program':<10} {'wall ms':>8} {'CPU ms':>8} {'MB':>6} {'bytes':>8}")
    for name, seen in runs.items():
        print(
            f"{name:<10} {_median(seen, _wall) * 1e3:8.0f} {_median(seen, _cpu) * 1e3:8.0f}"
            f" {_median(seen, _memory):6.1f} {_median(seen, _written):8.0f}"
        )


def _compare(what: str, ours: list[Usage], reference: list[Usage], goal: float) -> None:
    wall, cpu = _ratio(ours, reference, _wall), _ratio(ours, reference, _cpu)
    print(f"{what}: {wall:.2f} times the wall, {cpu:.2f} times the CPU (goal {goal})")


def _ratio(ours: list[Usage], reference: list[Usage], of: Callable[[Usage], float]) -> float:
    """The median of the ratios of runs that followed each other."""
    pairs = zip(ours, reference, strict=True)
    return statistics.median(of(one) / of(other) for one, other in pairs)


def _median(seen: list[Usage], of: Callable[[Usage], float]) -> float:
    return statistics.median(map(of, seen))


def _wall(usage: Usage) -> float:
    return usage.wall


def _cpu(usage: Usage) -> float:
    return usage.cpu


def _memory(usage: Usage) -> float:
    return usage.memory


def _written(usage: Usage) -> float:
    return usage.written


if __name__ == "__main__":
    raise SystemExit(main())
