"""P16: worktrees against plain git. `python -m tests.bench.bench_git [--files N] [--rounds N]`."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from looptui.adapters.repository import GitRepository
from tests.engine.project import git


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="looptui-bench-") as directory:
        asyncio.run(_measure(Path(directory), options.files, options.rounds))


async def _measure(directory: Path, files: int, rounds: int) -> None:
    repo = _repository(directory / "repo", files)
    room = GitRepository.discover(repo, directory / "state")
    checkout = await room.checkout()
    opened: list[float] = []
    reset: list[float] = []
    for n in range(rounds):
        plain = directory / f"plain{n}"
        reference = _timed("git", "-C", str(repo), "worktree", "add", "-q", "--detach", str(plain))
        started = time.perf_counter()
        workspace = await room.open(f"run{n}", checkout.tree, checkout.commit)
        opened.append((time.perf_counter() - started) / reference)
        (workspace.path / "dir0" / "file0.txt").write_text("changed")
        (plain / "dir0" / "file0.txt").write_text("changed")
        reference = _timed("git", "-C", str(plain), "reset", "-q", "--hard")
        reference += _timed("git", "-C", str(plain), "clean", "-fdqx")
        started = time.perf_counter()
        await room.reset(workspace, checkout.tree)
        reset.append((time.perf_counter() - started) / reference)
        await room.remove(workspace)
        shutil.rmtree(plain)
    ours, again = statistics.median(opened), statistics.median(reset)
    print(f"P16 {files} files: open / git worktree add {ours:.2f}x (goal 1.1)")
    print(f"    reset / git reset --hard and git clean {again:.2f}x (goal 1.2)")
    await _many(room, checkout.tree, checkout.commit)


async def _many(room: GitRepository, tree: str, commit: str) -> None:
    started = time.perf_counter()
    asked = [room.open(f"many{n}", tree, commit) for n in range(100)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    failed = sum(isinstance(each, BaseException) for each in done)
    print(f"    100 worktrees at once: {failed} failed, {time.perf_counter() - started:.1f} s")


def _repository(repo: Path, files: int) -> Path:
    repo.mkdir()
    for n in range(files):
        path = repo / f"dir{n // 100}" / f"file{n}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{n}\n" * 40)
    git(repo, "init", "-q", "-b", "main")
    git(repo, "add", "-A")
    git(repo, "-c", "user.name=B", "-c", "user.email=b@example.org", "commit", "-q", "-m", "start")
    return repo


def _timed(*argv: str) -> float:
    started = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
