"""Runs one command to its end: output bounded, deadlines kept, the whole process tree ended.

Whoever starts a process for looptui does it here. Where the sandbox does not own the tree (a pid
namespace), `warden.py` stands between us and the command and ends the tree, also when looptui
itself is killed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Literal

from looptui.cancelling import finished
from looptui.capture import GIB, KIB, MIB, Capture, Scrubber
from looptui.proctable import Child, reap, start_time, sweep
from looptui.proctree import Tree
from looptui.text import excerpt

__all__ = ["GIB", "KIB", "MIB", "WARDEN", "Child", "Ended", "Reason", "Scrubber"]
__all__ += ["reap", "run", "sweep"]

Reason = Literal["exit", "timeout", "idle", "flooded", "missing"]

WARDEN = (sys.executable, "-I", "-S", str(Path(__file__).with_name("warden.py")))
"""The start of a command line that runs under the warden; `--policy JSON` and `--` may follow."""

_GUARD = (sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")))
_OWNER = "LOOPTUI_OWNER"
_LAST_WORDS = 1.0  # seconds in which output is still read after the command ended
# How those who start commands for us say that they could not: first words, exit codes.
_UNSTARTED = ((b"looptui: ", (125, 126, 127)), (b"bwrap: ", (1,)))


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    reason: Reason
    """`missing`: it was never started, and `head` says why."""
    exit_code: int | None
    """None when it was killed or never started; 128 + n when signal n of its own ended it."""
    seconds: float
    head: bytes
    """The first bytes printed, stdout and stderr together; of stderr alone where it was apart."""
    tail: bytes
    """The last bytes printed, none of them in `head`."""
    total: int
    """Bytes printed in all."""

    @property
    def output(self) -> str:
        """Head and tail as safe text, with a line saying how much is missing between."""
        return excerpt(self.head, self.tail, self.total)


async def run(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    owns_tree: bool = False,
    stdin: bytes | int = b"",
    seconds: float,
    idle_seconds: float | None = None,
    grace: float = 5.0,
    keep_head: int = 64 * KIB,
    keep_tail: int = 64 * KIB,
    sink: Path | None = None,
    sink_limit: int = 64 * MIB,
    flood_limit: int = 4 * GIB,
    scrubber: Scrubber | None = None,
    on_output: Callable[[bytes], None] | None = None,
    on_errors: Callable[[bytes], None] | None = None,
    on_start: Callable[[Child], None] | None = None,
) -> Ended:
    """Run a command in a session of its own until it and everything it started is gone.

    `seconds` is the deadline, `idle_seconds` the longest silence, `grace` the time between TERM
    and KILL. Output passes `scrubber` first; beyond `sink_limit` it is not written to `sink`
    (appended, mode 0600), beyond `flood_limit` it ends the command. `stdin` is all that the command
    reads, or a descriptor to read from. With `on_errors` stderr goes there alone, unscrubbed.
    `owns_tree` says that killing the first process kills all. Cancelling ends the tree too, a
    second cancelling without grace. A command that cannot be started comes back as `missing`; an
    error of `on_output` or of writing `sink` is raised.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    if (problem := _problem(argv, env, cwd)) is not None:
        return _missing(problem, 0.0)
    with ExitStack() as stack:
        output = Capture(keep_head, keep_tail, flood_limit, scrubber, on_output)
        stack.callback(output.close)
        errors = output
        if on_errors is not None:
            errors = Capture(keep_head, keep_tail, flood_limit, None, on_errors)
            stack.callback(errors.close)
        streams = (output,) if errors is output else (output, errors)
        if sink is not None:
            output.write_to(stack.enter_context(_private(sink)), sink_limit)
        starting = asyncio.ensure_future(_start(argv, env, cwd, owns_tree, stdin, streams))
        cancelled = await finished(starting)  # half started it could not be ended
        try:
            tree = starting.result()
        except OSError as error:
            if cancelled is not None:
                raise cancelled from error
            return _missing(str(error), loop.time() - started)
        reason = await _supervise(tree, streams, seconds, idle_seconds, grace, on_start, cancelled)
    return _ended(reason, tree, errors, loop.time() - started)


# --- one run ---------------------------------------------------------------------------------


def _missing(problem: str, seconds: float) -> Ended:
    words = f"looptui: {problem}\n".encode("utf-8", "backslashreplace")
    return Ended("missing", None, seconds, words, b"", len(words))


def _ended(reason: Reason, tree: Tree, errors: Capture, seconds: float) -> Ended:
    code = tree.exit_code if reason == "exit" else None
    head, tail = bytes(errors.head), bytes(errors.tail)
    if _never_started(errors, code):
        reason, code = "missing", None
        head = head.removeprefix(b"bwrap: execvp ")
    total = errors.total - (len(errors.head) - len(head))
    return Ended(reason, code, seconds, head, tail, total)


def _never_started(output: Capture, code: int | None) -> bool:
    """What it printed are the words of the sandbox or the warden, not of the command."""
    return output.total < 4 * KIB and any(
        output.head.startswith(words) and code in codes for words, codes in _UNSTARTED
    )


def _problem(argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> str | None:
    """Why the command cannot be started, as far as that can be told beforehand."""
    if not cwd.is_dir():
        return f"{cwd}: no such directory"
    named = str(cwd / argv[0]) if "/" in argv[0] else argv[0]
    if shutil.which(named, path=env.get("PATH", os.defpath)) is None:
        return f"{argv[0]}: command not found"
    return None


def _private(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "ab")


async def _start(
    argv: Sequence[str],
    env: Mapping[str, str],
    cwd: Path,
    owns_tree: bool,
    stdin: bytes | int,
    streams: Sequence[Capture],
) -> Tree:
    with ExitStack() as passed:
        prompt = stdin if isinstance(stdin, int) else passed.enter_context(_file(stdin))
        reading, writing = os.pipe()
        ours, theirs = (reading, writing) if owns_tree else (writing, reading)
        passed.callback(os.close, theirs)
        kept = passed.enter_context(ExitStack())
        kept.callback(os.close, ours)
        os.set_blocking(ours, False)
        if owns_tree:
            argv, env = _telling(argv, theirs), {**env, **_mark(os.getpid())}
        else:
            argv = _warded(argv, theirs)
        with ExitStack() as opened:
            ends = [opened.enter_context(stream.opened()) for stream in streams]
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=prompt,
                stdout=ends[0],
                stderr=ends[-1],
                env=env,
                cwd=cwd,
                start_new_session=True,
                pass_fds=(theirs,),
            )
        kept.pop_all()
    return Tree(process, ours, warded=not owns_tree)


@contextmanager
def _file(content: bytes) -> Iterator[BinaryIO]:
    """A file is never too small for a long prompt and ends by itself."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def _telling(argv: Sequence[str], pipe: int) -> tuple[str, ...]:
    """The command line of bubblewrap, with the pipe on which it tells its first process."""
    return (argv[0], "--info-fd", str(pipe), "--unsetenv", _OWNER, *argv[1:])


@cache
def _mark(ours: int) -> Mapping[str, str]:
    """What bubblewrap carries in its environment, and a guard that ends who carries it.

    `ours` is our process; the guard ends with it. OSError when no process can be started.
    """
    value = f"{ours}-{start_time(ours)}"
    reading, writing = os.pipe()
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.posix_spawn(
            _GUARD[0],
            [*_GUARD, f"{_OWNER}={value}"],
            {},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, fd, to) for to, fd in enumerate((reading, null, null))
            ],
            setsid=True,
        )
    except OSError:
        os.close(writing)
        raise
    finally:
        os.close(reading)
        os.close(null)
    return {_OWNER: value}


def _warded(argv: Sequence[str], pipe: int) -> tuple[str, ...]:
    """The command under the warden, with the pipe by which it knows that we live."""
    width = len(WARDEN)
    rest = argv[width:] if tuple(argv[:width]) == WARDEN else ("--", *argv)
    return (*WARDEN, "--pipe", str(pipe), *rest)


async def _supervise(
    tree: Tree,
    streams: Sequence[Capture],
    seconds: float,
    idle_seconds: float | None,
    grace: float,
    on_start: Callable[[Child], None] | None,
    cancelled: asyncio.CancelledError | None,
) -> Reason:
    try:
        if cancelled is not None:
            raise cancelled
        if on_start is not None:
            on_start(tree.child())
        reason = await _outcome(tree, streams, seconds, idle_seconds)
        if reason != "exit":
            await tree.end(grace)
    except asyncio.CancelledError:
        await tree.end(grace)
        raise
    finally:
        await tree.gone()
    for stream in streams:
        stream.hurry()
    with suppress(TimeoutError):
        async with asyncio.timeout(_LAST_WORDS):
            for stream in streams:
                await asyncio.shield(stream.ended)
    for stream in streams:
        stream.finish()
    return reason


async def _outcome(
    tree: Tree, streams: Sequence[Capture], seconds: float, idle_seconds: float | None
) -> Reason:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        last = max(stream.last for stream in streams)
        silence_ends = deadline if idle_seconds is None else last + idle_seconds
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(deadline, silence_ends)) as alarm:
                with ExitStack() as awake:
                    for stream in streams:
                        awake.enter_context(stream.waking(alarm))
                    await tree.process.wait()
                    return "exit"
        for stream in streams:
            stream.raise_failure()
        if any(stream.flooded for stream in streams):
            return "flooded"
        if loop.time() >= deadline:
            return "timeout"
        last = max(stream.last for stream in streams)
        if idle_seconds is not None and loop.time() >= last + idle_seconds:
            return "idle"
