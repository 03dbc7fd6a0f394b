"""A command that is talked to: what it reads comes bit by bit, what it complains of goes apart."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from looptui.proc import run

ENV: Mapping[str, str] = {"PATH": os.environ["PATH"], "LANG": "C"}


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", code)


async def test_a_command_is_answered_while_it_runs() -> None:
    reading, writing = os.pipe()
    heard = asyncio.Queue[bytes]()
    code = "print('ready', flush=True); print('got ' + input())"
    running = asyncio.ensure_future(
        run(python(code), env=ENV, cwd=Path.cwd(), seconds=20, stdin=reading,
            on_output=heard.put_nowait)
    )  # fmt: skip
    assert await heard.get() == b"ready\n"
    os.write(writing, b"an answer\n")
    assert await heard.get() == b"got an answer\n"
    ended = await running
    os.close(writing)
    os.close(reading)
    assert (ended.reason, ended.exit_code) == ("exit", 0)


async def test_complaints_go_apart_and_are_what_is_kept() -> None:
    said, complained = bytearray(), bytearray()
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    ended = await run(
        python(code), env=ENV, cwd=Path.cwd(), seconds=20,
        on_output=said.extend, on_errors=complained.extend,
    )  # fmt: skip
    assert (bytes(said), bytes(complained)) == (b"out\n", b"err\n")
    assert (ended.exit_code, ended.head) == (3, b"err\n")


async def test_complaints_break_the_silence_and_can_flood() -> None:
    code = "import sys\nwhile True: sys.stderr.write('x' * 65536)"
    ended = await run(
        python(code), env=ENV, cwd=Path.cwd(), seconds=20, flood_limit=1 << 20,
        on_output=lambda data: None, on_errors=lambda data: None,
    )  # fmt: skip
    assert ended.reason == "flooded"


async def test_silence_on_both_is_silence() -> None:
    ended = await run(
        ("sleep", "30"), env=ENV, cwd=Path.cwd(), seconds=20, idle_seconds=0.1, grace=0.1,
        on_output=lambda data: None, on_errors=lambda data: None,
    )  # fmt: skip
    assert ended.reason == "idle"


async def test_a_program_that_is_not_there_is_missing(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o700)
    ended = await run(
        (str(script),), env=ENV, cwd=tmp_path, seconds=20, on_errors=lambda data: None
    )
    assert (ended.reason, ended.exit_code) == ("missing", None)
