"""Which sandbox to use: the strongest that works on this machine, tried out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from looptui.adapters.sandbox.bubblewrap import Bubblewrap, binaries
from looptui.adapters.sandbox.landlock import Landlock
from looptui.adapters.sandbox.none import Unconfined
from looptui.errors import NoSandbox
from looptui.ports import Confinement, Sandbox
from looptui.text import safe_bytes

_SECONDS = 20.0


def choose(unsandboxed: bool = False) -> Sandbox:
    """The strongest sandbox that works here, or none at all if a person said `unsandboxed`.

    NoSandbox, with what each of them said and what to install, where none works.
    """
    if unsandboxed:
        return Unconfined()
    reasons = []
    for name, make in _candidates():
        sandbox = make()
        reason = unusable(sandbox)
        if reason is None:
            return sandbox
        reasons.append(f"{name}: {reason}")
    raise NoSandbox(
        f"No sandbox works on this machine, so agents could write anywhere. {_listed(reasons)}",
        _hint(),
    )


def unusable(sandbox: Sandbox) -> str | None:
    """Why a sandbox does not work here, found out by starting a shell without network in it."""
    confinement = Confinement(writable=())
    try:
        with sandbox.launch(
            ("/bin/sh", "-c", ":"), cwd=Path("/"), env={}, confinement=confinement
        ) as launch:
            tried = subprocess.run(
                launch.argv,
                env=launch.env,
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if tried.returncode == 0:
        return None
    return safe_bytes(tried.stdout).strip() or f"exit code {tried.returncode}"


def _candidates() -> Iterator[tuple[str, Callable[[], Sandbox]]]:
    if sys.platform == "linux":
        for binary in binaries():
            yield str(binary), partial(Bubblewrap, binary)
        yield "Landlock", Landlock


def _listed(reasons: list[str]) -> str:
    return "Tried: " + "; ".join(reasons) + "." if reasons else "None is known for this system."


def _hint() -> str:
    install = "Install bubblewrap (apt install bubblewrap, dnf install bubblewrap) and try again"
    accept = "to run without one all the same, say --unsandboxed"
    return f"{install}; {accept}." if sys.platform == "linux" else f"T{accept[1:]}."
