"""One setting changed by program in a file that a person wrote."""

from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looptui.config_file import CannotChange, begin, change, with_value
from looptui.errors import ConfigError
from looptui.settings import SETTINGS, literal, written

OWN = """\
# mine
[notify]   # how
when = "always"  # they ring twice

[ui]
  theme = 'ember'   # warm
# glyphs = "ascii"
"""


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("theme", '"daylight"', "theme = 'ember'   # warm", 'theme = "daylight"   # warm'),
        ("glyphs", '"ascii"', '# glyphs = "ascii"\n', '# glyphs = "ascii"\nglyphs = "ascii"\n'),
        ("theme", None, "  theme = 'ember'   # warm\n", ""),
        ("glyphs", None, "", ""),
    ],
)
def test_every_other_line_stays(key: str, value: str | None, old: str, new: str) -> None:
    assert with_value(OWN, "ui", key, value) == (OWN.replace(old, new) if old else OWN)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("", '[ui]\ntheme = "x"\n'),
        ("[limits]\nmax_concurrent = 2", '[limits]\nmax_concurrent = 2\n\n[ui]\ntheme = "x"\n'),
        ("[ui]", '[ui]\ntheme = "x"\n'),
        ("[ui]\n\n[limits]\n", '[ui]\ntheme = "x"\n\n[limits]\n'),
        ("[ui]\r\ntheme = 'y'\r\n", '[ui]\r\ntheme = "x"\r\n'),
    ],
)
def test_a_table_is_made_where_there_is_none(text: str, new: str) -> None:
    assert with_value(text, "ui", "theme", '"x"') == new


@pytest.mark.parametrize(
    "text",
    [
        'ui = { theme = "y" }\n',
        'ui.theme = "y"\n',
        '[ui]\ntheme = """\ny"""\n',
        '[ui]\n"theme" = "y"\n',
        'note = """\n[ui]\ntheme = "no"\n"""\n[ui]\ntheme = "y"\n',
        "ui = 3\n",
        "[ui\n",
    ],
)
def test_what_is_written_another_way_is_left_to_an_editor(text: str) -> None:
    with pytest.raises(CannotChange):
        with_value(text, "ui", "theme", '"x"')


@given(
    st.dictionaries(
        st.sampled_from(["ui", "notify", "other"]),
        st.dictionaries(st.sampled_from(["theme", "when", "a"]), st.text(max_size=6), max_size=3),
        max_size=3,
    ),
    st.sampled_from(["ui", "notify"]),
    st.sampled_from(["theme", "when"]),
    st.one_of(st.none(), st.text(max_size=6)),
)
def test_the_result_says_exactly_that_one_thing_else(
    content: dict[str, dict[str, str]], table: str, key: str, value: str | None
) -> None:

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    text = "".join(
        f"[{name}]\n" + "".join(f"{k} = {quoted(v)} # note\n" for k, v in items.items())
        for name, items in content.items()
    )
    changed = tomllib.loads(with_value(text, table, key, None if value is None else quoted(value)))
    wanted = {name: dict(items) for name, items in content.items()}
    if value is None:
        wanted.get(table, {}).pop(key, None)
    else:
        wanted.setdefault(table, {})[key] = value
    assert changed == wanted


def test_a_file_is_replaced_in_one_step_and_keeps_its_mode(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text(OWN)
    real.chmod(0o640)
    link.symlink_to(real)
    change(link, "ui.theme", '"contrast"')
    assert link.is_symlink()
    assert 'theme = "contrast"   # warm' in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"config.toml", "real.toml"}


def test_a_file_that_cannot_be_changed_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[ui\n")
    with pytest.raises(ConfigError, match="stays as it is"):
        change(file, "ui.theme", '"x"')
    assert file.read_text() == "[ui\n"


def test_a_new_file_has_every_setting_as_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    begin(file)
    text = file.read_text()
    assert tomllib.loads(text) == {name: {} for name in ("limits", "ui", "notify", "editor")}
    for one in SETTINGS:
        assert f"# {one.key.partition('.')[2]} = {written(one, one.default)}\n" in text
    file.write_text("mine")
    begin(file)
    assert file.read_text() == "mine"


def test_what_was_typed_is_checked_and_written_as_a_file_says_it() -> None:
    assert literal("notify.channels", "bell, desktop") == '["bell", "desktop"]'
    assert literal("limits.day_cost_usd", " 2.5 ") == "2.5"
    assert literal("editor.command", "code --wait") == '["code", "--wait"]'
    assert literal("notify.quiet", "22:00-07:00") == '"22:00-07:00"'
    for key, text in (("ui.glyphs", "emoji"), ("notify.quiet", "25:00-1:00"), ("ui.them", "x")):
        with pytest.raises(ConfigError):
            literal(key, text)
