"""P8: what a loop costs beside a bash loop that does the same work.

Each iteration edits a file, runs a gate on a clean copy of the tree and commits. The bash loop does
so with `git archive`, the gate and `git commit`; looptui with an instant command maker, its gate on
an export, the store, and a last approval. Both run at the same time, each bound to a core of its
own and the cores swapped from pair to pair, so that a machine that is faster in one minute than in
the next is so for both. CPU is what the core did meanwhile: the kernel does not account to us what
children do in a sandbox. That is the hardest measure: nothing of ours overlaps, and two cores of
one processor slow each other. `--apart` lets first bash and then looptui have the machine to
itself, as it is in life; the machine must be quiet for it. Start-up, the baseline and the end of
the run are within the figures of an iteration, but not in `steady`. Ratios are medians.

    python -m tests.bench.bench_loop [--iterations 100] [--pairs 2] [--gate pytest|true] [--apart]
"""

from __future__ import annotations

import argparse
import bisect
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.engine.project import git

MAKER = """\
import pathlib
counter = pathlib.Path("counter.txt")
counter.write_text(str(int(counter.read_text()) + 1) + "\\n")
"""
TEST = """\
import pathlib


def test_done():
    assert int(pathlib.Path("counter.txt").read_text()) >= {goal}
"""
LOOP = """\
schema = 1
name = "count"
owner = "bench@example.org"

[goal]
text = "Count."

[[criteria]]
id = "done"
text = "The counter is high enough"
gate = "gate"

[maker]
agent = "command"
argv = {maker}

[[gates]]
id = "gate"
argv = {gate}

[breakers]
iterations = {limit}
stall = {{ no_progress = {limit}, same_failure = {limit}, fresh_after = {limit} }}
"""
BASH = """\
set -u
while [ ! -e "$STOP" ]; do
  echo "$EPOCHREALTIME" >> "$TIMES"
  {maker} || exit 9
  git add -A && git commit -q -m step || exit 9
  rm -rf "$COPY"; mkdir "$COPY"; git archive HEAD | tar -x -C "$COPY"
  (cd "$COPY" && {gate}) >/dev/null 2>&1
done
"""


@dataclass(frozen=True)
class Loop:
    """One of the two: seconds an iteration, all told and in the middle of the run, and CPU."""

    whole: float
    steady: float
    cpu: float
    growth: float = 1.0
    """The last tenth of the iterations against the first tenth, each in relation to bash."""


def main() -> None:
    """Print the ratios."""
    options = _options()
    cores = sorted(os.sched_getaffinity(0))[-2:]
    if len(cores) < 2:
        raise SystemExit("two cores are needed, one for each loop")
    pairs = []
    for _ in range(options.pairs):
        with tempfile.TemporaryDirectory(prefix="looptui-bench-") as directory:
            measure = _apart if options.apart else _pair
            pairs.append(measure(Path(directory), options, cores))
        cores.reverse()
    sandbox = "off" if options.unsandboxed else "on"
    count = options.iterations
    how = "one after the other" if options.apart else "at the same time"
    print(
        f"gate {options.gate}, {count} iterations, {options.pairs} pairs, sandbox {sandbox}, {how}"
    )
    for what in ("whole", "steady", "cpu"):
        ratio = statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs)
        ours, reference = (
            statistics.median(getattr(x, what) for x in side) for side in zip(*pairs, strict=True)
        )
        print(
            f"  {what:7} {ratio:.2f} x bash   ({ours * 1000:.0f} ms against "
            f"{reference * 1000:.0f} ms an iteration)"
        )
    growth = statistics.median(ours.growth for ours, _ in pairs)
    print(f"  last tenth against first tenth: {growth:.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--gate", choices=["pytest", "true"], default="pytest")
    parser.add_argument("--unsandboxed", action="store_true")
    parser.add_argument("--apart", action="store_true")
    return parser.parse_args()


def _gate(name: str) -> list[str]:
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return pytest if name == "pytest" else ["false"]


def _pair(directory: Path, options: argparse.Namespace, cores: list[int]) -> tuple[Loop, Loop]:
    """Ours and bash's, at the same time."""
    gate = _gate(options.gate)
    before, started = _busy(cores), time.time()
    bash = _bash(directory, gate, cores[1])
    ours = _looptui(directory, options, gate, cores[0])
    ours.wait()
    ended, after = time.time(), _busy(cores)
    (directory / "stop").touch()
    bash.wait()
    busy = [late - early for early, late in zip(before, after, strict=True)]
    times, starts = _times(directory), _starts(directory)
    period = (ended - times[0]) / _passed(times, times[0], ended)
    reference = Loop(period, period, busy[1] / ((ended - started) / period))
    return Loop(
        whole=(ended - started) / options.iterations,
        steady=(starts[-1] - starts[0]) / (len(starts) - 1),
        cpu=busy[0] / options.iterations,
        growth=_growth(starts, times),
    ), reference


def _apart(directory: Path, options: argparse.Namespace, cores: list[int]) -> tuple[Loop, Loop]:
    """First bash's, then ours, each on all cores."""
    gate, count = _gate(options.gate), options.iterations
    before, began = _busy(cores), time.time()
    bash = _bash(directory, gate, None)
    while len(_times(directory)) <= count:
        time.sleep(0.2)
    (directory / "stop").touch()
    bash.wait()
    between, started = _busy(cores), time.time()
    ours = _looptui(directory, options, gate, None)
    ours.wait()
    ended, after = time.time(), _busy(cores)
    times, starts = _times(directory), _starts(directory)
    period = (times[-1] - times[0]) / (len(times) - 1)
    tenth = max(1, count // 10)
    reference = Loop(period, period, _spent(before, between) / ((started - began) / period))
    return Loop(
        whole=(ended - started) / count,
        steady=(starts[-1] - starts[0]) / (len(starts) - 1),
        cpu=_spent(between, after) / count,
        growth=(starts[-1] - starts[-1 - tenth]) / (starts[tenth] - starts[0]),
    ), reference


def _spent(early: list[float], late: list[float]) -> float:
    return sum(late) - sum(early)


def _times(directory: Path) -> list[float]:
    """When each iteration of bash began."""
    file = directory / "times"
    return [float(line) for line in file.read_text().split()] if file.exists() else []


def _growth(starts: list[float], times: list[float]) -> float:
    """The last tenth of our iterations against the first, each beside bash's of the same time."""
    tenth = max(1, len(starts) // 10)
    first, last = (starts[0], starts[tenth]), (starts[-1 - tenth], starts[-1])
    return _passed(times, *last) / _passed(times, *first)


def _passed(times: list[float], start: float, end: float) -> float:
    """How many iterations bash did from one moment to another, parts of one counted."""
    return _at(times, end) - _at(times, start)


def _at(times: list[float], moment: float) -> float:
    n = min(max(bisect.bisect_right(times, moment), 1), len(times) - 1)
    return n - 1 + (moment - times[n - 1]) / (times[n] - times[n - 1])


def _busy(cores: list[int]) -> list[float]:
    """Seconds that each core has worked since the machine came up."""
    found = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name.startswith("cpu") and name[3:]:
            user, nice, system, _idle, _wait, irq, soft = map(int, ticks[:7])
            found[int(name[3:])] = user + nice + system + irq + soft
    return [found[core] / os.sysconf("SC_CLK_TCK") for core in cores]


def _project(directory: Path, name: str, goal: int) -> Path:
    repo = directory / name
    repo.mkdir()
    (repo / "counter.txt").write_text("0\n")
    (repo / "test_counter.py").write_text(TEST.format(goal=goal))
    git(repo, "init", "-q", "-b", "main")
    git(repo, "config", "user.name", "Bench")
    git(repo, "config", "user.email", "bench@example.org")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "start")
    (directory / "maker.py").write_text(MAKER)
    return repo


def _bash(directory: Path, gate: list[str], core: int | None) -> subprocess.Popen[bytes]:
    repo = _project(directory, "bash", 1 << 30)
    maker = f"{sys.executable} {directory / 'maker.py'}"
    script = BASH.format(maker=maker, gate=" ".join(gate))
    places = {name: str(directory / name.lower()) for name in ("COPY", "STOP", "TIMES")}
    env = {**os.environ, **places, "PYTHONDONTWRITEBYTECODE": "1"}
    return _bound(["bash", "-c", script], repo, env, core)


def _looptui(
    directory: Path, options: argparse.Namespace, gate: list[str], core: int | None
) -> subprocess.Popen[bytes]:
    repo = _project(directory, "looptui", 1 << 30)
    maker = json.dumps([sys.executable, str(directory / "maker.py")])
    loop = directory / "count.toml"
    limit = options.iterations
    loop.write_text(LOOP.format(maker=maker, gate=json.dumps(gate), limit=limit))
    argv = [sys.executable, "-m", "looptui", "run", str(loop), "--headless", "--trust"]
    argv += ["--unsandboxed"] if options.unsandboxed else []
    return _bound(argv, repo, _home(directory), core)


def _home(directory: Path) -> dict[str, str]:
    return {**os.environ, "LOOPTUI_HOME": str(directory / "home")}


def _bound(
    argv: list[str], cwd: Path, env: dict[str, str], core: int | None
) -> subprocess.Popen[bytes]:
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        argv, cwd=cwd, env=env, stdin=nothing, stdout=nothing, stderr=nothing
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    return process


def _starts(directory: Path) -> list[float]:
    """When each iteration began."""
    shown = subprocess.run(
        [sys.executable, "-m", "looptui", "logs", "count", "--jsonl"],
        cwd=directory / "looptui", env=_home(directory), capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    return [line["at"] for line in lines if line["type"] == "iteration.started"]


if __name__ == "__main__":
    main()
