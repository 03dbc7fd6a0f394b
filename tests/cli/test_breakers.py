"""Hard limits as a shell sees them: each has its exit code, and a person can go on."""

from __future__ import annotations

import time

import pytest

from tests.cli.shell import FIXING, Shell

GUESSING = """
import pathlib, secrets
pathlib.Path("guess.txt").write_text(secrets.token_hex())
"""
"""Changes something else every time, and never what is asked."""


def test_a_maker_that_changes_nothing_stalls(shell: Shell) -> None:
    done = shell.run(shell.loop("print('I looked, and all is well')"))
    assert done.code == 13, done.err
    assert "stall" in done.err
    state = shell.state()
    assert (state["state"], state["tripped"], state["iteration"]) == ("tripped", "stall", 3)
    assert shell.commits() == 1


def test_the_iterations_run_out_and_a_higher_limit_goes_on(shell: Shell) -> None:
    done = shell.run(shell.loop(GUESSING, breakers="iterations = 2"))
    assert done.code == 10, done.err
    assert "looptui limits" in done.err
    assert shell("resume", "fix-tests").code == 2
    assert shell("limits", "fix-tests", "--iterations", "3").code == 2
    assert shell("limits", "fix-tests", "--reason", "why not").code == 2
    assert shell("limits", "fix-tests", "--iterations", "0", "--reason", "off").code == 2
    assert shell.state()["iteration"] == 2

    more = shell("limits", "fix-tests", "--iterations", "3", "--reason", "one more", "--jsonl")
    assert more.code == 10, more.err
    raised = [event for event in more.events if event["type"] == "limit.raised"]
    assert [(e["data"]["limit"], e["data"]["reason"]) for e in raised] == [(3.0, "one more")]
    assert raised[0]["actor"].startswith("human:")
    assert shell.state()["iteration"] == 3

    reset = shell("resume", "fix-tests", "--reset", "--reason", "the last one")
    assert reset.code == 10, reset.err
    assert shell.state()["iteration"] == 4


def test_limits_that_change_together_hold_before_the_run_goes_on(shell: Shell) -> None:
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 1")).code == 10
    words = ("--iterations", "2", "--stall", "9", "--reason", "both", "--jsonl")
    kinds = [event["type"] for event in shell("limits", "fix-tests", *words).events]
    before = kinds[: kinds.index("iteration.started")]
    assert before.count("limit.raised") == 2


def test_of_limits_that_change_together_none_changes_where_one_is_refused(shell: Shell) -> None:
    assert shell.run(shell.loop(GUESSING, breakers="iterations = 2")).code == 10
    refused = shell("limits", "fix-tests", "--iterations", "9", "--errors", "2", "--reason", "x")
    assert refused.code == 2, refused.err
    below = shell("limits", "fix-tests", "--cost", "9", "--iterations", "1", "--reason", "x")
    assert below.code == 2, below.err
    assert "--iterations 1 is below the reading 2; it must be above 2" in below.err
    breakers = shell.state()["breakers"]
    assert (breakers["iterations"]["limit"], breakers["cost"]["limit"]) == (2.0, 5.0)


def test_a_denied_path_trips_the_permission_breaker(shell: Shell) -> None:
    agent = GUESSING.replace("guess.txt", "secrets.txt")
    done = shell.run(shell.loop(agent, more='[permissions]\ndeny = ["secrets.txt"]'))
    assert done.code == 14, done.err
    state = shell.state()
    assert (state["tripped"], state["iteration"]) == ("permission", 2)
    iterations = shell("show", "fix-tests", "--json").json["iterations"]
    assert [one["denied"] for one in iterations] == [["secrets.txt"], ["secrets.txt"]]


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "import os; os.kill(os.getpid(), 9)"])
def test_a_maker_that_dies_trips_the_error_breaker(shell: Shell, code: str) -> None:
    done = shell.run(shell.loop(code, breakers="iterations = 20"))
    assert done.code == 13, done.err
    assert shell.state()["tripped"] == "errors"


def test_time_runs_out(shell: Shell) -> None:
    agent = "import time\ntime.sleep(60)"
    done = shell.run(shell.loop(agent, breakers='iterations = 5\ntime = "2s"'))
    assert done.code == 12, done.err
    assert shell.state()["tripped"] == "time"


def test_a_warning_can_pause_for_a_person(shell: Shell) -> None:
    breakers = "iterations = 4\nescalate_at = 0.5"
    done = shell.run(shell.loop(GUESSING, breakers=breakers))
    assert done.code == 4, done.err
    need = shell.need()
    assert need["kind"] == "escalation"
    assert shell("approve", "fix-tests", "--tree", "0" * 40).code == 2
    wrong = shell("answer", f"{need['run']}.99", "continue")
    assert wrong.code == 2
    on = shell("answer", need["id"], "continue")
    assert on.code == 10, on.err
    assert shell.state()["iteration"] == 4


def test_more_time_is_more_time_for_the_maker_too(shell: Shell) -> None:
    slow = f"import time\ntime.sleep(2.2)\n{FIXING}"
    done = shell.run(shell.loop(slow, breakers='iterations = 5\ntime = "2s"'))
    assert done.code == 12, done.err
    more = shell("limits", "fix-tests", "--time", "1m", "--reason", "it is slow", "--jsonl")
    assert more.code == 4, more.err
    made = [e["data"]["outcome"] for e in more.events if e["type"] == "maker.finished"]
    assert made == ["ended"]


def test_a_question_that_nobody_answers_trips_and_every_list_says_so(shell: Shell) -> None:
    breakers = 'iterations = 4\nescalate_at = 0.5\nhuman_wait = "1s"'
    assert shell.run(shell.loop(GUESSING, breakers=breakers)).code == 4
    need = shell.need()
    deadline = need["since"] + 60.0
    while (state := shell.state())["state"] == "waiting":
        assert time.time() < deadline
    assert (state["state"], state["tripped"]) == ("tripped", "escalation")
    assert state["breakers"]["escalation"]["state"] == "tripped"
    assert state["breakers"]["escalation"]["value"] >= 1.0

    late = shell("answer", need["id"], "continue")
    assert late.code == 2, late.err
    assert "nobody answered within 1 s" in late.err
    assert f"looptui resume {need['run']} --reset" in late.err
    assert shell.need() == need
    assert shell("resume", "fix-tests").code == 2
    on = shell("answer", need["id"], "continue", "-m", "I was away")
    assert shell("needs", "--json").json["needs"] == []
    assert on.code == 10, on.err
