"""How a confined command ends, and that nobody survives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from uuid import uuid4

from looptui.ports import Sandbox
from tests.adapters.sandbox.place import Place, python
from tests.hostile import HOSTILE, wait_until_gone, wait_until_grown


async def test_the_exit_code_comes_through(sandbox: Sandbox, place: Place) -> None:
    assert (await place.sh(sandbox, "exit 41")).exit_code == 41
    assert (await place.sh(sandbox, "kill -SEGV $$")).exit_code == 128 + signal.SIGSEGV
    assert (await place.sh(sandbox, "exit 1")).exit_code == 1


async def test_a_program_that_is_not_there(sandbox: Sandbox, place: Place) -> None:
    ended = await place.run(sandbox, "no-such-program")
    assert (ended.reason, ended.exit_code) == ("missing", None)
    assert "no-such-program" in ended.output


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
    wait_until_gone(tag, 1)
    ended = await place.run(sandbox, *python(HOSTILE, tag, "7"))
    assert (ended.reason, ended.exit_code) == ("exit", 7)
    wait_until_gone(tag, 1)


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
        with sandbox.launch(argv, cwd=place, env={}, confinement=confinement) as it:
            await run(it.argv, env=it.env, cwd=it.cwd, owns_tree=it.owns_tree, seconds=60,
                      on_output=lambda data: os.write(1, data))
    asyncio.run(main())
    """
)


def test_a_killed_looptui_leaves_nobody(sandbox: Sandbox, place: Place) -> None:
    tag = uuid4().hex
    command = [sys.executable, "-c", PARENT, sandbox.name, str(place.worktree)]
    command += python(HOSTILE, tag)
    env = {**os.environ, "TMPDIR": str(place.home.parent)}  # where its scratch files stay behind
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        wait_until_grown(tag)
        parent.kill()
        assert wait_until_gone(tag, 5) < 1
