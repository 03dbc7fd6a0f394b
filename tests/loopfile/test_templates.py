from __future__ import annotations

import pytest

from looptui import loopfile
from looptui.errors import UsageError
from looptui.loopfile import templates


@pytest.mark.parametrize("name", templates.names())
def test_each_passes_our_own_check_and_can_run(name: str) -> None:
    loaded = loopfile.loads(templates.render(name, owner="a@example.org"), f"{name}.toml")
    assert loopfile.unsupported(loaded.loop) == ()
    assert loaded.loop.name == name
    assert loaded.loop.owner == "a@example.org"
    assert {one.code for one in loaded.warnings} <= {"S029"}
    assert templates.about(name)


def test_the_ones_that_are_promised_are_there() -> None:
    assert {"fix-tests", "lint-autofix", "format", "agent", "docs-links"} <= set(templates.names())
    assert templates.DEFAULT in templates.names()


def test_the_default_needs_no_model_and_no_tool_of_its_own() -> None:
    loaded = loopfile.loads(templates.render(templates.DEFAULT, owner="a@example.org"))
    assert loaded.loop.maker.agent == "repair"
    assert loaded.warnings == ()
    assert loaded.loop.limits.escalate_at is not None


@pytest.mark.parametrize("name", templates.names())
@pytest.mark.parametrize("odd", ['say "now"\nand \\ then', "ü $x {y} # [z]", "\u007f'''"])
def test_what_a_person_says_arrives_as_it_was_said(name: str, odd: str) -> None:
    text = templates.render(name, owner='Ö "x" # y', loop_name="my-loop", goal=odd.strip("\x7f"))
    loop = loopfile.loads(text).loop
    assert loop.owner == 'Ö "x" # y'
    assert loop.name == "my-loop"
    assert loop.goal.text == odd.strip("\x7f")


def test_commands_are_put_in_their_places() -> None:
    agent = ("my agent", "--file", "{prompt_file}")
    text = templates.render(
        "agent", owner="a@example.org", test_argv=("make", "te st"), agent_argv=agent
    )
    loop = loopfile.loads(text).loop
    assert loop.maker.argv == agent
    assert loop.gates[0].argv == ("make", "te st")
    assert loop.gates[1].kind == "diff"


def test_a_control_character_is_kept_out_of_the_text() -> None:
    assert "\x7f" not in templates.quoted("a\x7fb")


def test_what_a_template_does_not_have_is_said() -> None:
    with pytest.raises(UsageError, match='did you mean "format"'):
        templates.render("fromat", owner="a@example.org")
    with pytest.raises(UsageError, match="runs no tests"):
        templates.render("format", owner="a@example.org", test_argv=("true",))
    with pytest.raises(UsageError, match="its own maker"):
        templates.render("fix-tests", owner="a@example.org", agent_argv=("true",))
    assert not templates.takes_agent("fix-tests")
    assert templates.takes_agent("agent")
