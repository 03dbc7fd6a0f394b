"""What is said when a run is told something, and telling several at once."""

from __future__ import annotations

from tests.cli.shell import Shell, finish
from tests.cli.test_breakers import GUESSING
from tests.cli.test_driving import working


def test_a_run_at_work_says_what_becomes_of_what_it_is_told(shell: Shell) -> None:
    with working(shell) as driver:
        run = shell.state()["id"]
        nudged = shell("nudge", "fix-tests", "look at the parser")
        assert nudged.err == "recorded: it goes into the prompt of iteration 2\n"
        assert shell("limits", "fix-tests", "--iterations", "9", "--reason", "more").err == (
            f"{run}: the limit holds from now on\n"
        )
        asked = shell("pause", "fix-tests")
        assert (asked.code, asked.err) == (0, f"{run}: pauses at its next safe point\n")
        now = shell("pause", "fix-tests", "--now")
        assert (now.code, now.err) == (0, f"{run}: interrupted, and paused\n")
        assert finish(driver).code == 4
    later = shell("nudge", "fix-tests", "and at the lexer")
    assert later.err == (
        "recorded: it goes into the prompt of iteration 1, once the run goes on "
        f"(`looptui resume {run}`)\n"
    )
    assert shell("nudge", "fix-tests", "hurry").code == 0
    assert shell("resume", "fix-tests").code == 4
    assert "and at the lexer" in shell("logs", "fix-tests", "--prompt", "1").out


def test_a_nudge_of_a_run_that_waits_says_on_what_it_depends(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    nudged = shell("nudge", "fix-tests", "shorter")
    assert "iteration 2, if there is one after what waits for you" in nudged.err


def test_limits_without_an_option_are_shown(shell: Shell) -> None:
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 1")).code == 10
    rows = [row.split() for row in shell("limits", "fix-tests").out.splitlines()]
    assert rows[0] == ["breaker", "value", "limit", "used", "state", "forecast"]
    assert ["iterations", "1", "1", "100%", "tripped"] in rows
    assert ["tokens", "0", "2.0M", "0%", "ok"] in rows
    known = shell("limits", "fix-tests", "--json").json
    assert known["schema"] == "looptui.limits/1"
    assert known["breakers"]["iterations"]["ratio"] == 1.0
    unsaid = shell("limits", "fix-tests", "--iterations", "3")
    assert unsaid.code == 2
    assert "--reason" in unsaid.err


def test_several_runs_and_all_of_them(shell: Shell) -> None:
    assert shell.run(shell.loop(name="one")).code == 4
    assert shell.run(shell.loop(name="two")).code == 4
    assert shell.run(shell.loop(name="three")).code == 4
    assert shell("stop", "one").code == 0
    assert shell("stop").code == 2
    assert shell("stop", "two", "--all").code == 2

    several = shell("stop", "one", "two")
    assert several.code == 2
    assert "has ended: stopped" in several.err
    assert shell.state("two")["state"] == "stopped"
    assert shell("discard", "--all").code == 0
    assert shell.state("three")["state"] == "stopped"
    nothing = shell("pause", "--all")
    assert (nothing.code, nothing.err) == (0, "There is no such run: nothing to do.\n")


def test_all_that_were_interrupted_go_on(shell: Shell) -> None:
    with working(shell) as driver:
        assert shell("nudge", "fix-tests", "hurry").code == 0
        driver.kill()
        driver.communicate()
    assert shell("resume").code == 2
    resumed = shell("resume", "--all")
    assert resumed.code == 4, resumed.err
    assert shell.need()["kind"] == "approval"
    assert "nothing to do" in shell("resume", "--all").err
