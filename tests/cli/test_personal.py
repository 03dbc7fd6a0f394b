"""Keys, themes, calls and settings of the person's own, from a shell."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from looptui.tui import themes
from looptui.tui.keymap import Keymap, markdown
from tests.cli.shell import Shell

__all__: list[str] = []


@pytest.fixture
def config(shell: Shell) -> Path:
    """The directory of the person's own files."""
    folder = shell.place / "state" / "config"
    (folder / "themes").mkdir(parents=True)
    return folder


def test_the_keys_are_printed_and_those_of_the_person_marked(shell: Shell, config: Path) -> None:
    (config / "keys.toml").write_text('"fleet.stop" = "f5"\n"fleet.paus" = "f6"\n')
    shown = shell("keys")
    assert "f5" in shown.out
    assert "fleet.stop  (yours)" in shown.out
    assert "keys.toml:2: keys.fleet.paus: no such key id" in shown.err
    assert shown.code == 0
    assert shell("keys", "--check").code == 2
    assert len(shell("keys", "--json").json["problems"]) == 1
    assert shell("keys", "--md").out == markdown(Keymap())


def test_check_and_config_name_what_is_skipped(shell: Shell, config: Path) -> None:
    (config / "keys.toml").write_text('"fleet.pause" = "r"\n')
    (config / "themes" / "odd.toml").write_text("name = ")
    (shell.repo / ".looptui" / "loops").mkdir(parents=True)
    shell("new", "one", "--template", "lint-autofix")
    for words in (("check",), ("config", "show")):
        told = shell(*words).err
        assert "keys.fleet.pause: r is taken by fleet.review; skipped" in told
        assert "theme odd.toml cannot be read" in told


def test_themes_are_listed_shown_and_checked(shell: Shell, config: Path) -> None:
    good = (themes.shipped_themes() / "ember.toml").read_text().replace('"ember"', '"mine"')
    (config / "themes" / "mine.toml").write_text(good)
    listed = shell("theme", "list")
    assert listed.out.count("shipped") == 6
    assert str(config / "themes" / "mine.toml") in listed.out
    shown = shell("theme", "show", "mine", "--json").json["colors"]
    assert shown["foreground"] == "#ebdbb2"
    assert {"diff-add-bg", "state-need"} <= set(shown)
    assert shell("theme", "check").code == 0
    assert "did you mean" in shell("theme", "show", "midnigth").err


def test_a_faint_theme_fails_its_check_with_every_pair(shell: Shell, config: Path) -> None:
    text = (themes.shipped_themes() / "midnight.toml").read_text()
    faint = text.replace('foreground = "#d5daf0"', 'foreground = "#3a3f58"')
    same = faint.replace('breaker-warn = "#f2c265"', 'breaker-warn = "#5ccfc0"')
    file = config / "faint.toml"
    file.write_text(same)
    done = shell("theme", "check", str(file))
    assert done.code == 2
    assert "foreground on background has contrast" in done.out
    assert "breaker-ok and breaker-warn are 0 apart for usual sight, need 20" in done.out


def test_a_setting_is_changed_and_taken_back(shell: Shell, config: Path) -> None:
    file = config / "config.toml"
    file.write_text('# mine\n[ui]\ntheme = "ember"  # warm\n')
    assert 'ui.theme = "daylight"' in shell("config", "set", "ui.theme", "daylight").err
    assert file.read_text() == '# mine\n[ui]\ntheme = "daylight"  # warm\n'
    shell("config", "unset", "ui.theme")
    assert file.read_text() == "# mine\n[ui]\n"
    for words in (("set", "ui.them", "x"), ("set", "ui.glyphs", "emoji"), ("set", "ui.theme")):
        assert shell("config", *words).code == 2
    shell.env["LOOPTUI_UI__THEME"] = "contrast"
    assert "from LOOPTUI_UI__THEME" in shell("config", "set", "ui.theme", "ember").err


def test_the_file_is_edited_in_the_editor_and_read_again(shell: Shell, config: Path) -> None:
    script = shell.place / "ed.py"
    script.write_text("import sys; open(sys.argv[1], 'a').write('\\n[uii]\\n')")
    shell.env["EDITOR"] = f"{sys.executable} {script}"
    done = shell("config", "edit")
    assert done.code == 2
    assert "uii: unknown key" in done.err
    assert "# theme = " in (config / "config.toml").read_text()


def test_channels_are_tried_and_say_why_not(shell: Shell, config: Path) -> None:
    heard = shell.place / "heard.json"
    script = f"import sys; open({str(heard)!r}, 'w').write(sys.stdin.read())"
    command = json.dumps([sys.executable, "-c", script])
    (config / "config.toml").write_text(f"[notify]\ncommand = {command}\n")
    done = shell("notify", "test", "bell", "command")
    assert (done.code, done.out) == (0, "bell: sent\ncommand: sent\n")
    assert json.loads(heard.read_text()) == {
        "schema": "looptui.notify/1", "title": "looptui needs you", "body": "this is a test",
    }  # fmt: skip
    (config / "config.toml").write_text('[notify]\ncommand = "no-such-program-here"\n')
    failed = shell("notify", "test", "command")
    assert failed.code == 6
    assert "no-such-program-here" in failed.out
    assert "there is no notifier 'pager'" in shell("notify", "test", "pager").err
