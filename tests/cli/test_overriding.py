"""Limits of one run, set as it is started; what it would be; waiting for people's decisions."""

from __future__ import annotations

import pytest

from tests.cli.shell import Shell, finish, wait_for
from tests.cli.test_breakers import GUESSING


def test_limits_are_lowered_for_one_run_and_it_is_recorded_who_did(shell: Shell) -> None:
    file = shell.loop(GUESSING, breakers="iterations = 9")
    flags = ("--max-iterations", "1", "--cost", "0.5", "--time", "10m")
    ran = shell.run(file, *flags, "--jsonl")
    assert ran.code == 10, ran.err
    set_ = [event for event in ran.events if event["type"] == "limit.raised"]
    assert {e["data"]["breaker"]: (e["data"]["limit"], e["data"]["was"]) for e in set_} == {
        "iterations": (1.0, 9.0),
        "cost": (0.5, 5.0),
        "time": (600.0, 14400.0),
    }
    assert all(event["actor"].startswith("human:") for event in set_)
    assert shell.state()["breakers"]["time"]["limit"] == 600.0


def test_higher_limits_need_a_word_and_no_run_is_made_without(shell: Shell) -> None:
    file = shell.loop(GUESSING, breakers="iterations = 1")
    refused = shell.run(file, "--max-iterations", "2")
    assert refused.code == 2
    assert "allows iterations 1, and 2 is more" in refused.err
    assert "--raise --reason" in refused.err
    assert shell.run(file, "--max-iterations", "2", "--raise").code == 2
    assert shell("status", "--json").json["runs"] == []
    ran = shell.run(file, "--max-iterations", "2", "--raise", "--reason", "a hard one")
    assert (ran.code, shell.state()["iteration"]) == (10, 2)
    assert "a hard one" in shell("audit", "list").out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--time", "soon"), "soon"),
        (("--cost", "0"), "above 0"),
        (("--cost", "nan"), "above 0"),
        (("--max-iterations", "0"), "above 0"),
        (("--reason", "because"), "Which limit?"),
        (("--json",), "--dry-run"),
        (("--until", "done", "--detach"), "stays here"),
    ],
)
def test_flags_that_make_no_sense(shell: Shell, flags: tuple[str, ...], words: str) -> None:
    done = shell.run(shell.loop(), *flags)
    assert done.code == 2
    assert words in done.err


def test_a_dry_run_says_what_would_be_and_starts_nothing(shell: Shell) -> None:
    (shell.repo / "left.txt").write_text("not committed\n")
    file = shell.loop(gate=("grep", "-q", "a + b", "calc.py"), breakers="iterations = 9")
    words = ("run", str(file), "--dry-run", "--max-iterations", "3")
    told = shell(*words)
    assert told.code == 0, told.err
    for word in ("not trusted yet", "on main", "left.txt", "squash onto main", "grep -q"):
        assert word in told.out
    seen = shell(*words, "--json").json
    assert seen["schema"] == "looptui.rehearsal/1"
    assert (seen["limits"]["iterations"], seen["base"]) == (3.0, shell.git("rev-parse", "HEAD"))
    assert shell("status", "--json").json["runs"] == []
    missing = shell("run", str(shell.loop(gate=("no-such-program",))), "--dry-run")
    assert missing.code == 6
    assert "no-such-program was not found" in missing.out


def test_until_done_goes_on_after_what_people_decide_elsewhere(shell: Shell) -> None:
    file = shell.loop()
    waiting = shell.start("run", str(file), "--headless", "--trust", "--jsonl", "--until", "done")
    try:
        wait_for(waiting.stdout, "need.opened")
        tree = shell.need()["tree"]
        assert shell("approve", "fix-tests", "--tree", tree).code == 0
        assert finish(waiting).code == 0
    finally:
        waiting.kill()
    assert shell.state()["state"] == "landed"
    assert shell.commits() == 2
