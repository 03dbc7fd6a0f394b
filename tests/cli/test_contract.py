"""What scripts rely on: from a goal to a landed commit, word for word."""

from __future__ import annotations

from tests.cli.shell import PYTEST, Shell

RUN_FIELDS = {
    "id", "loop", "state", "phase", "iteration", "base", "branch", "tree", "breakers", "gates",
    "cost_usd", "tokens", "needs",
}  # fmt: skip
ITERATION_FIELDS = {
    "n", "tree", "gates", "score", "diffstat", "cost_usd", "seconds", "outcome",
}  # fmt: skip
NEED_FIELDS = {"id", "run", "loop", "kind", "tree", "since"}


def test_from_a_goal_to_exactly_one_landed_commit(shell: Shell) -> None:
    before = shell.commits()
    ran = shell.run(shell.loop(gate=PYTEST), "--jsonl")
    assert ran.code == 4, ran.err
    assert [event["seq"] for event in ran.events] == list(range(1, len(ran.events) + 1))
    for event in ran.events:
        assert event["schema"] == "looptui.event/1"
        assert event.keys() >= {"seq", "run", "iteration", "type"}
    run = ran.events[0]["run"]
    assert f"looptui approve {run} --tree" in ran.err

    need = shell.need()
    assert need.keys() >= NEED_FIELDS
    assert (need["run"], need["loop"], need["kind"]) == (run, "fix-tests", "approval")
    state = shell.state()
    assert state.keys() >= RUN_FIELDS
    assert (state["state"], state["tree"]) == ("waiting", need["tree"])
    assert state["breakers"]["iterations"] == {
        "value": 1.0, "limit": 5.0, "ratio": 0.2, "state": "ok", "forecast": ""
    }  # fmt: skip
    assert [gate["state"] for gate in state["gates"]] == ["pass"]
    (iteration,) = shell("show", run, "--json").json["iterations"]
    assert iteration.keys() >= ITERATION_FIELDS
    assert (iteration["score"], iteration["outcome"]) == (1.0, "good")
    assert iteration["diffstat"] == {"files": 1, "added": 1, "deleted": 1}

    approved = shell("approve", run, "--tree", need["tree"])
    assert approved.code == 0, approved.err
    assert shell.commits() == before + 1
    assert shell.git("rev-parse", "HEAD^{tree}") == need["tree"]
    assert shell.git("status", "--porcelain") == ""
    message = shell.git("log", "-1", "--format=%B")
    for trailer in (f"Loop-Id: {run}", "Loop-Iteration: 1", "Gates: tests=pass", "Approved-by: "):
        assert trailer in message
    assert shell.git("log", "-1", "--format=%an <%ae>") == "Ada <ada@example.org>"
    assert shell.state()["state"] == "landed"

    again = shell("approve", run, "--tree", need["tree"])
    assert again.code == 2
    assert "has ended" in again.err
    assert shell.commits() == before + 1
    assert shell("audit", "verify").code == 0


def test_a_file_that_nobody_trusted_starts_nothing(shell: Shell) -> None:
    file = shell.loop()
    refused = shell("run", str(file), "--headless", "--jsonl")
    assert (refused.code, refused.out) == (2, "")
    assert "not trusted" in refused.err
    assert shell("status", "--json").json["runs"] == []
    assert shell.run(file).code == 4
    file.write_text(file.read_text() + "# changed\n")
    assert shell("run", str(file), "--headless").code == 2


def test_sending_back_puts_the_words_into_the_next_prompt(shell: Shell) -> None:
    agent = """
import pathlib, sys
said = sys.stdin.read()
text = "def add(a, b):\\n    return a + b\\n"
pathlib.Path("calc.py").write_text(text + ("# as you like\\n" if "add a remark" in said else ""))
"""
    assert shell.run(shell.loop(agent)).code == 4
    first = shell.need()["tree"]
    assert shell("reject", "fix-tests", "--tree", first).code == 2
    assert shell.need()["tree"] == first

    back = shell("reject", "fix-tests", "--tree", first, "-m", "add a remark, please")
    assert back.code == 4, back.err
    second = shell.need()["tree"]
    assert second != first
    assert "add a remark, please" in shell("logs", "fix-tests", "--prompt", "2").out
    stale = shell("approve", "fix-tests", "--tree", first)
    assert stale.code == 2
    assert "stale" in stale.err
    assert shell.commits() == 1
    assert "# as you like" in shell("diff", "fix-tests").out

    ended = shell("reject", "fix-tests", "--tree", second, "--final", "-m", "no")
    assert ended.code == 5
    assert shell.state()["state"] == "rejected"
    assert shell("needs", "--json").json["needs"] == []
    assert shell.commits() == 1


def test_reverting_undoes_the_landing_once(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    base = shell.git("rev-parse", "HEAD^{tree}")
    assert shell("revert", "fix-tests").code == 2
    assert shell("approve", "fix-tests", "--tree", shell.need()["tree"]).code == 0
    assert shell("revert", "fix-tests").code == 0
    assert shell.commits() == 3
    assert shell.git("rev-parse", "HEAD^{tree}") == base
    assert shell.git("status", "--porcelain") == ""
    assert shell("revert", "fix-tests").code == 2
    assert shell.commits() == 3


def test_a_goal_that_is_met_already_ends_well_without_a_maker(shell: Shell) -> None:
    (shell.repo / "calc.py").write_text("def add(a, b):\n    return a + b\n")
    shell.commit("Fix it by hand")
    done = shell.run(shell.loop("raise SystemExit('must not be called')"), "--jsonl")
    assert done.code == 0
    assert "nothing to do" in done.err
    assert "maker.finished" not in {event["type"] for event in done.events}
