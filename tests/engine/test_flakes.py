"""A gate that fails in a new way runs once more on the same tree; two words are no verdict."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from looptui import loopfile
from looptui.core import commands as cmd
from looptui.core import events as ev
from looptui.errors import RefusedError
from looptui.wire import flaking, views
from looptui.wire.desk import Desk
from tests.engine.project import git, make_project

TURN = "tests/test_turn.py::test_turn"
FICKLE = """\
import os


def test_turn():
    assert os.environ["TURN"] not in {bad}
"""


class Turns(Mapping[str, str]):
    """An environment in which `TURN` counts how often a gate was started."""

    def __init__(self, plain: Mapping[str, str]) -> None:
        self._plain = dict(plain)
        self.count = 0

    def __getitem__(self, name: str) -> str:
        if name != "TURN":
            return self._plain[name]
        self.count += 1
        return str(self.count)

    def __iter__(self) -> Iterator[str]:
        return iter(("TURN", *self._plain))

    def __len__(self) -> int:
        return len(self._plain) + 1

    def __contains__(self, name: object) -> bool:
        return name == "TURN" or name in self._plain


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LOOPTUI_HOME", str(tmp_path / "home"))
    desk = Desk.open(make_project(tmp_path))
    yield desk
    await desk.close()


async def rested(desk: Desk, *bad: int) -> tuple[str, Turns]:
    """A run of one iteration, at rest; `bad` are the turns in which the fickle test fails.

    The base is turn 1, the first look at the candidate 2, the second 3.
    """
    root = desk.repository.root
    (root / "tests/test_turn.py").write_text(FICKLE.format(bad=[str(one) for one in bad]))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "a fickle test")
    turns = Turns(desk.outside.environ)
    desk._outside = replace(desk.outside, environ=turns)
    file = root.parent / "fix.toml"
    text = file.read_text().replace('kind = "command"', 'kind = "command"\nenv = ["TURN"]')
    file.write_text(text.replace("iterations = 5", "iterations = 1"))
    run = (await desk.make_run(loopfile.load(file), trust=True)).run
    await desk.drive(run)
    return run, turns


async def flakes(desk: Desk, run: str) -> list[ev.Event]:
    events = [ev.decode(one.kind, one.data)[0] for one in await desk.store.read(run)]
    return [one for one in events if isinstance(one, ev.FlakeFound)]


async def test_two_words_are_flaky_and_a_person_can_set_the_test_aside(desk: Desk) -> None:
    run, turns = await rested(desk, 2, 4)
    view = views.run(desk.reader, run)
    (gate,) = view.gates
    assert (view.state, turns.count) == ("tripped", 3)
    assert (gate.state, gate.flaky, gate.failing) == ("flaky", (TURN,), (TURN,))
    assert "on the same tree 2 passed, 1 failed, then 3 passed" in gate.summary
    (iteration,) = views.iterations(desk.reader, run)
    assert (iteration.outcome, iteration.best) == ("red", False)
    (flake,) = await flakes(desk, run)
    assert isinstance(flake, ev.FlakeFound)
    assert (flake.tests, flake.first, flake.second) == (
        (TURN,), "fail, 2 passed, 1 failed", "pass, 3 passed",
    )  # fmt: skip
    (known,) = flaking.found(desk.reader)
    assert (known.test, known.seen, known.run, known.quarantined) == (TURN, 1, run, False)

    await flaking.quarantine(desk, TURN, "it counts turns")
    (known,) = flaking.found(desk.reader)
    assert (known.quarantined, known.reason, known.by[:6]) == (True, "it counts turns", "human:")
    await desk.carry_out(run, cmd.Rerun())
    await desk.drive(run)
    view = views.run(desk.reader, run)
    assert (view.state, view.gates[0].state) == ("waiting", "pass")
    assert view.gates[0].summary == "2 passed, 1 failed as known"
    assert turns.count == 4
    await flaking.release(desk, TURN, "")
    assert not flaking.found(desk.reader)[0].quarantined
    with pytest.raises(RefusedError, match="not in quarantine"):
        await flaking.release(desk, TURN, "")


async def test_a_failure_that_stays_is_a_failure(desk: Desk) -> None:
    run, turns = await rested(desk, 2, 3)
    (gate,) = views.run(desk.reader, run).gates
    assert (gate.state, gate.failing, gate.flaky) == ("fail", (TURN,), ())
    assert turns.count == 3
    assert await flakes(desk, run) == []


async def test_what_fails_on_the_base_too_does_not_run_twice(desk: Desk) -> None:
    agent = desk.repository.root.parent / "agent.py"
    agent.write_text("open('notes.txt', 'w').write('not mended')\n")
    run, turns = await rested(desk)
    (gate,) = views.run(desk.reader, run).gates
    assert (gate.state, turns.count) == ("fail", 2)


async def test_a_reason_and_an_id_are_needed(desk: Desk) -> None:
    with pytest.raises(RefusedError, match="say with -m why"):
        await flaking.quarantine(desk, TURN, "  ")
    with pytest.raises(RefusedError, match="no test id"):
        await flaking.quarantine(desk, " ", "why")
    assert flaking.found(desk.reader) == []
