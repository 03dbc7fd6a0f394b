"""The Settings screen: try themes on, change settings and keys, and see what is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from looptui.tui import themes
from looptui.tui.keymap import KEYS
from tests.tui.cockpit import Player, home, make_project, playing

__all__ = ["home"]


@pytest.fixture
def config(home: Path) -> Path:
    """The directory of the person's own files."""
    folder = home / "home" / "config"
    folder.mkdir(parents=True)
    return folder


async def _open(player: Player, group: str, *keys: str) -> None:
    """Open the screen at a group, with the focus on its rows."""
    await player.press("7")
    await player.sees("What it means", "your files")
    groups = ("Theme", "Screen", "Notifications", "Limits", "Editor", "Keys", "Files")
    await player.press("g", *("j" for _ in groups[: groups.index(group)]), "enter", *keys)
    await player.until(lambda: player.app.screen.query_one("#values").has_focus)


async def test_a_theme_is_tried_on_and_taken_off(home: Path, config: Path) -> None:
    async with playing(make_project(home), start=()) as player:
        await _open(player, "Theme")
        await player.press("j")
        await player.until(lambda: player.app.theme == "contrast")
        await player.press("k")
        await player.until(lambda: player.app.theme == "colorsafe")
        await player.press("q")
        assert player.app.theme == "midnight"
        assert not (config / "config.toml").exists()


async def test_a_theme_is_kept_and_put_back(home: Path, config: Path) -> None:
    (config / "config.toml").write_text("# mine\n[ui]\nglyphs = 'unicode' # nice\n")
    async with playing(make_project(home), start=()) as player:
        await _open(player, "Theme", "j", "j", "enter")
        await player.until(lambda: 'theme = "daylight"' in (config / "config.toml").read_text())
        await player.press("1")
        assert player.app.theme == "daylight"
        await player.press("7", "u")
        await player.until(lambda: player.app.theme == "midnight")
        assert (config / "config.toml").read_text() == "# mine\n[ui]\nglyphs = 'unicode' # nice\n"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_settings_say_their_origin_and_are_changed_in_place(
    home: Path, config: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPTUI_NOTIFY__CHANNELS", "bell")
    async with playing(make_project(home), start=(), size=size) as player:
        await _open(player, "Notifications")
        await player.sees("channels", "env", "unfocused", "default")
        await player.press("j")
        await player.sees("notify.when  When you are called. One of")
        await player.press("enter")
        await player.sees('"always"')
        assert player.app.calling.when == "always"
        await player.press("j", "enter")
        await player.sees("Hours without calls")
        await player.write("25")
        await player.decide("enter")
        await player.sees("must be hours such as")
        await player.press("enter")
        await player.press(*("2", "2", "colon", "0", "0", "minus", "0", "7", "colon", "0", "0"))
        await player.decide("enter")
        await player.until(lambda: player.app.calling.quiet == "22:00-07:00")
        await player.press("k", "k", "enter")
        await player.press("end", "ctrl+u")
        await player.write("desktop")
        await player.decide("enter")
        await player.sees("LOOPTUI_NOTIFY__CHANNELS is stronger than your file")


@pytest.fixture
def editor(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that appends what is in a file; the terminal steps aside for it."""
    words = home / "words"
    script = home / "ed.py"
    script.write_text(f"import sys\nopen(sys.argv[1], 'a').write(open({str(words)!r}).read())\n")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    monkeypatch.setattr(HeadlessDriver, "can_suspend", True)
    return words


async def test_keys_are_edited_and_in_force_at_once(home: Path, config: Path, editor: Path) -> None:
    editor.write_text('"fleet.start" = "f5"\n"fleet.pause" = "r"\n"app.palette" = false\n')
    async with playing(make_project(home), start=(), size=(120, 40)) as player:
        await player.sees("ready")
        await _open(player, "Keys", "e")
        await player.sees("1 problem: keys.toml:", "keys.fleet.pause: r is taken by fleet.review")
        assert player.app.keymap["fleet.start"].keys == ("f5",)
        await player.press("1")
        await player.sees("f5 New")
        await player.press("ctrl+p")
        assert player.scope == "fleet", "unbound"
        await player.press("?")
        await player.write("start a loop")
        await player.sees("f5")


async def test_a_broken_file_is_told_and_what_held_goes_on(
    home: Path, config: Path, editor: Path
) -> None:
    editor.write_text("them = 1\n")
    async with playing(make_project(home), start=(), theme="ember") as player:
        await _open(player, "Screen", "e")
        await player.sees("1 problem: config.toml:", "unknown key")
        assert player.app.theme == "ember"
        text = (config / "config.toml").read_text()
        assert text.startswith("# Settings of looptui.")
        assert player.scope == "settings"


async def test_without_an_editor_it_says_so(
    home: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    monkeypatch.delenv("VISUAL", raising=False)
    async with playing(make_project(home), start=()) as player:
        await _open(player, "Files", "e")
        await player.sees("the editor no-such-editor-here is not on PATH")
        monkeypatch.setenv("EDITOR", sys.executable)
        await player.press("e")
        await player.sees("an editor needs a terminal")
        assert not (config / "config.toml").exists()


async def test_a_theme_of_the_person_shows_as_it_is_saved(home: Path, config: Path) -> None:
    folder = config / "themes"
    folder.mkdir()
    text = (themes.shipped_themes() / "ember.toml").read_text().replace('"ember"', '"mine"')
    (folder / "mine.toml").write_text(text)
    project = make_project(home)
    async with playing(project, start=(), themes_folder=folder, theme="mine") as player:
        await player.sees("ready")
        assert player.app.current_theme.primary == "#fe8019"
        (folder / "mine.toml").write_text(text.replace("#fe8019", "#123456"))
        await player.until(lambda: player.app.current_theme.primary == "#123456")
        (folder / "mine.toml").write_text("name = ")
        await player.sees("theme mine.toml cannot be read")
        assert player.app.theme == "mine"
        assert player.app.current_theme.primary == "#123456"
        (folder / "other.toml").write_text(text.replace('"mine"', '"other"'))
        await player.until(lambda: "other" in player.app.available_themes)


async def test_every_key_is_listed_with_its_id_in_sight(home: Path, config: Path) -> None:
    async with playing(make_project(home), start=(), size=(120, 40)) as player:
        await _open(player, "Keys")
        screen = player.app.screen
        table = screen.query_one("#values").table  # type: ignore[attr-defined]
        assert [row.key for row in table.rows] == [key.id for key in KEYS]
        await player.press("G")
        await player.sees(KEYS[-1].id)


async def test_a_terminal_with_few_colours_keeps_its_own_theme(home: Path, config: Path) -> None:
    (config / "config.toml").write_text('[ui]\ntheme = "ember"\n')
    async with playing(make_project(home), start=(), theme="terminal", sixteen=True) as player:
        await _open(player, "Notifications", "j", "enter")
        await player.sees('"always"')
        assert player.app.theme == "terminal"
