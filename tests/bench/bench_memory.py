"""Memory: the choice over a large store, and the size of prompts as a run grows old.

Run `python -m tests.bench.bench_memory`; `--records 10000` fills fewer. The choice is timed as a
prompt has it: search, decode, rank, bound. A cold one opens the database first.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path

from looptui.core.memory import Memory, lesson, tokens
from looptui.core.prompt import Material, build
from looptui.core.selecting import play, select
from looptui.core.spec import Goal
from looptui.core.state import Evidence, Iteration, RunState
from looptui.engine.memory_rows import row_of
from looptui.engine.recalling import recalled_now
from looptui.store.events import NewEvent, Rows
from looptui.store.reader import Reader
from looptui.store.store import Store
from tests.core.runs import BASE, Run, a_loop, tree

QUERIES = 200
BATCH = 1000
VOCABULARY = 20_000
"""Words, used as often as words are: the n-th one n times less than the first."""
AT = (5, 10, 20, 50, 100, 200, 500)
"""Iterations at which the size of the prompt is told."""


class Words:
    """Random text whose words have the frequencies of a language."""

    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)
        self._words = [f"word{n}" for n in range(VOCABULARY)]
        self._weights = list(accumulate(1 / (n + 1) for n in range(VOCABULARY)))

    def some(self, count: int) -> list[str]:
        return self._source.choices(self._words, cum_weights=self._weights, k=count)

    def path(self) -> str:
        return f"src/part{self._source.randrange(50)}/module{self._source.randrange(40)}.py"


def record(number: int, words: Words) -> Memory:
    scope = ("repository", "loop:fix-tests", f"run:r{number % 500}")[number % 3]
    text = " ".join(words.some(18))
    files = (words.path(), words.path())
    return Memory(f"b{number:06}", "fact", scope, "s", text, files=files, at=float(number))


async def fill(path: Path, count: int) -> None:
    words, event = Words(1), NewEvent("bench", "{}", "engine", 0.0)
    async with closing_store(path) as store:
        for n, start in enumerate(range(0, count, BATCH)):
            made = range(start, min(count, start + BATCH))
            rows = Rows(memory=[row_of(record(number, words)) for number in made])
            await store.append("r1", n, [event], rows=rows, durable=False)


class closing_store:
    """A store that is closed at the end of the block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> Store:
        self._store = Store.open(self._path)
        return self._store

    async def __aexit__(self, *_: object) -> None:
        await self._store.close()


def at_stake(words: Words) -> RunState:
    """A run whose goal has 12 words and a name that is rare."""
    goal = Goal(" ".join(words.some(12)), (words.path(),))
    return Run(a_loop(goal=goal)).ready().begin().state


def nothing(_: str, __: Sequence[str]) -> Mapping[str, str]:
    return {}


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def report(name: str, walls: Sequence[float]) -> None:
    p95 = statistics.quantiles(walls, n=20)[-1]
    print(f"{name:34} p50 {statistics.median(walls):6.1f} ms  p95 {p95:6.1f} ms")


def choices(path: Path, count: int) -> None:
    words = Words(2)
    states = [at_stake(words) for _ in range(QUERIES)]

    def cold(state: RunState) -> None:
        with closing(Reader(path)) as fresh:
            recalled_now(fresh, nothing, state)

    report(f"choice of {count:,}, cold", [timed(partial(cold, one)) for one in states[:40]])
    with closing(Reader(path)) as reader:
        recalled_now(reader, nothing, states[0])
        walls = [timed(partial(recalled_now, reader, nothing, one)) for one in states]
    report(f"choice of {count:,}", walls)


def aged(count: int) -> RunState:
    """A run with so many iterations behind it, each with a red gate."""
    state = Run().ready().begin().state
    seen = Evidence("pytest", "fail", "3 failed, 40 passed", 0.9, 1.0, ("tests/test_a.py::test_b",))
    passed = [
        Iteration(
            n, BASE, "refine", tree=tree(n), paths=(f"src/module{n % 40}.py",), added=12,
            deleted=4, gates=(seen,), maker="done", maker_reason="I changed the parser.",
        )
        for n in range(1, count)
    ]  # fmt: skip
    return replace(state, best=1, iterations=(*passed, Iteration(count, BASE, "refine")))


def learnt(one: Iteration) -> Memory:
    text = lesson(one, "worse")
    return Memory(f"l{one.n}", "failure", "run:r1", "i", text, files=one.paths, at=float(one.n))


def sizes() -> None:
    """The prompt of iteration N, and a naive one that repeats every output so far."""
    output = "E   assert 3 == 4\n" * 60
    print(f"{'iteration':>9} {'prompt':>8} {'naive transcript':>17}   (tokens)")
    for count in AT:
        state = aged(count)
        lessons = [
            (
                Memory(
                    f"l{one.n}", "failure", "run:r1", "i", lesson(one, "worse"), at=float(one.n)
                ),
                0.0,
            )
            for one in state.iterations[:-1]
        ]
        spec = state.loop.memory
        newest = lessons[-spec.max_entries :]
        chosen = select(newest, play(state), spec.weights, spec.budget_tokens)
        material = Material({"pytest": output}, {}, chosen.records, len(chosen.left_out))
        prompt = build(state, state.iterations[-1], material)
        naive = prompt.tokens + tokens(output) * (count - 1)
        print(f"{count:9} {prompt.tokens:8,} {naive:17,}")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--records", type=int, default=100_000)
    count: int = asked.parse_args().records
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "state.db"
        asyncio.run(fill(path, count))
        choices(path, count)
    sizes()


if __name__ == "__main__":
    main()
