"""All benchmarks, one after the other: `python -m tests.bench`. They report and never fail."""

from __future__ import annotations

import subprocess
import sys

PARTS = (
    ("bench_start",),
    ("bench_store",),
    ("bench_git",),
    ("bench_resume",),
    ("bench_memory",),
    ("bench_loop", "--iterations", "100"),
    ("bench_loop", "--iterations", "100", "--unsandboxed"),
    ("bench_tui",),
    ("bench_live", "--rate", "2000", "--seconds", "60"),
)


def main() -> None:
    for name, *options in PARTS:
        print(f"== {name} {' '.join(options)}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}", *options], check=False)


if __name__ == "__main__":
    main()
