"""How a confined command ends, and that nobody survives it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from looptui.ports import Sandbox
from tests.adapters.sandbox.place import Place, python
from tests.hostile import HOSTILE, survivors, wait_until_gone, wait_until_grown

SLEEP = "import time; time.sleep(60)"


async def test_the_exit_code_comes_through(sandbox: Sandbox, place: Place) -> None:
    assert (await place.sh(sandbox, "exit 41")).exit_code == 41
    assert (await place.sh(sandbox, "kill -SEGV $$")).exit_code == 128 + signal.SIGSEGV
    assert (await place.sh(sandbox, "exit 1")).exit_code == 1


async def test_a_program_that_is_not_there(sandbox: Sandbox, place: Place) -> None:
    ended = await place.run(sandbox, "no-such-program")
    assert (ended.reason, ended.exit_code) == ("missing", None)
    assert "no-such-program" in ended.output
    assert "left out" not in ended.output


async def test_a_worktree_that_is_gone(sandbox: Sandbox, place: Place) -> None:
    (place.worktree / ".git").unlink()
    (place.worktree / "file").unlink()
    place.worktree.rmdir()
    assert (await place.run(sandbox, "true")).reason == "missing"


async def test_term_reaches_the_command(sandbox: Sandbox, place: Place) -> None:
    script = "trap 'echo bye; exit 0' TERM; while :; do sleep 0.02; done"
    ended = await place.sh(sandbox, script, seconds=0.5)
    assert ended.reason == "timeout"
    assert "bye\n" in ended.output


async def test_a_hostile_tree_dies(sandbox: Sandbox, place: Place) -> None:
    tag = uuid4().hex
    ended = await place.run(sandbox, *python(HOSTILE, tag), seconds=1.0)
    assert (ended.reason, ended.output) == ("timeout", "ready\n")
    assert survivors(tag) == []


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
async def test_cancelled_at_any_moment_of_its_launch_nobody_is_left(
    sandbox: Sandbox, place: Place, again: bool
) -> None:
    tag = uuid4().hex
    for moment in range(25):
        task = asyncio.ensure_future(place.run(sandbox, *python(SLEEP, tag)))
        await passing(moment / 1000)
        task.cancel()
        if again:
            await passing(0.002)
            task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        assert survivors(tag) == []


async def test_a_command_that_is_only_being_started_is_told_to_end_too(
    sandbox: Sandbox, place: Place
) -> None:
    for moment in range(6):
        task = asyncio.ensure_future(place.run(sandbox, *python(SLEEP), grace=60.0))
        await passing(moment / 200)
        task.cancel()
        await asyncio.wait({task}, timeout=30)
        assert task.cancelled()


async def test_daemons_are_gone_when_the_command_is(sandbox: Sandbox, place: Place) -> None:
    tag = uuid4().hex
    for _ in range(10):
        ended = await place.run(sandbox, *python(HOSTILE, tag, "7"))
        assert (ended.reason, ended.exit_code) == ("exit", 7)
        assert survivors(tag) == []


async def passing(seconds: float) -> None:
    """Let the loop turn for so long: the launch goes on meanwhile."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        await asyncio.sleep(0)


PARENT = textwrap.dedent(
    """
    import asyncio, os, sys
    from pathlib import Path
    from looptui.adapters.sandbox.bubblewrap import Bubblewrap
    from looptui.adapters.sandbox.landlock import Landlock
    from looptui.adapters.sandbox.none import Unconfined
    from looptui.ports import Confinement
    from looptui.proc import run
    kind, worktree, *argv = sys.argv[1:]
    sandboxes = {"bubblewrap": Bubblewrap, "landlock": Landlock, "none": Unconfined}
    async def main():
        confinement = Confinement(writable=(Path(worktree),))
        sandbox, place = sandboxes[kind](), Path(worktree)
        os.write(1, b"launching\\n")
        with sandbox.launch(argv, cwd=place, env={}, confinement=confinement) as it:
            await run(it.argv, env=it.env, cwd=it.cwd, owns_tree=it.owns_tree, seconds=60,
                      on_output=lambda data: os.write(1, data))
    asyncio.run(main())
    """
)


def test_a_killed_looptui_leaves_nobody(sandbox: Sandbox, place: Place) -> None:
    tag = uuid4().hex
    with parent(sandbox, place, *python(HOSTILE, tag)) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        wait_until_grown(tag)
        started.kill()
        assert wait_until_gone(tag, 5) < 1


@pytest.mark.parametrize("milliseconds", range(0, 30, 3))
def test_a_looptui_that_is_killed_in_a_launch_leaves_nobody(
    bwrap: Sandbox, place: Place, milliseconds: int
) -> None:
    tag = uuid4().hex
    with parent(bwrap, place, *python(SLEEP, tag)) as started:
        moment = time.monotonic() + milliseconds / 1000
        while time.monotonic() < moment:
            pass
        started.kill()
        started.wait()
        wait_until_gone(tag, 5)


@contextmanager
def parent(sandbox: Sandbox, place: Place, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    """A looptui of its own that launches a command and prints what it prints."""
    command = [sys.executable, "-c", PARENT, sandbox.name, str(place.worktree), *argv]
    env = {**os.environ, "TMPDIR": str(place.home.parent)}  # where its scratch files stay behind
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"launching\n"
        yield started
