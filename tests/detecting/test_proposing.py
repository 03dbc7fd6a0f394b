"""From a look at a repository to a loop file that fits it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.detecting import survey
from looptui.detecting.proposing import (
    ANY_TESTS,
    PLACEHOLDER,
    first_template,
    gates,
    maker_choices,
    propose,
    with_gates,
)
from looptui.detecting.values import Survey
from looptui.loopfile import templates
from looptui.loopfile.answers import compose

REPOSITORIES: dict[str, dict[str, str]] = {
    "empty": {},
    "python": {
        "test_x.py": "", "pyproject.toml": "[tool.ruff]\n[tool.mypy]\n", "uv.lock": "",
        "mkdocs.yml": "",
    },
    "node": {
        "package.json": json.dumps({
            "scripts": {"test": "jest", "lint": "eslint .", "lint:fix": "eslint --fix ."},
            "devDependencies": {"jest": "1"},
        }),
        "package-lock.json": "{}",
    },
    "rust": {"Cargo.toml": "[package]\n", "Cargo.lock": 'source = "registry'},
    "go": {"go.mod": "module x\n", "go.sum": "x"},
    "prose": {"AGENTS.md": "Run `make check-all` and `pytest -q`.\n"},
    "parts": {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/a/package.json": '{"scripts": {"test": "jest"}}',
        "packages/b/package.json": '{"scripts": {"test": "jest"}}',
    },
}  # fmt: skip


def made(tmp_path: Path, kind: str, *agents: str, **environ: str) -> Survey:
    root, tools = tmp_path / "repo", tmp_path / "bin"
    root.mkdir()
    tools.mkdir()
    for name, text in REPOSITORIES[kind].items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for agent in agents:
        (tools / agent).write_text("#!/bin/sh\n")
        (tools / agent).chmod(0o755)
    return replace(survey(root, {"PATH": str(tools), **environ}), owner="ada@example.org")


@pytest.mark.parametrize("template", templates.names())
@pytest.mark.parametrize("kind", REPOSITORIES)
def test_each_template_fits_each_repository(tmp_path: Path, kind: str, template: str) -> None:
    found = made(tmp_path, kind, "claude")
    loaded = loopfile.loads(compose(propose(found, template)), f"{template}.toml")
    assert loopfile.unsupported(loaded.loop) == ()
    assert {one.code for one in loaded.warnings} <= {"S029"}
    assert loaded.loop.owner == "ada@example.org"
    prose = {one.argv for one in found.findings if one.suggestion}
    assert not prose & {gate.argv for gate in loaded.loop.gates}


def test_python_tests_are_mended_by_the_built_in_maker(tmp_path: Path) -> None:
    found = made(tmp_path, "python", "claude", ANTHROPIC_API_KEY="x")
    assert first_template(found) == "fix-tests"
    said = propose(found, "fix-tests")
    assert said.maker is not None
    assert said.maker.agent == "repair"
    titles = [one.title for one in maker_choices(found, "fix-tests", said.gates or ())]
    assert titles == ["built-in repair", "Claude Code", "another command"]


def test_where_nothing_is_known_nothing_is_pretended(tmp_path: Path) -> None:
    (tmp_path / "ini.c").write_text("int main(void) { return 0; }\n")
    found = survey(tmp_path, {})
    assert first_template(found) == "agent"
    (gate,) = [one for one in propose(found, "agent").gates or () if one.id == "tests"]
    assert gate.argv == ANY_TESTS
    (tmp_path / "calc.py").write_text("")
    found = survey(tmp_path, {})
    assert first_template(found) == "fix-tests"
    (gate,) = propose(found, "fix-tests").gates or ()
    assert gate.argv == ("python3", "-m", "pytest", "-q")


def test_other_tests_are_for_an_agent_with_its_keys(tmp_path: Path) -> None:
    found = made(tmp_path, "go", "claude", "codex", OPENAI_API_KEY="x")
    assert first_template(found) == "agent"
    said = propose(found, "fix-tests")
    assert said.maker is not None
    assert said.maker.agent == "codex", "the one that has a key comes first"
    assert said.maker.env == ("OPENAI_API_KEY",)
    assert said.setup == (("go", "mod", "vendor"),)
    choices = maker_choices(found, "fix-tests", said.gates or ())
    assert [one.ready for one in choices] == [True, False, False]
    assert "none is set" in choices[1].about


def test_without_an_agent_the_place_is_yours_to_fill(tmp_path: Path) -> None:
    found = made(tmp_path, "node")
    said = propose(found, "agent")
    assert said.maker is not None
    assert said.maker.argv == PLACEHOLDER
    (choice,) = maker_choices(found, "agent", said.gates or ())
    assert not choice.ready
    assert "No agent was found" in choice.about


def test_the_linter_of_the_repository_mends_and_judges(tmp_path: Path) -> None:
    said = propose(made(tmp_path, "node"), "lint-autofix")
    assert said.maker is not None
    assert said.maker.argv == ("npm", "run", "lint:fix")
    assert [gate.argv for gate in said.gates or ()] == [("npm", "run", "lint")]
    assert said.setup == (("npm", "ci"),)


def test_the_sweeper_takes_all_that_is_sure_and_here(tmp_path: Path) -> None:
    found = made(tmp_path, "python", "python3", "ruff", "mypy")
    said = propose(found, "ci-sweeper")
    assert [(gate.id, gate.order) for gate in said.gates or ()] == [
        ("lint", 1), ("tests", 2), ("types", 1),
    ]  # fmt: skip


def test_ten_runs_repeat_the_tests_of_the_repository(tmp_path: Path) -> None:
    said = propose(made(tmp_path, "go"), "flaky-hunt")
    tests, repeat = said.gates or ()
    assert tests.argv == ("go", "test", "./...")
    assert repeat.argv[:2] == ("sh", "-c")
    assert "do go test ./... || exit 1; done" in repeat.argv[2]


def test_a_lock_file_is_the_only_thing_that_a_bump_may_write(tmp_path: Path) -> None:
    said = propose(made(tmp_path, "rust"), "dependency-bump")
    assert said.write == ("Cargo.lock",)
    assert said.maker is not None
    assert said.maker.argv == ("cargo", "update", "-q")


def test_what_is_not_taken_can_be_and_brings_what_it_needs(tmp_path: Path) -> None:
    found = made(tmp_path, "parts")
    choices = gates(found, "agent")
    assert [one.gate.id for one in choices if one.on] == ["tests"]
    extra = [one for one in choices if not one.on]
    assert [one.gate.id for one in extra] == ["tests-2"]
    assert extra[0].place == "packages/b/package.json:1"
    both = with_gates(propose(found, "agent"), choices)
    loop = loopfile.loads(compose(both)).loop
    assert {one.gate for one in loop.criteria} == {"tests", "tests-2"}


def test_prose_is_offered_switched_off(tmp_path: Path) -> None:
    choices = gates(made(tmp_path, "prose"), "agent")
    assert [(one.gate.argv, one.on) for one in choices[1:]] == [
        (("make", "check-all"), False), (("pytest", "-q"), False),
    ]  # fmt: skip
