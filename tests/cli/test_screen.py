"""What the person at the keyboard wrote about the screen, read only where there is something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from looptui.tui.preferences import wanted


def test_nothing_is_read_where_nothing_was_written(tmp_path: Path) -> None:
    look = wanted(tmp_path)
    assert (look.theme, look.ascii, look.keymap, look.themes, look.warnings) == (
        "midnight", False, None, None, [],
    )  # fmt: skip


def test_settings_keys_and_themes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path))
    folder = tmp_path / "config"
    (folder / "themes").mkdir(parents=True)
    (folder / "config.toml").write_text('[ui]\ntheme = "daylight"\nglyphs = "ascii"\n')
    (folder / "keys.toml").write_text('"fleet.stop" = false\n[fleet]\nnudge = "f6"\n')
    look = wanted(folder)
    assert (look.theme, look.ascii, look.themes) == ("daylight", True, folder / "themes")
    assert look.keymap is not None
    assert look.keymap["fleet.nudge"].keys == ("f6",)
    assert look.keymap["fleet.stop"].keys == ()
    assert look.warnings == []


def test_what_cannot_be_read_is_told_and_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path))
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "config.toml").write_text('[ui]\nthem = "daylight"\n')
    (folder / "keys.toml").write_text("[keys\n")
    look = wanted(folder)
    assert look.theme == "midnight"
    assert any("did you mean" in warning for warning in look.warnings)
    assert any("keys.toml cannot be read" in warning for warning in look.warnings)


def test_nothing_heavy_is_loaded_before_the_first_frame() -> None:
    script = """
import sys
from looptui.cli import screen
from looptui.tui.app import LooptuiApp
from looptui.tui.screens.fleet import FleetScreen
from looptui.wire.controller import DeskController
heavy = {"git", "sqlite_utils", "pydantic", "watchfiles", "pygments", "litellm",
         "sqlite3", "pysqlite3", "click", "looptui.core.events", "looptui.adapters",
         "looptui.engine", "looptui.tui.screens.loop", "looptui.tui.screens.review",
         "looptui.tui.screens.settings", "looptui.tui.palette", "looptui.tui.verbs",
         "looptui.tui.calling", "looptui.tui.osc", "looptui.tui.editing", "looptui.tui.watching",
         "looptui.tui.user_keys", "looptui.tui.fewer", "looptui.config", "looptui.settings"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
