"""What each maker can do, as a table: data of the presets, with what of them is on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from looptui.detecting.presets import BUILT_IN, WORDS, Can, presets


@dataclass(frozen=True, slots=True)
class MakerRow:
    """One maker."""

    name: str
    program: str
    """Empty for one that comes with looptui, and where the loop file says it."""
    here: bool
    tried: str
    """The version that looptui's tests last ran against; empty for none."""
    can: Mapping[str, str]
    """Each capability by its name: how, or an empty text where it is lacking."""


def table() -> list[MakerRow]:
    """The built-in makers, then the agents by their names."""
    own = [MakerRow(name, "", True, "", _can(can)) for name, can in BUILT_IN.items()]
    known = [
        MakerRow(
            one.name, one.program, bool(one.program and shutil.which(one.program)), one.tried,
            _can(one.can),
        )
        for one in presets().values()
    ]  # fmt: skip
    return [*own, *known]


def _can(can: Can) -> Mapping[str, str]:
    return {name: str(how) for name, how in asdict(can).items()}


def described(row: MakerRow) -> tuple[str, str]:
    """What it has and what it lacks, each in a line."""
    has = [f"{WORDS[name]} ({how})" for name, how in row.can.items() if how]
    lacks = [WORDS[name] for name, how in row.can.items() if not how]
    return ", ".join(has), ", ".join(lacks)
