"""Runs git: every directory named, nothing inherited, no program of the repository started.

The only module that imports GitPython, and of it only the command runner.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from looptui.adapters.repository.errors import GitFailed
from looptui.errors import EnvironmentUnfit

OLDEST_GIT = (2, 38)
"""`git merge-tree --write-tree` came with 2.38."""

DEADLINE = 900.0
"""Seconds after which a git command is killed; a checkout of 100,000 files takes about 60."""

_USERS_CONFIG = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
_CLOSED = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
}
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}
_INERT = ("GIT_SSL_", "GIT_PS1_", "GIT_PYTHON_")
"""Inherited names that cannot matter here; taking them out costs a process each time."""

_HARDENED = (
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", f"core.attributesFile={os.devnull}",
    "-c", "core.filesRefLockTimeout=3000",
    "-c", "core.packedRefsTimeout=3000",
    "--no-pager",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a git command works. git looks for nothing by itself."""

    git_dir: Path
    work_tree: Path | None = None
    index: Path | None = None
    mark: str = ""
    """Stands in the command line, so that a process left by a crash can be told as ours."""
    objects: Path | None = None
    """Where new objects go instead of the git directory's own store."""
    settings: tuple[str, ...] = ()
    """Further `name=value` settings; they win over the ones every command gets."""

    def at(self, work_tree: Path, index: Path) -> Place:
        return replace(self, work_tree=work_tree, index=index)

    def options(self) -> list[str]:
        options = [f"--git-dir={self.git_dir}"]
        if self.work_tree is not None:
            options = ["-C", str(self.work_tree), *options, f"--work-tree={self.work_tree}"]
        settings = (*self.settings, f"looptui.mark={self.mark}")
        return [*options, *_HARDENED, *(part for each in settings for part in ("-c", each))]

    def environment(self) -> dict[str, str]:
        env = _CLOSED | _QUIET
        if self.index is not None:
            env["GIT_INDEX_FILE"] = str(self.index)
        if self.objects is not None:
            env["GIT_OBJECT_DIRECTORY"] = str(self.objects)
        return env


@dataclass(frozen=True, slots=True)
class Output:
    """What a git command printed, with its exit code."""

    code: int
    out: bytes
    err: str
    cut: bool = False
    """It printed more than the limit; `out` is one byte longer than that."""

    def text(self) -> str:
        """One line, as git prints ids and refs."""
        return os.fsdecode(self.out).rstrip("\n")

    def fields(self) -> list[str]:
        """What `-z` separates, undecodable bytes kept as surrogates."""
        return os.fsdecode(self.out).split("\0")[:-1]


def run(
    place: Place,
    *args: str,
    stdin: bytes | IO[bytes] = b"",
    env: Mapping[str, str] | None = None,
    fine: Sequence[int] = (0,),
    limit: int | None = None,
    into: IO[bytes] | None = None,
) -> Output:
    """Run one git command to its end.

    `fine` are the exit codes that are answers; any other raises `GitFailed`. Output beyond `limit`
    bytes ends the command; `into` takes the output instead of the result.
    """
    argv = [*place.options(), *args]
    return _finished(argv, args[0], place.environment() | dict(env or {}), stdin, fine, limit, into)


def run_as_user(directory: Path, *args: str, fine: Sequence[int] = (0,)) -> Output:
    """Run a command that only reads config or finds a repository, with the user's own config.

    Only for `rev-parse` and `config`, which start no program whatever the config says.
    """
    env = _QUIET | {name: os.environ[name] for name in _USERS_CONFIG if name in os.environ}
    return _finished(["-C", str(directory), *args], args[0], env, b"", fine, None, None)


def require_git() -> None:
    """Raise `EnvironmentUnfit` where git is missing or too old."""
    said = _finished(["version"], "version", dict(_CLOSED), b"", (0,), None, None).text()
    numbers = [part for part in said.split()[2].split(".")[:2] if part.isdigit()]
    if tuple(map(int, numbers)) < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        raise EnvironmentUnfit(f"{said} is too old", f"Install git {wanted} or newer.")


def _finished(
    argv: Sequence[str],
    name: str,
    env: Mapping[str, str],
    stdin: bytes | IO[bytes],
    fine: Sequence[int],
    limit: int | None,
    into: IO[bytes] | None,
) -> Output:
    with _started(argv, env, stdin) as process, _deadline(process) as late:
        output = _collect(process, stdin, limit, into)
    if late.is_set():
        raise GitFailed(name, -1, f"it took more than {DEADLINE:.0f} seconds")
    if output.code not in fine and not output.cut:
        raise GitFailed(name, output.code, output.err)
    return output


@contextmanager
def _deadline(process: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
    """Kill the command when its time is over, and say so.

    Not by the `timeout` of Popen's methods: with one they wait in steps of up to 50 ms.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(DEADLINE, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _collect(
    process: subprocess.Popen[bytes],
    stdin: bytes | IO[bytes],
    limit: int | None,
    into: IO[bytes] | None,
) -> Output:
    data = stdin if isinstance(stdin, bytes) and stdin else None
    if limit is None and into is None:
        out, err = process.communicate(data)
        return Output(process.returncode, out, err.decode("utf-8", "replace"))
    if process.stdin is not None:
        process.stdin.write(data or b"")
        process.stdin.close()
    assert process.stdout is not None
    assert process.stderr is not None
    out, cut = b"", False
    if into is not None:
        shutil.copyfileobj(process.stdout, into, 1 << 20)
    elif limit is not None:
        out = process.stdout.read(limit + 1)
        cut = len(out) > limit
    if cut:
        _kill(process)
    err = process.stderr.read()
    return Output(process.wait(), out, err.decode("utf-8", "replace"), cut)


@contextmanager
def _started(
    argv: Sequence[str], env: Mapping[str, str], stdin: bytes | IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    source: int | IO[bytes] | None = (
        (subprocess.PIPE if stdin else None) if isinstance(stdin, bytes) else stdin
    )
    command = _command(argv, env)
    from git.cmd import Git

    handle = Git().execute(
        command,
        as_process=True,
        istream=source,  # type: ignore[arg-type]  # Popen's stdin: an int is one of its constants
        env=env,
        start_new_session=True,
    )
    assert isinstance(handle, Git.AutoInterrupt)
    process = cast("subprocess.Popen[bytes]", handle.proc)
    try:
        yield process
    finally:
        if process.poll() is None:
            _kill(process)
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _command(argv: Sequence[str], env: Mapping[str, str]) -> list[str]:
    """GitPython passes on the whole environment; `env -u` takes inherited `GIT_*` out of it."""
    stray = [
        name
        for name in os.environ
        if name.startswith("GIT_") and name not in env and not name.startswith(_INERT)
    ]
    unset = [part for name in stray for part in ("-u", name)]
    prefix = ["/usr/bin/env", *unset] if unset else []
    return [*prefix, _executable(), *argv]


def _executable() -> str:
    found = shutil.which("git")
    if found is None:
        raise EnvironmentUnfit("git is not installed", "Install git 2.38 or newer.")
    return found


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
