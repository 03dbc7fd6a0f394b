"""Checks that no maker sees: they run last, and only that they fail goes back, so many times."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.paths import held_out_dir
from looptui.wire import views
from looptui.wire.desk import Desk
from tests.engine.project import make_project

ORACLE = """\
from calc import add


def test_oracle():
    assert add(10, 1) == 11, "ten-and-one"
"""
AGENT = """\
import pathlib, sys, time
prompt = sys.stdin.read()
oracle = pathlib.Path({oracle!r})
try:
    print("read", oracle.read_text())
except OSError as error:
    print("unread", type(error).__name__)
honest = {learns} and "hidden: fail" in prompt
body = "a + b" if honest else "5 if (a, b) == (2, 3) else a - b"
pathlib.Path("calc.py").write_text(f"def add(a, b):\\n    return {{body}}  # {{time.time_ns()}}\\n")
"""
GATES = """\
[[gates]]
id = "hidden"
argv = [{python!r}, "-m", "pytest", "-q", "{{held_out}}/test_oracle.py"]
peeks = {peeks}

[breakers]"""


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    desk = Desk.open(make_project(tmp_path))
    yield desk
    await desk.close()


async def rested(desk: Desk, *, learns: bool, peeks: int = 3, oracle: str = ORACLE) -> str:
    """A run at rest, with a quick gate that a special case passes and a hidden one beside it."""
    place = held_out_dir() / "fix-tests"
    if oracle:
        place.mkdir(parents=True)
        (place / "test_oracle.py").write_text(oracle)
    root = desk.repository.root.parent
    agent = AGENT.format(oracle=str(place / "test_oracle.py"), learns=learns)
    (root / "agent.py").write_text(agent)
    file = root / "fix.toml"
    visible = "import calc, sys; sys.exit(calc.add(2, 3) != 5)"
    text = file.read_text().replace('"-m", "pytest", "-q"', f'"-c", "{visible}"')
    gates = GATES.format(python=sys.executable, peeks=peeks).replace("'", '"')
    file.write_text(text.replace("[breakers]", gates))
    run = (await desk.make_run(loopfile.load(file), trust=True)).run
    await desk.drive(run)
    return run


async def test_a_special_case_does_not_pass_and_only_the_category_goes_back(desk: Desk) -> None:
    run = await rested(desk, learns=True)
    assert views.run(desk.reader, run).state == "waiting", views.run(desk.reader, run)
    first, second = views.iterations(desk.reader, run)
    assert [gate.state for gate in first.gates] == ["pass", "fail"]
    assert [gate.state for gate in second.gates] == ["pass", "pass"]
    assert first.gates[1].summary == "it fails; what it checks is not shown to the maker"
    log = await desk.store.read(run)
    assert not [one for one in log if "oracle" in one.data and one.kind != "run.created"]
    prompts = [(await desk.store.get(one.prompt)).decode() for one in (first, second) if one.prompt]
    assert "hidden: fail" in prompts[1]
    assert not any("oracle" in prompt or "ten-and-one" in prompt for prompt in prompts)
    transcripts = [desk.outside.transcript(run, n).read_text() for n in (1, 2)]
    assert all("unread" in text and "ten-and-one" not in text for text in transcripts)


async def test_people_read_what_a_hidden_gate_said(desk: Desk) -> None:
    run = await rested(desk, learns=True)
    events = [ev.decode(one.kind, one.data)[0] for one in await desk.store.read(run)]
    (red,) = [
        one
        for one in events
        if isinstance(one, ev.GateFinished) and (one.gate, one.state) == ("hidden", "fail")
    ]
    assert red.output is None
    assert red.sealed is not None
    assert "ten-and-one" in (await desk.store.get(red.sealed)).decode()


async def test_each_failure_beyond_the_budget_needs_a_person(desk: Desk) -> None:
    run = await rested(desk, learns=False, peeks=1)
    view = views.run(desk.reader, run)
    assert (view.state, view.iteration) == ("paused", 2)
    assert "held-out gate hidden fails again, and the maker was told so once" in view.reason
    await desk.carry_out(run, cmd.Resume())
    await desk.drive(run)
    view = views.run(desk.reader, run)
    assert (view.state, view.iteration) == ("paused", 3)


async def test_a_directory_without_checks_is_no_failure_of_the_candidate(desk: Desk) -> None:
    run = await rested(desk, learns=False, oracle="")
    view = views.run(desk.reader, run)
    (need,) = views.needs(desk.reader)
    assert (view.state, view.iteration) == ("waiting", 1)
    assert "there is no check in held-out/fix-tests beside your config" in need.text
