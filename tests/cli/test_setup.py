"""`init` and `new`: files that work at once, and nothing that was there is lost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from looptui.errors import UsageError
from looptui.loopfile import templates
from looptui.wire import starting
from tests.cli.shell import Shell


def test_init_makes_a_repository_ready_and_can_be_called_again(shell: Shell) -> None:
    done = shell("init")
    assert done.code == 0
    assert done.out.splitlines() == [
        "wrote .looptui/config.toml",
        "wrote .looptui/loops/fix-tests.toml",
    ]
    for words in ("python3 -m pytest -q", "lands on: main", "looptui run fix-tests"):
        assert words in done.err
    loop = shell.repo / ".looptui/loops/fix-tests.toml"
    assert 'owner = "ada@example.org"' in loop.read_text()
    assert shell("check", "--gates").code == 0
    assert shell("config", "show").code == 0

    loop.write_text(loop.read_text() + "# mine\n")
    again = shell("init", "--yes")
    assert again.code == 0
    assert again.out.splitlines() == [
        "kept .looptui/config.toml",
        "kept .looptui/loops/fix-tests.toml",
    ]
    assert loop.read_text().endswith("# mine\n")
    assert shell.git("status", "--porcelain") == "?? .looptui/"


def test_init_takes_a_template_beside_what_is_there(shell: Shell) -> None:
    assert shell("init").code == 0
    more = shell("init", "--template", "format")
    assert "wrote .looptui/loops/format.toml" in more.out
    wrong = shell("init", "--template", "formt")
    assert wrong.code == 2
    assert 'did you mean "format"?' in wrong.err


def test_init_works_in_a_subdirectory_and_before_the_first_commit(shell: Shell) -> None:
    below = shell.repo / "below"
    below.mkdir()
    assert shell("init", cwd=below).code == 0
    assert (shell.repo / ".looptui/config.toml").is_file()
    assert not (below / ".looptui").exists()


def test_the_limits_that_init_names_are_those_that_hold(shell: Shell) -> None:
    assert shell("init").code == 0
    config = shell.repo / ".looptui/config.toml"
    text = config.read_text().replace("# max_concurrent = 4", "max_concurrent = 2")
    config.write_text(text)
    assert "limits.max_concurrent = 2" in shell("config").out


@pytest.mark.parametrize("template", templates.names())
def test_every_template_passes_its_check(shell: Shell, template: str) -> None:
    made = shell("new", "my-loop", "--template", template)
    assert (made.code, made.out) == (0, ".looptui/loops/my-loop.toml\n")
    checked = shell("check", "my-loop", "--json").json
    assert checked["ok"], checked
    assert checked["files"][0]["loop"] == "my-loop"


def test_new_takes_goal_and_agent_and_refuses_to_overwrite(shell: Shell) -> None:
    words = ("--goal", 'Say "hello"\nand go', "--agent-argv", "python3 -c 'print(1)'")
    assert shell("new", "greet", *words).code == 0
    file = shell.repo / ".looptui/loops/greet.toml"
    text = file.read_text()
    assert 'argv = ["python3", "-c", "print(1)"]' in text
    assert r"Say \"hello\"\nand go" in text
    assert shell("check", "greet", "--gates").code == 0
    again = shell("new", "greet")
    assert again.code == 2
    assert "not touched" in again.err
    assert file.read_text() == text


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ((), "--list"),
        (("Big",), "small letters"),
        (("../up",), "small letters"),
        (("x", "--template", "agnt"), 'did you mean "agent"?'),
        (("x", "--agent-argv", "'open"), "unclosed quote"),
        (("x", "--agent-argv", ""), "program"),
        (("x", "--goal", " "), "--goal"),
    ],
)
def test_new_refuses_wrong_words_and_writes_nothing(
    shell: Shell, words: tuple[str, ...], hint: str
) -> None:
    done = shell("new", *words)
    assert done.code == 2
    assert hint in done.err
    assert not (shell.repo / ".looptui").exists()


def test_a_place_that_cannot_be_written_is_told(shell: Shell) -> None:
    (shell.repo / ".looptui").write_text("a file")
    done = shell("new", "x")
    assert done.code in (2, 6)
    assert ".looptui" in done.err


def test_templates_are_listed_with_what_they_are_for(shell: Shell) -> None:
    listed = shell("new", "--list").out
    for name in templates.names():
        assert templates.about(name) in listed


def test_detection_says_what_was_found_and_where_and_writes_nothing(shell: Shell) -> None:
    (shell.repo / "Makefile").write_text("lint:\n\ttrue\n")
    (shell.repo / "package.json").write_text("{broken")
    (shell.repo / "AGENTS.md").write_text("Run `make check-\u202eall` or `make check-all`.\n")
    shown = shell("init", "--detect")
    assert shown.code == 0
    for words in ("Python (calc.py)", "branch: main", "make lint", "Makefile:1", "AGENTS.md:1"):
        assert words in shown.out
    assert "could not be read: package.json: not JSON" in shown.err
    found = shell("init", "--detect", "--json").json
    assert found["schema"] == "looptui.survey/1"
    by_purpose = {one["purpose"]: one for one in found["findings"] if not one["suggestion"]}
    assert by_purpose["test"]["argv"] == ["python3", "-m", "pytest", "-q"]
    assert (by_purpose["lint"]["path"], by_purpose["lint"]["line"]) == ("Makefile", 1)
    assert [one["argv"] for one in found["findings"] if one["suggestion"]] == [
        ["make", "check-all"]
    ]
    assert found["git"]["default"] == "main"
    assert not (shell.repo / ".looptui").exists()
    assert shell("init", "--json").code == 2


def test_before_the_first_commit_init_says_what_a_run_needs(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    shell.git("update-ref", "-d", "HEAD")
    done = shell("init")
    assert done.code == 0
    assert "no commit yet" in done.err
    assert "git commit" in done.err


def test_a_project_of_another_language_gets_the_loop_for_any_agent(shell: Shell) -> None:
    (shell.repo / "test_calc.py").unlink()
    (shell.repo / "go.mod").write_text("module x\n")
    done = shell("init")
    assert "wrote .looptui/loops/agent.toml" in done.out
    assert "Put the command line of your agent" in done.err
    assert (
        'argv = ["go", "test", "./..."]' in (shell.repo / ".looptui/loops/agent.toml").read_text()
    )


def test_writing_never_follows_into_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(UsageError):
        starting.write(tmp_path / "link", "text")
    assert not target.exists()


GH = """#!/bin/sh
[ "$1 $2 $3" = "issue view https://github.com/you/shop/issues/12" ] || { echo no >&2; exit 1; }
echo '{"title": "Add is wrong", "body": "2 + 3 is not -1."}'
"""


def test_the_goal_can_come_from_a_file_standard_input_or_an_issue(shell: Shell) -> None:
    def goal(name: str) -> str:
        loop = tomllib.loads((shell.repo / f".looptui/loops/{name}.toml").read_text())
        return str(loop["goal"]["text"]).strip()

    (shell.place / "goal.md").write_text('Sum up "right".\n\nAll of it.\n')
    assert shell("new", "one", "--from", str(shell.place / "goal.md")).code == 0
    assert goal("one") == 'Sum up "right".\n\nAll of it.'
    assert shell("new", "two", "--from", "-", stdin="Be right.").code == 0
    assert goal("two") == "Be right."
    tools = shell.place / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "gh").chmod(0o755)
    shell.env["PATH"] = f"{tools}:{shell.env['PATH']}"
    url = "https://github.com/you/shop/issues/12"
    assert shell("new", "three", "--from", url).code == 0
    assert goal("three") == "Add is wrong\n\n2 + 3 is not -1."
    refused = shell("new", "four", "--from", url.replace("12", "13"))
    assert (refused.code, "gh could not read it: no" in refused.err) == (6, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--from", "nowhere.md"), 6, "cannot be read"),
        (("--from", "-"), 2, "there is no text"),
        (("--from", "https://example.org/x"), 2, "no address of an issue"),
        (("--from", "https://gitlab.com/you/x/-/issues/1"), 6, "glab is not on PATH"),
        (("--from", "-", "--goal", "x"), 2, "give one"),
        (("--edit",), 2, "needs a terminal"),
    ],
)
def test_goals_that_cannot_be_had(
    shell: Shell, words: tuple[str, ...], code: int, told: str
) -> None:
    done = shell("new", "one", *words)
    assert (done.code, told in done.err) == (code, True), done.err
    assert not (shell.repo / ".looptui/loops/one.toml").exists()


def test_templates_as_json(shell: Shell) -> None:
    listed = shell("new", "--list", "--json").json["templates"]
    assert [one["name"] for one in listed] == list(templates.names())
    assert shell("new", "one", "--json").code == 2
