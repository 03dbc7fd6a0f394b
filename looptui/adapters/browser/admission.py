"""Who is let in: those who know the token, by a name of this machine, from our own page.

A page of somebody else cannot read ours, but it can open sockets to it and have its own name lead
here (DNS rebinding). So the name that was called must be one of this machine's own, and a socket
is opened only for the page that came from the same name and port. No cookie is used: browsers
send those to every port of a host, and a program that an agent serves there would get them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

_LOCAL_NAME = "localhost"
HINT = "Open the address that `looptui serve` printed, as a whole."


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request says of itself."""

    path: str
    """As sent, without the query; its first part should be the token."""
    hosts: Sequence[str]
    """Every Host header."""
    origins: Sequence[str]
    """Every Origin header; browsers send one with each socket and with what a script asks for."""
    socket: bool = False
    """Whether it opens a websocket."""


def refusal(visit: Visit, token: str) -> str | None:
    """Why a visit is turned away, in words for a person; None lets it in."""
    if len(visit.hosts) != 1 or not _is_local(visit.hosts[0]):
        return "This is reached by the names of this machine only: 127.0.0.1, localhost or ::1."
    ours = f"http://{visit.hosts[0]}".lower()
    if any(origin.lower() != ours for origin in visit.origins):
        return "Another page asked for this."
    if visit.socket and len(visit.origins) != 1:
        return "Only our own page opens this."
    given = visit.path.removeprefix("/").partition("/")[0]
    if not compare_digest(given.encode("utf-8", "surrogateescape"), token.encode()):
        return f"The token is missing or wrong. {HINT}"
    return None


def _is_local(host: str) -> bool:
    """Whether a Host header names this machine. Any port will do: ssh may forward another one."""
    try:
        parts = urlsplit(f"//{host}")
        port_is_sound = parts.port is None or parts.port > 0
        name = parts.hostname or ""
    except ValueError:
        return False
    if parts.netloc != host or "@" in host or not port_is_sound:
        return False
    return is_loopback(name)


def is_loopback(name: str) -> bool:
    """Whether a host name or address leads to this machine alone, whatever a name server says."""
    if name == _LOCAL_NAME:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
