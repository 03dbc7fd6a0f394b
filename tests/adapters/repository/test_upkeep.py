"""Our git directory becomes small, and nothing in use goes."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from looptui.errors import LooptuiError
from tests.adapters.repository.conftest import Bench, git, write

LONG_AGO = time.time() - 30 * 86400


async def _candidate(bench: Bench, text: str) -> str:
    """A tree that no ref leads to, as the candidates of a run are."""
    work = await bench.repo.open("r1", bench.tree, bench.base)
    write(work.path, {"new.txt": text})
    return await bench.repo.capture(work)


def _age(objects: Path) -> None:
    for path in objects.rglob("*"):
        if path.is_file():
            os.utime(path, (LONG_AGO, LONG_AGO))


@pytest.mark.parametrize("times", [1, 2])
async def test_candidates_without_a_ref_stay_while_a_run_goes_on(bench: Bench, times: int) -> None:
    tree = await _candidate(bench, "precious\n")
    objects = bench.state / "git/objects"
    for _ in range(times):
        _age(objects)
        await bench.repo.repack(forget=False)
    assert await bench.repo.read(tree, "new.txt") == b"precious\n"
    held = await bench.repo.stored()
    assert (held.loose, held.packed > 0) == (0, True)


async def test_what_the_user_has_is_not_copied(bench: Bench) -> None:
    tree = await _candidate(bench, "mine\n")
    await bench.repo.keep("r1", "base", bench.base)
    await bench.repo.repack(forget=False)
    held = await bench.repo.stored()
    assert held.packed == len({tree, git(bench.user, "hash-object", "--stdin", stdin=b"mine\n")})


async def test_old_objects_go_when_every_run_has_ended(bench: Bench) -> None:
    old = await _candidate(bench, "old\n")
    _age(bench.state / "git/objects")
    await bench.repo.repack(forget=False)
    fresh = await _candidate(bench, "fresh\n")
    await bench.repo.repack(forget=True)
    assert await bench.repo.read(fresh, "new.txt") == b"fresh\n"
    with pytest.raises(LooptuiError):
        await bench.repo.changes(bench.tree, old)


async def test_runs_at_work_do_not_notice(bench: Bench) -> None:
    async def work(name: str) -> None:
        workspace = await bench.repo.open(name, bench.tree, bench.base)
        for n in range(5):
            write(workspace.path, {f"{name}.txt": f"{n}\n" * 1000})
            tree = await bench.repo.capture(workspace)
            assert await bench.repo.read(tree, f"{name}.txt") == f"{n}\n".encode() * 1000

    async def pack() -> None:
        for _ in range(5):
            await bench.repo.repack(forget=False)

    async with asyncio.TaskGroup() as group:
        group.create_task(work("r1"))
        group.create_task(work("r2"))
        group.create_task(pack())


async def test_scraps_of_killed_processes_go_when_they_are_old(bench: Bench) -> None:
    await _candidate(bench, "x\n")
    objects = bench.state / "git/objects"
    old, new = objects / "pack/tmp_pack_old", objects / "pack/tmp_pack_new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (LONG_AGO, LONG_AGO))
    await bench.repo.repack(forget=False)
    assert (old.exists(), new.exists()) == (False, True)
