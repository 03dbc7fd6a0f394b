"""The scenarios of the demo: a fault, a script for the maker, and settings of the loop."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from looptui.demo.faults import find
from looptui.demo.project import Project, build
from looptui.errors import UsageError

NAMES = ("reject", "breaker", "escalate", "crash")
HERE = Path(__file__).parent


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


def build_scenario(name: str, into: Path, commit: Callable[[Path], None]) -> Project:
    """A demo project whose loop is driven by the scripted maker. Raises UsageError."""
    scenario = load(name)
    maker = f'agent = "scripted"\nscript = {quoted(str(scenario.script))}'
    return build(find(scenario.fault), into, commit, maker=maker, limits=scenario.loop)


def quoted(text: str) -> str:
    """A TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
