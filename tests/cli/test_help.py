"""Every command explains itself, fast, and with an example first."""

from __future__ import annotations

import importlib
import subprocess
import sys

import click
import pytest

from looptui.cli.app import COMMANDS, SECTIONS
from tests.cli.shell import Shell

HEAVY = ("textual", "rich", "litellm", "git", "pydantic", "watchfiles", "sqlite_utils")


def _command(name: str) -> click.Command:
    module = importlib.import_module(f"looptui.cli.{COMMANDS[name][0]}")
    command: click.Command = getattr(module, name)
    return command


def _all() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        found.append((name,))
        command = _command(name)
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
    return found


@pytest.mark.parametrize("words", _all(), ids=" ".join)
def test_help_begins_with_what_it_is_for_and_an_example(words: tuple[str, ...]) -> None:
    command = _command(words[0])
    for word in words[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    context = click.Context(command, info_name=" ".join(("looptui", *words)))
    text = command.get_help(context)
    assert text.index("Example:") < text.index("Options:")
    assert f"  looptui {' '.join(words)}" in text[text.index("Example:") :]
    assert "TODO" not in text
    for option in command.params:
        if isinstance(option, click.Option) and not isinstance(option.type, click.Choice):
            assert option.help, f"{words}: {option.name} has no help"


def test_the_help_lists_every_command_once() -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted(COMMANDS)


def test_the_table_of_commands_says_what_the_commands_say() -> None:
    for name, (_, text) in COMMANDS.items():
        assert text[0].isupper()
        assert text.endswith(".")
        assert _command(name).name == name


def test_help_and_version_import_nothing_heavy() -> None:
    for words in (["--help"], ["--version"], ["run", "--help"], ["status", "--help"]):
        code = (
            "import sys\n"
            f"sys.argv = ['looptui', *{words!r}]\n"
            "from looptui.__main__ import main\n"
            "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
            f"print([name for name in {HEAVY!r} if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.endswith("[]\n"), (words, done.stdout[-200:], done.stderr)


def test_a_wrong_word_below_a_group_gets_a_suggestion(shell: Shell) -> None:
    done = shell("audit", "verfy")
    assert done.code == 2
    assert "Did you mean 'verify'?" in done.err
    assert "Known: list, clean" in shell("worktree", "xyz").err
