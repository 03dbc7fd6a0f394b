"""Drafts of reviews on the disk: a file a run, as long as the run is open."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_FOLDER = "reviews"


def read(state_dir: Path, run: str) -> str:
    """What was kept for a run; empty where nothing was, or it cannot be read."""
    with suppress(OSError, ValueError):
        return _file(state_dir, run).read_text("utf-8")
    return ""


def keep(state_dir: Path, run: str, text: str) -> None:
    """Keep a draft in the place of the one before; an empty one is let go of."""
    file = _file(state_dir, run)
    if not text:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(mode=0o700, exist_ok=True)
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(file)


def sweep(state_dir: Path, open_runs: Collection[str]) -> None:
    """Let go of the drafts of all other runs."""
    for file in (state_dir / _FOLDER).glob("*.json"):
        if file.stem not in open_runs:
            with suppress(OSError):
                file.unlink()


def _file(state_dir: Path, run: str) -> Path:
    return state_dir / _FOLDER / f"{run}.json"
