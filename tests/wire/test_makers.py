"""What makers can do: the table of doctor, and loops that need what their maker lacks."""

from __future__ import annotations

from dataclasses import fields

import pytest

from looptui import loopfile
from looptui.adapters.agents.streams import PARSERS
from looptui.detecting.presets import Can, parsed, presets
from looptui.plugins import load, names
from looptui.wire.makers import described, table
from tests.loopfile.texts import CONTRACT, changed

ASKS = '[permissions]\ncommands = ["make"]\n'
AGENT = 'agent = "command"\nargv = ["python3", "/somewhere/agent.py"]    # prompt on stdin'


def test_every_known_maker_has_every_capability_in_the_table() -> None:
    rows = table()
    assert {row.name for row in rows} == set(names("looptui.maker"))
    for row in rows:
        assert set(row.can) == {one.name for one in fields(Can)}
        has, lacks = described(row)
        assert "structured output" in f"{has}, {lacks}"


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_sound(name: str) -> None:
    preset = presets()[name]
    assert load("looptui.maker", name)().name == name
    assert preset.parser in PARSERS or preset.protocol == "acp"
    assert bool(preset.can.usage) is (preset.usage != "none")
    assert bool(preset.can.approvals) is (preset.protocol != "stream")
    assert (preset.can.interrupt == "protocol") is (preset.protocol != "stream")
    assert preset.prompt == "protocol" or preset.protocol == "stream"
    assert preset.keys or not preset.program
    assert not preset.offered or preset.program
    assert ("{prompt_file}" in preset.argv) is (preset.prompt == "file")
    assert ("{prompt}" in preset.argv) is (preset.prompt == "argument")


def test_a_preset_with_a_key_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError):
        parsed("x", 'title = "x"\nprogam = "y"')


@pytest.mark.parametrize("agent", ["claude-print", "codex-exec", "aider"])
def test_a_loop_that_needs_what_its_maker_lacks_is_refused_with_that_word(agent: str) -> None:
    text = changed(AGENT, f'agent = "{agent}"', CONTRACT + ASKS)
    (reason,) = loopfile.unsupported(loopfile.loads(text).loop)
    assert reason.startswith(f"permissions.commands: {agent} lacks approvals")


@pytest.mark.parametrize("agent", ["claude-code", "codex", "opencode"])
def test_a_loop_whose_maker_asks_may_say_what_needs_no_question(agent: str) -> None:
    text = changed(AGENT, f'agent = "{agent}"', CONTRACT + ASKS + 'on_denied = "ask"\n')
    loop = loopfile.loads(text).loop
    assert loopfile.unsupported(loop) == ()
    assert (loop.permissions.commands, loop.permissions.on_denied) == (("make",), "ask")


def test_keys_of_another_maker_are_no_keys_of_an_agent() -> None:
    text = changed(AGENT, 'agent = "codex"\nprompt_by = "stdin"')
    with pytest.raises(loopfile.problem.LoopFileErrors, match="no use"):
        loopfile.loads(text)
    text = changed(AGENT, AGENT + '\nmodel = "m"')
    with pytest.raises(loopfile.problem.LoopFileErrors, match="no use"):
        loopfile.loads(text)
