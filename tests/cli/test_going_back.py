"""Going back to an earlier iteration, and on from one in a new run, over real repositories."""

from __future__ import annotations

from tests.cli.shell import Shell

STEPS = """
import pathlib, sys
prompt = sys.stdin.read()
print("asked:", prompt)
path = pathlib.Path("calc.py")
text = path.read_text()
if "astray" in prompt and "a * b" in text:
    text = text.replace("a * b", "a + b")
else:
    text = text.replace("a * b", "a / b").replace("a - b", "a * b")
path.write_text(text)
"""
"""An agent that finds the way only from its first step, and when told so."""


def test_back_to_an_iteration_and_on_from_one_in_a_new_run(shell: Shell) -> None:
    assert shell.run(shell.loop(STEPS, breakers="iterations = 2")).code == 10
    back = shell("restore", "fix-tests", "1", "--reason", "2 went astray", "--jsonl")
    assert back.code == 10
    gates = [e["data"] for e in back.events if e["type"] == "gate.finished"]
    assert [(gate["iteration"], gate["cached"]) for gate in gates] == [(3, True)]
    assert shell("limits", "fix-tests", "--iterations", "3", "--reason", "go on").code == 4

    run = shell("show", "fix-tests", "--json").json
    made = run["iterations"]
    assert [(one["strategy"], one["best"]) for one in made][2:] == [
        ("restored", False), ("refine", True),
    ]  # fmt: skip
    assert made[3]["start_tree"] == made[2]["tree"] == made[0]["tree"]
    assert made[2]["maker_reason"] == "iteration 1"
    assert "2 went astray" in shell("logs", "fix-tests", "--prompt", "4").out

    forked = shell("fork", "fix-tests", "1", "--reason", "not astray again")
    assert forked.code == 4
    assert f"on from iteration 1 of run {run['id']}" in forked.err
    other = shell("show", "fix-tests", "--json").json
    assert (other["id"] != run["id"], other["state"]) == (True, "waiting")
    first, second = other["iterations"]
    assert first["maker_reason"] == f"iteration 1 of run {run['id']}"
    assert first["tree"] == second["start_tree"] == made[0]["tree"]
    assert second["outcome"] == "good"
    assert other["breakers"]["iterations"]["value"] == 1
    assert shell("fork", run["id"], "9").code == 2


def test_gates_run_again_on_the_same_tree(shell: Shell) -> None:
    assert shell.run(shell.loop()).code == 4
    tree = shell.need()["tree"]
    again = shell("rerun", "fix-tests", "--reason", "was it luck?", "--jsonl")
    assert again.code == 4
    told = [event["data"] for event in again.events if event["type"] == "gate.finished"]
    assert [(one["tree"], one["state"], one.get("cached", False)) for one in told] == [
        (tree, "pass", False)
    ]
    assert shell.need()["tree"] == tree
    assert "every gate looks again: was it luck?" in shell("logs", "fix-tests").out
