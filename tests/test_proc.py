"""Commands end, with everything they started, whatever they do and whatever happens to us."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from looptui.proc import GIB, KIB, MIB, WARDEN, Child, Ended, reap, run, sweep
from looptui.proctable import boot_id, start_time
from looptui.text import Redactor
from tests.hostile import HOSTILE, survivors, wait_until_gone, wait_until_grown

ENV: Mapping[str, str] = {"PATH": os.environ["PATH"], "LANG": "C"}


async def start(*argv: str, **options: Any) -> Ended:
    options = {"seconds": 20.0, "env": ENV, "cwd": Path.cwd(), **options}
    return await run(argv, **options)


def python(code: str, *args: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", code, *args)


# --- how a command ends ----------------------------------------------------------------------


async def test_a_command_that_ends_by_itself() -> None:
    ended = await start("sh", "-c", "echo out; echo err >&2; exit 3")
    assert (ended.reason, ended.exit_code, ended.head) == ("exit", 3, b"out\nerr\n")
    assert ended.total == 8
    assert ended.seconds > 0


async def test_a_signal_of_its_own_is_an_exit_code() -> None:
    ended = await start("sh", "-c", "kill -SEGV $$")
    assert (ended.reason, ended.exit_code) == ("exit", 128 + signal.SIGSEGV)


@pytest.mark.parametrize("name", ["no-such-program", "./no-such-program", "/no/such/program"])
async def test_a_command_that_is_not_there(name: str) -> None:
    ended = await start(name)
    assert (ended.reason, ended.exit_code) == ("missing", None)
    assert f"{name}: command not found" in ended.output


async def test_a_script_whose_interpreter_is_not_there(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    ended = await start(str(script))
    assert (ended.reason, ended.exit_code) == ("missing", None)
    assert "No such file" in ended.output


async def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    ended = await start("true", cwd=tmp_path / "gone")
    assert ended.reason == "missing"
    assert "gone: no such directory" in ended.output


async def test_a_command_line_that_is_too_long() -> None:
    ended = await start("true", "x" * MIB)
    assert ended.reason == "missing"
    assert "too long" in ended.output


async def test_codes_of_the_warden_said_by_the_command_are_its_own() -> None:
    ended = await start("sh", "-c", "exit 127")
    assert (ended.reason, ended.exit_code) == ("exit", 127)


async def test_the_deadline() -> None:
    ended = await start("sleep", "60", seconds=0.2)
    assert (ended.reason, ended.exit_code) == ("timeout", None)
    assert 0.2 <= ended.seconds < 2


async def test_term_comes_before_kill() -> None:
    ended = await start("sh", "-c", "trap 'echo bye; exit 0' TERM; while :; do sleep 0.01; done",
                        seconds=0.3, grace=5)  # fmt: skip
    assert (ended.reason, ended.head[-4:]) == ("timeout", b"bye\n")
    assert ended.seconds < 3


async def test_kill_comes_after_the_grace() -> None:
    ended = await start("sh", "-c", "trap '' TERM; while :; do sleep 0.01; done",
                        seconds=0.2, grace=0.3)  # fmt: skip
    assert ended.reason == "timeout"
    assert 0.5 <= ended.seconds < 2.5


async def test_silence() -> None:
    ended = await start("sh", "-c", "echo a; sleep 60", idle_seconds=0.3)
    assert (ended.reason, ended.head) == ("idle", b"a\n")
    assert ended.seconds < 2


async def test_a_command_that_keeps_talking_is_not_idle() -> None:
    ended = await start("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done",
                        idle_seconds=0.5)  # fmt: skip
    assert (ended.reason, ended.exit_code) == ("exit", 0)


async def test_a_stopped_tree_ends_too() -> None:
    ended = await start("sh", "-c", "kill -STOP $$", seconds=0.2, grace=0.2)
    assert ended.reason == "timeout"
    assert ended.seconds < 2


# --- what it reads and prints ----------------------------------------------------------------


async def test_the_prompt_comes_by_stdin_and_ends() -> None:
    prompt = os.urandom(300 * KIB)
    ended = await start("cat", stdin=prompt, keep_head=MIB)
    assert ended.head == prompt


async def test_stdin_is_empty_without_a_prompt() -> None:
    assert (await start("cat")).total == 0


async def test_a_prompt_that_nobody_reads() -> None:
    assert (await start("true", stdin=b"x" * MIB)).exit_code == 0


async def test_the_environment_is_exactly_what_was_given() -> None:
    for locale in ({"LANG": "C"}, {}):
        env = {"PATH": os.environ["PATH"], "A": "b=c", **locale}
        ended = await start("env", "-0", env=env)
        assert dict(line.split("=", 1) for line in ended.output.split("␀") if line) == env


async def test_only_head_and_tail_are_kept_of_a_gibibyte() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    script = f"echo first; yes 0123456 | head -c {GIB}; echo last"
    ended = await start("sh", "-c", script, seconds=60, keep_head=KIB, keep_tail=KIB)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (ended.reason, ended.total) == ("exit", GIB + 11)
    assert (ended.head[:6], ended.tail[-5:]) == (b"first\n", b"last\n")
    assert (len(ended.head), len(ended.tail)) == (KIB, KIB)
    assert f"{GIB + 11 - 2 * KIB:,} bytes left out" in ended.output
    assert grown < 32 * KIB  # of KiB


async def test_a_line_without_an_end() -> None:
    ended = await start("sh", "-c", f"head -c {5 * MIB} /dev/zero", keep_head=10, keep_tail=10)
    assert (ended.head, ended.tail, ended.total) == (bytes(10), bytes(10), 5 * MIB)


async def test_a_flood_ends_it() -> None:
    ended = await start("yes", flood_limit=MIB, grace=0.2)
    assert (ended.reason, ended.exit_code) == ("flooded", None)


async def test_the_sink_is_private_and_bounded(tmp_path: Path) -> None:
    sink = tmp_path / "transcript"
    heard: list[bytes] = []
    await start("echo", "one", sink=sink)
    ended = await start("sh", "-c", "yes | head -c 200000", sink=sink, sink_limit=100_000,
                        on_output=heard.append)  # fmt: skip
    assert sink.stat().st_size == 4 + 100_000
    assert sink.stat().st_mode & 0o777 == 0o600
    assert len(b"".join(heard)) == ended.total == 200_000


async def test_secrets_reach_neither_sink_nor_listener(tmp_path: Path) -> None:
    sink = tmp_path / "transcript"
    heard: list[bytes] = []
    script = "printf 'a hunt'; sleep 0.1; printf 'er22-x b'"
    ended = await start("sh", "-c", script, sink=sink, on_output=heard.append,
                        scrubber=Redactor(["hunter22-x"]))  # fmt: skip
    expected = b"a [redacted] b"
    assert ended.head == sink.read_bytes() == b"".join(heard) == expected


async def test_a_sink_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic link"):
        await start("echo", "x", sink=tmp_path / "link")
    assert not (tmp_path / "victim").exists()


async def test_an_error_of_the_listener_ends_it() -> None:
    def refuse(_: bytes) -> None:
        raise RuntimeError("no more")

    tag = uuid4().hex
    with pytest.raises(RuntimeError, match="no more"):
        await start(*python(HOSTILE, tag), on_output=refuse)
    assert survivors(tag) == []


async def test_a_full_disk_is_told() -> None:
    with pytest.raises(OSError, match="No space left"):
        await start("echo", "x", sink=Path("/dev/full"))


# --- nobody survives -------------------------------------------------------------------------


async def test_a_hostile_tree_dies_at_the_deadline() -> None:
    tag = uuid4().hex
    ended = await start(*python(HOSTILE, tag), idle_seconds=0.5, grace=0.2)
    assert (ended.reason, ended.head) == ("idle", b"ready\n")
    assert survivors(tag) == []


async def test_daemons_die_when_the_command_ends_and_its_code_stays() -> None:
    tag = uuid4().hex
    ended = await start(*python(HOSTILE, tag, "7"))
    assert (ended.reason, ended.exit_code) == ("exit", 7)
    assert survivors(tag) == []
    assert ended.seconds < 2


async def test_cancelling_ends_the_tree() -> None:
    tag = uuid4().hex
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(
            start(*python(HOSTILE, tag), on_output=lambda _: ready.set(), grace=0.2)
        )
        await ready.wait()
        wait_until_grown(tag)
        task.cancel()
    assert task.cancelled()
    assert survivors(tag) == []


async def test_a_second_cancelling_does_not_wait() -> None:
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(
            start("sh", "-c", "trap 'echo t' TERM; echo r; while :; do sleep 0.01; done",
                  on_output=lambda data: ready.set(), grace=60)
        )  # fmt: skip
        await ready.wait()
        ready.clear()
        began = time.monotonic()
        task.cancel()
        await ready.wait()
        task.cancel()
    assert task.cancelled()
    assert time.monotonic() - began < 5


PARENT = textwrap.dedent(
    """
    import asyncio, os, sys
    from pathlib import Path
    from looptui.proc import run
    async def main():
        await run(sys.argv[1:], env={"PATH": os.environ["PATH"]}, cwd=Path.cwd(), seconds=60,
                  on_output=lambda data: os.write(1, data))
    asyncio.run(main())
    """
)


def test_a_killed_looptui_leaves_nobody() -> None:
    tag = uuid4().hex
    command = [sys.executable, "-c", PARENT, *python(HOSTILE, tag)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        wait_until_grown(tag)
        parent.kill()
        assert wait_until_gone(tag, 5) < 1


async def test_a_warden_that_the_command_stops_or_terminates_still_ends_it() -> None:
    tag = uuid4().hex
    code = "import os, sys, time; os.kill(os.getppid(), 19); print(1, flush=True); time.sleep(60)"
    ended = await start(*python(code, tag), seconds=0.5, grace=0.1)
    assert ended.reason == "timeout"
    assert ended.seconds < 2
    assert survivors(tag) == []


# --- what a killed looptui left behind -------------------------------------------------------


async def test_a_child_is_reported_and_can_be_reaped() -> None:
    children: list[Child] = []
    ready = asyncio.Event()
    tag = uuid4().hex
    async with asyncio.TaskGroup() as group:
        running = group.create_task(
            start(*python(HOSTILE, tag), on_start=children.append, on_output=lambda _: ready.set())
        )
        await ready.wait()
        child = children[0]
        assert (child.boot_id, child.start_time) == (boot_id(), start_time(child.pid))
        assert child.pgid == os.getpgid(child.pid)
        stranger = Child(child.pid, child.pgid, child.start_time + 1, child.boot_id)
        assert not await reap(stranger)
        assert not await reap(Child(child.pid, child.pgid, child.start_time, "another boot"))
        assert survivors(tag)
        assert await reap(child)
        assert (await running).reason == "exit"
    assert survivors(tag) == []
    assert not await reap(child)


async def test_leftovers_are_found_by_their_marker() -> None:
    tag, run_id = uuid4().hex, uuid4().hex
    env = {"PATH": os.environ["PATH"], "LOOPTUI_RUN_ID": run_id}
    other = {"PATH": os.environ["PATH"], "LOOPTUI_RUN_ID": run_id + "0"}
    sleep = python("import time; time.sleep(60)", tag)
    spared = subprocess.Popen(sleep, env=other)
    with subprocess.Popen(("sh", "-c", f"env -i {' '.join(map(_quoted, sleep))} & wait"), env=env):
        while len(survivors(tag)) < 2:
            await asyncio.to_thread(os.sched_yield)
        assert await sweep(f"LOOPTUI_RUN_ID={run_id}")
    assert survivors(tag) == [spared.pid]
    spared.kill()
    spared.wait()


def _quoted(word: str) -> str:
    return f"'{word}'"


# --- the warden by itself --------------------------------------------------------------------


def test_the_warden_imports_little_and_so_starts_fast() -> None:
    python, *options, script = WARDEN
    command = (python, *options, "-X", "importtime", script, "--", "true")
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines()}
    assert {"signal", "select", "ctypes"} <= imported
    heavy = {"re", "typing", "pathlib", "subprocess", "json", "socket", "asyncio", "dataclasses"}
    assert imported & heavy == set()


def test_the_warden_hides_its_pipe_from_the_command() -> None:
    reading, writing = os.pipe()
    listing = python("import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])")
    shown = subprocess.run(
        (*WARDEN, "--pipe", str(reading), "--", *listing),
        pass_fds=(reading,), capture_output=True, text=True, check=True,
    )  # fmt: skip
    os.close(reading)
    os.close(writing)
    assert shown.stdout == "[0, 1, 2]\n"
