from __future__ import annotations

from pathlib import Path

import pytest

from looptui import config
from looptui.config import Config, Row
from looptui.loopfile import LoopFileErrors
from looptui.settings import SETTINGS


class Layers:
    """A user's file, a repository's file and an environment."""

    def __init__(self, tmp: Path) -> None:
        self.user = tmp / "user" / "config.toml"
        self.root = tmp / "repo"
        self.repo = self.root / ".looptui" / "config.toml"
        for file in (self.user, self.repo):
            file.parent.mkdir(parents=True)
        self.env: dict[str, str] = {}

    def load(self, **flags: str) -> Config:
        named = {key.replace("__", "."): value for key, value in flags.items()}
        return config.load(self.root, self.env, named, self.user)

    def fail(self, **flags: str) -> list[str]:
        with pytest.raises(LoopFileErrors) as wrong:
            self.load(**flags)
        return [str(one) for one in wrong.value.problems]


@pytest.fixture
def layers(tmp_path: Path) -> Layers:
    return Layers(tmp_path)


def row(settings: Config, key: str) -> Row:
    return next(one for one in settings.show() if one.key == key)


def test_without_files_the_defaults_hold(layers: Layers) -> None:
    settings = layers.load()
    assert settings == Config()
    assert settings.theme == "midnight"
    assert settings.glyphs == "unicode"
    assert settings.fleet_cost_micro_usd == settings.day_cost_micro_usd == 20_000_000
    assert settings.max_concurrent == 4
    assert settings.notify_channels == ("bell", "osc")
    assert settings.notify_when == "unfocused"
    assert settings.editor == ()
    assert {one.layer for one in settings.show()} == {"default"}


def test_each_layer_hides_the_one_below(layers: Layers) -> None:
    layers.user.write_text('[ui]\n\ntheme = "ember"\nglyphs = "ascii"\n')
    assert layers.load().theme == "ember"
    assert row(layers.load(), "ui.theme") == Row("ui.theme", '"ember"', "user", f"{layers.user}:3")
    layers.env["LOOPTUI_UI__THEME"] = "daylight"
    assert row(layers.load(), "ui.theme") == Row(
        "ui.theme", '"daylight"', "env", "LOOPTUI_UI__THEME"
    )
    assert layers.load(ui__theme="contrast").theme == "contrast"
    assert row(layers.load(ui__theme="contrast"), "ui.theme").layer == "flag"
    assert layers.load().glyphs == "ascii"


def test_the_environment_says_every_kind_of_value(layers: Layers) -> None:
    layers.env = {
        "LOOPTUI_LIMITS__DAY_COST_USD": "1.25",
        "LOOPTUI_LIMITS__MAX_CONCURRENT": "2",
        "LOOPTUI_NOTIFY__CHANNELS": "desktop, bell",
        "LOOPTUI_EDITOR__COMMAND": "hx --vsplit 'a b'",
        "LOOPTUI_HOME": "/elsewhere",
    }
    settings = layers.load()
    assert settings.day_cost_micro_usd == 1_250_000
    assert settings.max_concurrent == 2
    assert settings.notify_channels == ("desktop", "bell")
    assert settings.editor == ("hx", "--vsplit", "a b")
    assert row(settings, "limits.day_cost_usd").value == "1.25"
    assert settings.warnings == ()


def test_a_variable_that_means_nothing_is_reported(layers: Layers) -> None:
    layers.env["LOOPTUI_UI__THEEM"] = "ember"
    (warning,) = layers.load().warnings
    assert str(warning) == (
        'LOOPTUI_UI__THEEM: warning: no such setting, did you mean "LOOPTUI_UI__THEME"?'
    )


def test_the_user_file_is_in_the_config_directory(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[ui]\ntheme = "ember"')
    assert config.load(None, {"LOOPTUI_HOME": str(tmp_path)}).theme == "ember"


# --- the repository ---------------------------------------------------------------------------


def test_a_repository_lowers_limits(layers: Layers) -> None:
    layers.user.write_text("[limits]\nday_cost_usd = 10\n")
    layers.repo.write_text("[limits]\nday_cost_usd = 2.5\nmax_concurrent = 1\n")
    settings = layers.load()
    assert settings.day_cost_micro_usd == 2_500_000
    assert settings.max_concurrent == 1
    assert settings.warnings == ()
    assert row(settings, "limits.day_cost_usd") == Row(
        "limits.day_cost_usd", "2.5", "repo", f"{layers.repo}:2"
    )


def test_a_repository_lowers_what_the_environment_and_flags_say_too(layers: Layers) -> None:
    layers.repo.write_text("[limits]\nmax_concurrent = 2\n")
    layers.env["LOOPTUI_LIMITS__MAX_CONCURRENT"] = "8"
    assert layers.load().max_concurrent == 2
    assert layers.load(limits__max_concurrent="16").max_concurrent == 2
    assert layers.load(limits__max_concurrent="1").max_concurrent == 1


def test_a_repository_never_raises_a_limit(layers: Layers) -> None:
    layers.user.write_text("[limits]\nday_cost_usd = 3\n")
    layers.repo.write_text("[limits]\nday_cost_usd = 500\n")
    settings = layers.load()
    assert settings.day_cost_micro_usd == 3_000_000
    (warning,) = settings.warnings
    assert (warning.line, warning.key) == (2, "limits.day_cost_usd")
    assert "only lower it; 3 stays" in warning.message
    assert row(settings, "limits.day_cost_usd").layer == "user"


@pytest.mark.parametrize("name", config.NOT_FOR_A_REPOSITORY)
def test_a_repository_sets_nothing_powerful(layers: Layers, name: str) -> None:
    layers.repo.write_text(f'[{name}]\nx = "y"\n')
    settings = layers.load()
    assert [(one.key, one.severity) for one in settings.warnings] == [(name, "warning")]
    assert settings.show() == Config().show()


def test_a_repository_does_not_choose_for_the_person(layers: Layers) -> None:
    layers.repo.write_text('[editor]\ncommand = "evil"\n[ui]\ntheme = "ember"\n')
    settings = layers.load()
    assert [one.key for one in settings.warnings] == ["editor.command", "ui.theme"]
    assert settings.editor == ()
    assert settings.theme == "midnight"


def test_the_users_own_file_knows_no_such_tables(layers: Layers) -> None:
    layers.user.write_text('[sandbox]\nx = "y"\n')
    assert layers.fail() == [f"{layers.user}:1: sandbox: unknown key\n       1 | [sandbox]"]


# --- what is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[limits]\nday_cost_usd = 0", 2, "more than 0"),
        ("[limits]\nday_cost_usd = -1", 2, "more than 0"),
        ("[limits]\nday_cost_usd = nan", 2, "finite"),
        ("[limits]\nday_cost_usd = inf", 2, "finite"),
        ("[limits]\nday_cost_usd = 1e309", 2, "at most 100,000"),
        ('[limits]\nday_cost_usd = "5"', 2, "must be a number"),
        ("[limits]\n\nmax_concurrent = 0", 3, "at least 1"),
        ("[limits]\nmax_concurrent = 65", 2, "at most 64"),
        ("[limits]\nmax_concurent = 3", 2, 'did you mean "max_concurrent"?'),
        ("[limit]\nmax_concurrent = 3", 1, 'did you mean "limits"?'),
        ("limits = 3", 1, "must be a table: [limits]"),
        ('[ui]\nglyphs = "emoji"', 2, 'must be "unicode" or "ascii"'),
        ("[ui]\ntheme = 3", 2, "text in quotes"),
        ('[ui]\ntheme = "../x"', 2, "small letters"),
        ('[notify]\nchannels = "bell"', 2, "must be a list"),
        ('[notify]\nchannels = ["pager"]', 2, '"osc", "desktop" or "command"'),
        ("[editor]\ncommand = []", 2, "must be a command"),
        ('[editor]\ncommand = "a \'b"', 2, "unclosed quote"),
        ('[ui]\ntheme = "x', 2, "unclosed quote"),
    ],
)
def test_wrong_settings_are_placed(layers: Layers, text: str, line: int, words: str) -> None:
    layers.user.write_text(text)
    (said,) = layers.fail()
    assert said.startswith(f"{layers.user}:{line}: ")
    assert words in said


def test_wrong_limits_of_a_repository_are_errors_too(layers: Layers) -> None:
    layers.repo.write_text("[limits]\nday_cost_usd = 0\nmax_concurent = 1\n")
    assert [said.split(": ")[1] for said in layers.fail()] == [
        "limits.day_cost_usd",
        "limits.max_concurent",
    ]


@pytest.mark.parametrize("value", ["many", "", "1.5", "nan", "inf", "1e400", "-1", "0"])
def test_wrong_variables_are_named(layers: Layers, value: str) -> None:
    layers.env["LOOPTUI_LIMITS__MAX_CONCURRENT"] = value
    (said,) = layers.fail()
    assert said.startswith("LOOPTUI_LIMITS__MAX_CONCURRENT: ")


def test_all_layers_are_said_at_once(layers: Layers) -> None:
    layers.user.write_text("[ui]\ntheme = 3\n")
    layers.repo.write_text("[limits]\nmax_concurrent = 0\n")
    layers.env["LOOPTUI_UI__GLYPHS"] = "x"
    assert len(layers.fail(ui__thme="x")) == 4
    with pytest.raises(LoopFileErrors) as wrong:
        layers.load()
    assert wrong.value.exit_code == 2
    assert "looptui config show" in wrong.value.hint


def test_every_setting_is_described_and_its_default_is_one_it_takes() -> None:
    for setting in SETTINGS:
        assert setting.about.endswith(".")
        raw: object = setting.default
        if isinstance(raw, tuple):
            raw = list(raw) or None
        elif setting.money and isinstance(raw, int):
            raw = raw // 1_000_000
        if raw is not None:
            assert setting.read(raw) == setting.default
