"""What a run has to do with the outside: ports, directories, environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from looptui.checking import Checker
from looptui.engine.caps import Caps
from looptui.engine.scrubbing import Scrub
from looptui.ports import Clock, Gate, Maker, Repository, Sandbox
from looptui.store.places import Places
from looptui.store.reader import Reader
from looptui.store.store import Store

PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TZ")
"""Variables of our own environment that every child gets; everything else is withheld."""

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
WITH_NETWORK = (
    *_PROXIES, *(name.lower() for name in _PROXIES),
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
)  # fmt: skip
"""What a child with network gets as well: without them it reaches nobody behind a company's
proxy."""


TOOLCHAINS = (("RUSTUP_HOME", ".rustup"), ("PYENV_ROOT", ".pyenv"), ("VOLTA_HOME", ".volta"))
"""Where version managers keep what they start, and where below home that is if nobody says.

Children have a home of their own, in which none of these would find anything.
"""


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that `perform` may touch, wired once."""

    store: Store
    reader: Reader
    repository: Repository
    sandbox: Sandbox
    maker: Callable[[str], Maker]
    checker: Callable[[str], Checker]
    gate: Callable[[str], Gate]
    clock: Clock
    state_dir: Path
    """Private, outside the repository."""
    environ: Mapping[str, str]
    scrub: Scrub
    places: Places
    """Of the runs that may be at work at a time."""
    caps: Caps
    """Limits of the person over all runs."""
    on_output: Callable[[str, int, bytes], None] = field(default=lambda run, iteration, data: None)
    """Told of a maker's raw output as it comes."""
    visible: tuple[Path, ...] = ()
    """Read-only for every child: interpreters, looptui itself."""

    def child_env(
        self, run: str, names: tuple[str, ...] = (), *, network: bool = False
    ) -> dict[str, str]:
        """The scrubbed environment of a child: the allow-lists, `names`, and our marker."""
        allowed = (*PASSED_ON, *(WITH_NETWORK if network else ()), *names)
        passed = {name: self.environ[name] for name in allowed if name in self.environ}
        return {
            **toolchains(self.environ),
            **passed,
            "LOOPTUI_RUN_ID": run,
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }

    def transcript(self, run: str, iteration: int) -> Path:
        return self.state_dir / "transcripts" / run / f"{iteration}.log"


def toolchains(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables by which version managers find what they start, where there is one."""
    home = Path(environ.get("HOME") or "/")
    told = ((name, environ.get(name) or str(home / below)) for name, below in TOOLCHAINS)
    return {name: place for name, place in told if Path(place).is_dir()}
