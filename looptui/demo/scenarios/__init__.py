"""The scenarios of the demo: a fault, a script for the maker, and settings of the loop."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from looptui.demo.faults import find
from looptui.demo.project import Project, build
from looptui.errors import UsageError

NAMES = ("reject", "breaker", "escalate", "crash")
HERE = Path(__file__).parent
_SLEEP = re.compile(r"^sleep = ([0-9.]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: str
    """What there is to see, in one sentence."""
    fault: str
    loop: str
    """Tables added to the loop file, `[breakers]` among them."""
    script: Path


def load(name: str) -> Scenario:
    """Raises UsageError for an unknown name."""
    if name not in NAMES:
        raise UsageError(f"no scenario is called {name}", f"there are {', '.join(NAMES)}")
    script = HERE / f"{name}.toml"
    raw = tomllib.loads(script.read_text("utf-8"))
    return Scenario(name, raw["title"], raw["fault"], raw["loop"], script)


def build_scenario(
    name: str, into: Path, commit: Callable[[Path], None], *, speed: float = 1.0
) -> Project:
    """A demo project whose loop is driven by the scripted maker. Raises UsageError."""
    scenario = load(name)
    script = scenario.script
    if speed != 1.0:
        script = into.with_name(f"{name}.toml")
        script.write_text(faster(scenario.script.read_text("utf-8"), speed), "utf-8")
    maker = f'agent = "scripted"\nscript = {quoted(str(script))}'
    return build(find(scenario.fault), into, commit, maker=maker, limits=scenario.loop)


def faster(script: str, speed: float) -> str:
    """A script whose maker waits only so long as `speed` leaves of it."""
    return _SLEEP.sub(lambda found: f"sleep = {float(found[1]) / speed:.3f}", script)


def quoted(text: str) -> str:
    """A TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
