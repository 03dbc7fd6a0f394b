"""P8: what a loop costs beside a bash loop that does the same work.

Each iteration edits a file, runs a gate on a clean copy of the tree and commits. The bash loop does
so with `git archive`, the gate and `git commit`; looptui with an instant command maker, its gate on
an export, the store, and a last approval. Pairs are interleaved; ratios are medians.

    python -m tests.bench.bench_loop [--iterations 100] [--pairs 3] [--gate pytest|true]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.paired import Cost, measured
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
i=0
while [ $i -lt {iterations} ]; do
  {maker} || exit 9
  git add -A && git commit -q -m step || exit 9
  rm -rf "$COPY"; mkdir "$COPY"; git archive HEAD | tar -x -C "$COPY"
  (cd "$COPY" && {gate}) >/dev/null 2>&1
  i=$((i+1))
done
"""


def main() -> None:
    """Print the ratios."""
    options = _options()
    gate = _gate(options.gate)
    pairs = []
    growth = []
    for _ in range(options.pairs):
        with tempfile.TemporaryDirectory(prefix="looptui-bench-") as directory:
            reference = _bash(Path(directory), options.iterations, gate)
            ours, steps = _looptui(Path(directory), options.iterations, gate, options.unsandboxed)
            pairs.append((ours, reference))
            growth.append(_growth(steps))
    wall = statistics.median(a.wall / b.wall for a, b in pairs)
    cpu = statistics.median(a.cpu / b.cpu for a, b in pairs)
    ours, reference = pairs[-1]
    count = options.iterations
    print(
        f"gate {options.gate}, {count} iterations, {options.pairs} pairs, sandbox "
        f"{'off' if options.unsandboxed else 'on'}"
    )
    print(
        f"  wall  {wall:.2f} x bash   ({ours.wall / count * 1000:.0f} ms against "
        f"{reference.wall / count * 1000:.0f} ms an iteration)"
    )
    print(
        f"  cpu   {cpu:.2f} x bash   ({ours.cpu / count * 1000:.0f} ms against "
        f"{reference.cpu / count * 1000:.0f} ms an iteration)"
    )
    print(f"  last tenth against first tenth: {statistics.median(growth):.2f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--gate", choices=["pytest", "true"], default="pytest")
    parser.add_argument("--unsandboxed", action="store_true")
    return parser.parse_args()


def _gate(name: str) -> list[str]:
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return pytest if name == "pytest" else ["false"]


def _project(directory: Path, name: str, iterations: int) -> Path:
    repo = directory / name
    repo.mkdir()
    (repo / "counter.txt").write_text("0\n")
    (repo / "test_counter.py").write_text(TEST.format(goal=iterations + 1))
    git(repo, "init", "-q", "-b", "main")
    git(repo, "config", "user.name", "Bench")
    git(repo, "config", "user.email", "bench@example.org")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "start")
    (directory / "maker.py").write_text(MAKER)
    return repo


def _bash(directory: Path, iterations: int, gate: list[str]) -> Cost:
    repo = _project(directory, "bash", iterations)
    maker = f"{sys.executable} {directory / 'maker.py'}"
    script = BASH.format(iterations=iterations, maker=maker, gate=" ".join(gate))
    env = {**os.environ, "COPY": str(directory / "copy"), "PYTHONDONTWRITEBYTECODE": "1"}
    return measured(["bash", "-c", script], cwd=repo, env=env)


def _looptui(
    directory: Path, iterations: int, gate: list[str], unsandboxed: bool
) -> tuple[Cost, list[float]]:
    repo = _project(directory, "looptui", iterations)
    maker = json.dumps([sys.executable, str(directory / "maker.py")])
    loop = directory / "count.toml"
    loop.write_text(LOOP.format(maker=maker, gate=json.dumps(gate), limit=iterations))
    env = {**os.environ, "LOOPTUI_HOME": str(directory / "home")}
    argv = [sys.executable, "-m", "looptui", "run", str(loop), "--headless", "--trust"]
    argv += ["--unsandboxed"] if unsandboxed else []
    cost = measured(argv, cwd=repo, env=env)
    shown = subprocess.run(
        [sys.executable, "-m", "looptui", "logs", "count", "--jsonl"],
        cwd=repo, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    return cost, [line["at"] for line in lines if line["type"] == "iteration.started"]


def _growth(starts: list[float]) -> float:
    """Mean seconds of the last tenth of the iterations against the first tenth's."""
    steps = [after - before for before, after in itertools.pairwise(starts)]
    tenth = max(1, len(steps) // 10)
    return statistics.mean(steps[-tenth:]) / statistics.mean(steps[:tenth])


if __name__ == "__main__":
    main()
