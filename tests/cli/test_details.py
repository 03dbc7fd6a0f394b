"""`show`: a run and its iterations in figures that people read."""

from __future__ import annotations

import pytest

from tests.cli.shell import PYTEST, Shell
from tests.cli.test_breakers import GUESSING


@pytest.fixture(scope="module")
def tripped(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell.at(tmp_path_factory.mktemp("details"))
    assert shell.run(shell.loop(GUESSING, gate=PYTEST, breakers="iterations = 1")).code == 10
    return shell


def test_limits_are_shown_in_their_units(tripped: Shell) -> None:
    shown = tripped("show", "fix-tests").out
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if line}
    assert rows["breaker"] == ["value", "limit", "used", "state", "forecast"]
    assert rows["tokens"][:3] == ["0", "2.0M", "0%"]
    assert rows["cost"][:2] == ["$0.00", "$5.00"]
    assert rows["time"][1] == "4h"
    assert rows["iterations"] == ["1", "1", "100%", "tripped"]


def test_one_iteration_with_all_that_is_known(tripped: Shell) -> None:
    shown = tripped("show", "fix-tests", "--iteration", "1").out
    run = tripped.state()["id"]
    assert f"{run}  iteration 1  red" in shown
    assert "maker: ended" in shown
    assert "gate tests: fail" in shown
    assert "  failing: test_calc.py::test_add" in shown
    assert f"looptui logs {run} --gate 1" in shown
    known = tripped("show", "fix-tests", "--iteration", "1", "--json").json
    assert (known["schema"], known["run"], known["n"]) == ("looptui.iteration/1", run, 1)
    assert tripped("show", "fix-tests", "--iteration", "2").code == 2


def test_what_is_shown_to_be_typed_works(tripped: Shell) -> None:
    shown = tripped("show", "fix-tests", "--iteration", "1").out
    commands = [line.split()[1:] for line in shown.splitlines() if line.startswith("looptui ")]
    assert len(commands) == 4
    for words in commands:
        done = tripped(*words)
        if "--maker" not in words:
            assert done.code == 0, (words, done.err)
