"""Each template as it stands, and with what a person or a look at the repository says."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from looptui import loopfile
from looptui.errors import UsageError
from looptui.loopfile import templates
from looptui.loopfile.answers import Answers, GateAnswer, MakerAnswer, compose
from looptui.loopfile.sheet import quoted

GALLERY = {
    "fix-tests", "lint-autofix", "docs-update", "dependency-bump", "flaky-hunt", "coverage-raise",
    "ci-sweeper", "changelog", "agent", "format", "docs-links",
}  # fmt: skip


@pytest.mark.parametrize("name", templates.names())
def test_each_passes_our_own_check_and_can_run(name: str) -> None:
    loaded = loopfile.loads(compose(Answers(name, "a@example.org")), f"{name}.toml")
    assert loopfile.unsupported(loaded.loop) == ()
    assert loaded.loop.name == name
    assert loaded.loop.owner == "a@example.org"
    assert {one.code for one in loaded.warnings} <= {"S029"}
    assert templates.about(name)


@pytest.mark.parametrize("name", templates.names())
def test_each_binds_its_goal_to_a_gate_and_explains_itself(name: str) -> None:
    source = templates.source(name)
    data = tomllib.loads(source)
    gates = {gate["id"] for gate in data["gates"]}
    assert {one["gate"] for one in data["criteria"]} <= gates
    assert data["breakers"].keys() >= {"iterations", "time"}
    assert len(templates.about(name)) <= 58
    assert source.count("#") >= 2 or name == "format"


def test_the_gallery_is_whole() -> None:
    assert set(templates.names()) == GALLERY
    assert templates.DEFAULT in GALLERY
    assert templates.ANY_AGENT in GALLERY


def test_nothing_said_changes_nothing_but_the_owner() -> None:
    for name in templates.names():
        assert compose(Answers(name, "you@example.org")) == templates.source(name)


def test_the_default_needs_no_model_and_no_tool_of_its_own() -> None:
    loaded = loopfile.loads(templates.source(templates.DEFAULT))
    assert loaded.loop.maker.agent == "repair"
    assert loaded.warnings == ()
    assert loaded.loop.limits.escalate_at is not None


@pytest.mark.parametrize("name", templates.names())
@pytest.mark.parametrize("odd", ['say "now"\nand \\ then', "ü $x {y} # [z]", "\u007f'''"])
def test_what_a_person_says_arrives_as_it_was_said(name: str, odd: str) -> None:
    said = Answers(name, 'Ö "x" # y', "my-loop", odd.strip("\x7f"))
    loop = loopfile.loads(compose(said)).loop
    assert loop.owner == 'Ö "x" # y'
    assert loop.name == "my-loop"
    assert loop.goal.text == odd.strip("\x7f")


@pytest.mark.parametrize("name", templates.names())
def test_any_maker_and_any_gates_fit_into_any_template(name: str) -> None:
    maker = MakerAnswer("command", ("my agent", "-p"), "argument", ("A_KEY",))
    gates = (
        GateAnswer("lint", ("ruff", "check", "."), "Nothing is found"),
        GateAnswer("tests", ("make", "te st"), "They pass", 2),
        GateAnswer("new", ("true",), "It is true"),
    )
    said = Answers(
        name, "a@example.org", maker=maker, gates=gates, share=(".venv",), setup=(("npm", "ci"),),
        limits=(("iterations", "3"), ("cost_usd", "0.5")), write=("src/**",),
    )  # fmt: skip
    loop = loopfile.loads(compose(said)).loop
    assert (loop.maker.argv, loop.maker.prompt_by, loop.maker.env) == (
        maker.argv, "argument", ("A_KEY",),
    )  # fmt: skip
    commands = {gate.id: (gate.argv, gate.order) for gate in loop.gates if gate.kind == "command"}
    assert commands == {gate.id: (gate.argv, gate.order) for gate in gates}
    assert {one.gate for one in loop.criteria} == {"lint", "tests", "new"}
    assert (loop.limits.iterations, loop.limits.cost_micro_usd) == (3, 500_000)
    assert loop.workspace.setup.share == (".venv",)
    assert loop.workspace.setup.argv == (("npm", "ci"),)
    assert loop.permissions.write == ("src/**",)
    small = replace(said, size=False, maker=MakerAnswer("repair"))
    loop = loopfile.loads(compose(small)).loop
    assert (loop.maker.agent, loop.maker.argv) == ("repair", ())
    assert {gate.kind for gate in loop.gates} == {"command"}


def test_a_loop_without_gates_is_named_as_wrong_and_does_not_fall_over() -> None:
    with pytest.raises(loopfile.LoopFileErrors, match="criteria"):
        loopfile.loads(compose(Answers("ci-sweeper", "a@example.org", gates=())))


def test_a_control_character_is_kept_out_of_the_text() -> None:
    assert "\x7f" not in quoted("a\x7fb")


def test_an_unknown_template_is_told() -> None:
    with pytest.raises(UsageError, match='did you mean "format"'):
        templates.source("fromat")
    assert not templates.takes_agent("fix-tests")
    assert templates.takes_agent("agent")
