"""Starts one command and outlives it just long enough to end everything that it started.

Run by path, alone: `python -I -S warden.py [--pipe FD] [--policy JSON] -- ARGV...`. It imports
nothing of looptui and runs in the host's zone.

- It is the subreaper of the command, so a double fork or setsid does not get away.
- `--pipe` is the reading end of a pipe: when the other end closes, because its owner wants so or
  was killed, the whole tree is killed. TERM does the same.
- `--policy` confines the command: `{"read": [...], "write": [...], "network": bool}`, by Landlock,
  and without network also by a network namespace or, where there is none, a filter on `socket`.

Exits with the command's code, 128 + n when signal n ended it, 127 or 126 when it could not be
started, 125 when the confinement could not be set up.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypedDict

    class Policy(TypedDict):
        read: list[str]
        write: list[str]
        network: bool


UNCONFINED = 125
NOT_EXECUTABLE = 126
NOT_FOUND = 127

_ENDING = (signal.SIGTERM,)
_LINUX = sys.platform == "linux"
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38


def main(args: list[str]) -> int:
    """Run the command and return the code to exit with."""
    options, argv = _options(args)
    pipe = int(options.get("--pipe", -1))
    if pipe >= 0:
        os.set_inheritable(pipe, False)
    if _LINUX:
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    wakeup = _watch_signals()
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # for the child: it would swallow one
    child = os.fork()
    if child == 0:
        _become(argv, options.get("--policy"))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    _release_stdio()
    status = _wait(child, pipe, wakeup)
    _end_descendants(child)
    return 128 + signal.SIGKILL if status is None else _code(status)


def _options(args: list[str]) -> tuple[dict[str, str], list[str]]:
    end = args.index("--")
    return dict(zip(args[:end:2], args[1:end:2], strict=True)), args[end + 1 :]


def _code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


# --- waiting and ending ----------------------------------------------------------------------


def _watch_signals() -> int:
    """A descriptor that becomes readable when a child ended or TERM asks for the end."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    return reading


def _release_stdio() -> None:
    """Hold none of the command's streams: their readers wait for the last holder."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


def _wait(child: int, pipe: int, wakeup: int) -> int | None:
    """The command's wait status, or None when the end was asked for."""
    poll = select.poll()
    poll.register(wakeup, select.POLLIN)
    if pipe >= 0:
        poll.register(pipe, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        if pipe in ready:
            return None
        if wakeup not in ready:
            continue
        if signal.SIGTERM in os.read(wakeup, 64):
            return None
        for pid, status in _reap():
            if pid == child:
                return status


def _reap() -> Iterator[tuple[int, int]]:
    """Every child that ended, with its status."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status


def _end_descendants(child: int) -> None:
    """Kill until nobody is left: each pass also meets what was started since the last one."""
    while True:
        for pid in _descendants(os.getpid()):
            _kill(pid)
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            break
        for _ in _reap():
            pass
        time.sleep(0.001)
    if not _LINUX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found = list(children.get(root, ()))
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def _parents() -> Iterator[tuple[int, int]]:
    """(pid, parent) of every process."""
    if not _LINUX:
        with os.popen("ps -A -o pid= -o ppid=") as listing:
            for line in listing:
                pid, parent = line.split()
                yield int(pid), int(parent)
        return
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123
                    yield int(name), int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue


# --- becoming the command --------------------------------------------------------------------


def _become(argv: Sequence[str], policy: str | None) -> None:
    """Turn this process into the command; never returns."""
    code = UNCONFINED
    try:
        environment = _environment()
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if policy is not None:
            _confine(policy)
        code = NOT_EXECUTABLE
        _execute(argv, environment)
    except OSError as error:
        if code == NOT_EXECUTABLE and isinstance(error, FileNotFoundError):
            code = NOT_FOUND
        os.write(2, f"looptui: {argv[0]}: {error}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)


def _environment() -> Mapping[bytes, bytes]:
    """The environment as it was given: Python itself adds LC_CTYPE to it in the C locale."""
    if not _LINUX:
        return os.environb
    with open("/proc/self/environ", "rb") as given:  # noqa: PTH123
        entries = (entry.partition(b"=") for entry in given.read().split(b"\0") if entry)
        return {name: value for name, _, value in entries}


def _execute(argv: Sequence[str], environment: Mapping[bytes, bytes]) -> None:
    """Like `os.execvpe`, which imports modules that a confined process may no longer read."""
    refusal: OSError = FileNotFoundError(2, os.strerror(2))
    path = environment.get(b"PATH", os.fsencode(os.defpath)).split(b":")
    program = os.fsencode(argv[0])
    for place in (program,) if b"/" in program else (b"%s/%s" % (p, program) for p in path):
        try:
            os.execve(place, tuple(argv), environment)
        except FileNotFoundError:
            continue
        except OSError as error:
            refusal = refusal if isinstance(error, NotADirectoryError) else error
    raise refusal


def _libc() -> ctypes.CDLL:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *words: object) -> None:
    _checked(_libc().prctl, "prctl", option, *[*words, 0, 0, 0, 0][:4])


def _syscall(number: int, *words: object) -> int:
    return _checked(_libc().syscall, "Landlock", number, *words)


def _checked(call: Callable[..., int], name: str, *words: object) -> int:
    """Call with whole registers for integers: a variadic C function takes them as they are."""
    import ctypes

    result = call(*(ctypes.c_long(word) if isinstance(word, int) else word for word in words))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


# --- confinement -----------------------------------------------------------------------------

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE = 1 << 0 | 1 << 2  # execute, read
_READ = _READ_FILE | 1 << 3  # list
_ALL_FILE = _READ_FILE | 1 << 1 | 1 << 14  # write, truncate
_ALL_BY_ABI = (0, 0x1FFF, 0x3FFF, 0x7FFF)  # linux/landlock.h; 2 adds refer, 3 truncate
_SCOPES = 0b11  # abstract sockets and signals stay inside, from ABI 6


def _confine(text: str) -> None:
    import json

    policy: Policy = json.loads(text)
    separated = policy["network"] or _leave_network()
    _drop_capabilities()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if not separated:
        _refuse_sockets()
    _landlock(policy)


def _drop_capabilities() -> None:
    """Root keeps its name and loses its powers at the exec; others have none to lose."""
    for capability in range(64):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            return


def _landlock(policy: Policy) -> None:
    import struct

    abi = _syscall(_LANDLOCK_CREATE, None, 0, 1)
    every = _ALL_BY_ABI[min(abi, 3)]
    attributes = struct.pack("=QQQ", every, 0, _SCOPES)[: 24 if abi >= 6 else 8]
    rules = _syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    for paths, directory, file in (
        (policy["read"], _READ, _READ_FILE),
        (policy["write"], every, _ALL_FILE & every),
    ):
        for path in paths:
            try:
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            allowed = struct.pack("=Qi", directory if os.path.isdir(path) else file, place)  # noqa: PTH112
            _syscall(_LANDLOCK_ADD, rules, 1, allowed, 0)
            os.close(place)
    _syscall(_LANDLOCK_RESTRICT, rules, 0)


def _leave_network() -> bool:
    """Move to an empty network with a loopback of its own; False where that is not allowed."""
    user, group = os.getuid(), os.getgid()
    libc = _libc()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
                file.write(text)
    elif libc.unshare(_CLONE_NEWNET) != 0:
        return False
    _raise_loopback()
    return True


def _raise_loopback() -> None:
    import fcntl
    import socket
    import struct

    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as interface:
        request = fcntl.ioctl(interface, get_flags, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", request)[1] | up
        fcntl.ioctl(interface, set_flags, struct.pack("16sh14x", b"lo", flags))


def _refuse_sockets() -> None:
    """A filter under which only unix and netlink sockets can be made."""
    import ctypes
    import struct

    architecture, socket_call = {
        "x86_64": (0xC000003E, 41),
        "aarch64": (0xC00000B7, 198),
    }.get(os.uname().machine, (0, 0))
    if not architecture:
        raise OSError(0, "no filter for this processor")
    load, equal, at_least, end = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | 13  # EACCES
    # (code, jump if true, jump if false, operand): jumps count the instructions passed over.
    program = (
        (load, 0, 0, 4),  # architecture
        (equal, 0, 8, architecture),
        (load, 0, 0, 0),  # call number
        (at_least, 6, 0, 0x40000000),  # x32 numbers
        (equal, 5, 0, 425),  # io_uring_setup: makes sockets by another door
        (equal, 0, 3, socket_call),
        (load, 0, 0, 16),  # address family
        (equal, 1, 0, 1),  # unix
        (equal, 0, 1, 16),  # netlink
        (end, 0, 0, allow),
        (end, 0, 0, refuse),
    )
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("@HP", len(program), ctypes.addressof(buffer))
    _prctl(_PR_SET_SECCOMP, 2, header)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
