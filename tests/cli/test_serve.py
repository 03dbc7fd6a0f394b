"""The screen in a browser: whom it is shown, what becomes of it, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.cli.serving import Serving, serving, tab
from tests.cli.shell import Shell

HEADERS = {"Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Frame-Options"}
ALTERNATE_SCREEN = b"\x1b[?1049h"
SLEEPS = "import time; print('at work', flush=True); time.sleep(600)"


async def _status(address: str, **headers: str) -> int:
    async with ClientSession() as session, session.get(address, headers=headers) as answer:
        assert answer.headers.keys() >= HEADERS
        return answer.status


async def _knocks(server: Serving, path: str, **headers: str) -> int:
    """The status with which a websocket is refused."""
    with pytest.raises(WSServerHandshakeError) as refused:
        async with ClientSession() as session:
            await session.ws_connect(f"{server.origin}{path}", headers=headers)
    return refused.value.status


async def test_only_who_has_the_token_gets_in(shell: Shell) -> None:
    with serving(shell) as server:
        token = server.address.split("/")[3]
        assert len(token) >= 43
        assert server.address == f"{server.origin}/{token}/"
        assert server.origin.startswith("http://127.0.0.1:")
        for part in ("", "page.js", "textual.js", "page.css", "xterm.css", "mono.ttf"):
            assert await _status(server.address + part) == 200
            assert await _status(f"{server.origin}/wrong/{part}") == 403
            assert await _status(server.address + part, Host="rebound.example") == 403
        assert await _status(f"{server.origin}/{token}") == 200
        assert await _status(f"{server.address}nothing") == 404
        assert await _status(f"{server.address}..%2f..%2fsite.py") == 404
        assert await _status(server.origin) == 403
        ours = server.origin
        assert await _knocks(server, "/wrong/ws", Origin=ours) == 403
        assert await _knocks(server, f"/{token}/ws") == 403
        assert await _knocks(server, f"/{token}/ws", Origin="http://127.0.0.1:5173") == 403
        rebound = {"Origin": "http://rebound.example", "Host": "rebound.example"}
        assert await _knocks(server, f"/{token}/ws", **rebound) == 403
        assert server.screens == []
        ended = server.end(signal.SIGINT)
    assert (ended.code, ended.out) == (130, "")
    assert "Whoever has this address" in ended.err
    assert token not in ended.err


async def test_a_screen_outlives_its_tab_and_ends_with_the_server(shell: Shell) -> None:
    with serving(shell) as server:
        async with tab(server, width=90, height=30) as first:
            await first.sees("looptui", "1 Fleet")
            await first.told("title", "looptui")
            await first.told("ground", "#")
            screens = server.screens
            assert len(screens) == 1
            assert server.address.split("/")[3] not in _outside(screens[0])
            async with tab(server) as second:
                await second.sees("1 Fleet")
                assert len(server.screens) == 2
                await second.press("\x11")
                assert await second.end() == (1001, "You have left the screen.")
            await first.socket.send_str("[[[")
            await first.socket.send_json(["resize", {"width": "x"}])
            await first.socket.send_json(["resize", {"width": 10**9, "height": -1}])
            await first.socket.send_json(["resize", {"width": 100, "height": 30}])
            await first.press("7")
            await first.sees("Settings")
        async with tab(server, width=100, height=30) as third:
            await third.sees("7 Settings", "What it means")
            await third.until(lambda: ALTERNATE_SCREEN in third.sent)
            await third.told("title", "looptui")
            assert server.screens == screens
            await third.press("\x1a")
            await third.sees("there is no shell behind this screen")
            server.process.send_signal(signal.SIGTERM)
            assert await third.end() == (1001, "`looptui serve` has ended.")
        ended = await asyncio.to_thread(server.process.wait, 60)
        assert ended == 143
    assert not Path(f"/proc/{screens[0]}").exists()


def _outside(pid: int) -> str:
    """What other programs can see of a process: its command line and its environment."""
    place = Path(f"/proc/{pid}")
    return (place / "cmdline").read_bytes().decode() + (place / "environ").read_bytes().decode()


async def test_runs_go_on_without_a_tab_and_are_paused_at_the_end(shell: Shell) -> None:
    loops = shell.repo / ".looptui" / "loops"
    loops.mkdir(parents=True)
    shell.loop(SLEEPS).rename(loops / "fix-tests.toml")
    shell.commit("A loop")
    with serving(shell) as server:
        async with tab(server) as first:
            await first.sees("1 Fleet")
            await first.press("n")
            await first.sees("Start a loop")
            await first.decide("\r", lambda: "Trust them?" in first.written)
            await first.decide("y", lambda: first.knows("title", "looptui - 1 at work"))
        assert shell.state()["state"] == "active"
        async with tab(server) as second:
            await second.sees("fix-tests")
            await second.told("title", "looptui - 1 at work")
        ended = server.end(signal.SIGINT)
    assert ended.code == 130
    assert "pausing what is driven in the browser" in ended.err
    assert "fix-tests" in ended.err
    assert shell.state()["state"] == "paused"


async def test_a_screen_does_not_outlive_a_server_that_is_killed(shell: Shell) -> None:
    with serving(shell) as server:
        async with tab(server) as only:
            await only.sees("1 Fleet")
            (screen,) = server.screens
            handle = os.pidfd_open(screen)
            server.process.kill()
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(handle, gone.set)
        try:
            await asyncio.wait_for(gone.wait(), 60)
        finally:
            loop.remove_reader(handle)
            os.close(handle)


def test_it_is_for_this_machine_alone(shell: Shell) -> None:
    for host in ("0.0.0.0", "example.org"):
        told = shell("serve", "--host", host)
        assert (told.code, told.out) == (2, "")
        assert f"this machine alone, not on {host}" in told.err
        assert "ssh -L" in told.err


def test_a_port_that_is_taken_is_said(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = shell("serve", "--port", str(port))
    assert told.code == 2
    assert f"port {port} of 127.0.0.1 is taken" in told.err


def test_without_the_extra_it_says_what_to_install(shell: Shell) -> None:
    startup = shell.place / "startup"
    startup.mkdir()
    (startup / "sitecustomize.py").write_text("import sys; sys.modules['aiohttp'] = None\n")
    shell.env["PYTHONPATH"] = str(startup)
    told = shell("serve")
    assert told.code == 6
    assert "needs aiohttp, which is not installed" in told.err
    assert "looptui[serve]" in told.err


def test_outside_a_repository_it_says_so_at_once(shell: Shell) -> None:
    told = shell("serve", cwd=shell.place)
    assert told.code == 2
    assert "not inside a git repository" in told.err
