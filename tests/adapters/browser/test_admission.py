"""Who is let in to the screen in a browser, and who is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from looptui.adapters.browser.admission import Visit, is_loopback, refusal

TOKEN = "kQ3-x_9" * 6
HOST = "127.0.0.1:8000"
PAGE = Visit(f"/{TOKEN}/", (HOST,), ())
SOCKET = Visit(f"/{TOKEN}/ws", (HOST,), (f"http://{HOST}",), socket=True)


@pytest.mark.parametrize("host", [HOST, "localhost:9000", "LOCALHOST", "[::1]:8000", "127.8.9.1"])
def test_the_token_opens_the_page_and_its_socket(host: str) -> None:
    """Any port: ssh may forward another one."""
    assert refusal(replace(PAGE, hosts=(host,)), TOKEN) is None
    origin = f"http://{host}".lower()
    assert refusal(replace(SOCKET, hosts=(host,), origins=(origin,)), TOKEN) is None


@pytest.mark.parametrize(
    "path",
    ["", "/", "//", f"/{TOKEN[:-1]}/", f"/{TOKEN}x/", f"//{TOKEN}/", f"/x/{TOKEN}/", "/\udcff/",
     f"/%{TOKEN}/", f"/?{TOKEN}", "/favicon.ico", "/é/"],
)  # fmt: skip
def test_without_exactly_the_token_nothing_is_shown(path: str) -> None:
    words = refusal(replace(PAGE, path=path), TOKEN)
    assert words is not None
    assert "token is missing or wrong" in words
    assert refusal(replace(SOCKET, path=path), TOKEN) == words


@pytest.mark.parametrize(
    "hosts",
    [(), ("",), ("evil.example",), (f"{HOST}.evil.example",), ("localhost.evil.example:8000",),
     (f"x@{HOST}",), (f"{HOST}/x",), ("127.0.0.1:x",), ("127.0.0.1:0",), ("[::1",), ("0.0.0.0",),
     ("10.0.0.1:8000",), ("2130706433",), ("0x7f.1",), (HOST, HOST), (HOST, "evil.example"),
     (f"{HOST}#",), (f"{HOST}?",)],
)  # fmt: skip
def test_a_name_that_was_made_to_lead_here_is_refused(hosts: tuple[str, ...]) -> None:
    """Also with the right token: then a page of somebody else has it."""
    words = refusal(replace(PAGE, hosts=hosts), TOKEN)
    assert words is not None
    assert "names of this machine" in words


@pytest.mark.parametrize(
    "origins",
    [("http://evil.example",), ("null",), ("http://127.0.0.1",), ("http://127.0.0.1:5173",),
     (f"https://{HOST}",), ("http://localhost:8000",), ("",), (f"http://{HOST}", "null"),
     (f"http://{HOST}", f"http://{HOST}"), ()],
)  # fmt: skip
def test_only_our_own_page_opens_the_socket(origins: tuple[str, ...]) -> None:
    """A program that an agent serves on another port of this machine is another page."""
    assert refusal(replace(SOCKET, origins=origins), TOKEN) is not None


def test_what_a_script_of_another_page_asks_for_is_refused() -> None:
    assert refusal(replace(PAGE, origins=("http://evil.example",)), TOKEN) is not None
    assert refusal(replace(PAGE, origins=(f"http://{HOST}",)), TOKEN) is None


def test_loopback_is_known_without_asking_anybody() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.1.2.3", "::1")))
    others = ("0.0.0.0", "::", "192.168.0.1", "looptui.example", "localhost.", "", "127.1")
    assert not any(map(is_loopback, others))
