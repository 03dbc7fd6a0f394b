"""Coding agents on PATH, as the presets know them; nothing is started."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from looptui.detecting.presets import Preset, presets
from looptui.detecting.values import Agent


def offered() -> tuple[Preset, ...]:
    """The presets that the wizard offers, in their order: one a program."""
    return tuple(sorted((p for p in presets().values() if p.offered), key=lambda p: p.offered))


def look(environ: Mapping[str, str]) -> tuple[Agent, ...]:
    """The agents on the PATH of an environment."""
    found = []
    for preset in offered():
        program = shutil.which(preset.program, path=environ.get("PATH", ""))
        if program is not None:
            keys = tuple(name for name in preset.keys if environ.get(name))
            more = tuple(name for name in preset.env if environ.get(name))
            found.append(
                Agent(preset.name, preset.title, preset.keys, keys, more, program, preset.note)
            )
    return tuple(found)
