"""Whole processes, measured in turn: A B A B, ratios of pairs, medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Of one process and its reaped children, in seconds."""

    wall: float
    cpu: float


def measured(
    argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end; what it prints is thrown away."""
    started = time.perf_counter()
    process = subprocess.Popen(
        argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime)


def compare(name: str, ours: Sequence[str], reference: Sequence[str], goal: float, n: int) -> None:
    """Print the median ratios of `n` pairs after a warm-up of each."""
    measured(ours), measured(reference)
    pairs = [(measured(ours), measured(reference)) for _ in range(n)]
    cpu = statistics.median(a.cpu / b.cpu for a, b in pairs)
    wall = statistics.median(a.wall / b.wall for a, b in pairs)
    own = statistics.median(a.cpu for a, _ in pairs) * 1000
    print(f"{name:52} cpu {cpu:5.2f}x  wall {wall:5.2f}x  ({own:.0f} ms cpu; goal {goal}x)")


PYTHON = sys.executable
