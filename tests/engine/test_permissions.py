"""An agent that asks, in real runs: rules answer, a person answers, and nobody does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engine.shell import Shell, finish, wait_for

FAKE = Path(__file__).parents[1] / "adapters/agents/fakes/claude.py"
LOOKS = "import pathlib, sys; sys.exit(not pathlib.Path('hello.txt').exists())"
WRITTEN = (sys.executable, "-c", LOOKS)


def shell_at(
    place: Path, does: str, permissions: str = "", breakers: str = "iterations = 1"
) -> Shell:
    shell = Shell.at(place, gate=WRITTEN, breakers=breakers, more=permissions)
    command = json.dumps([sys.executable, "-I", str(FAKE)])
    lines = shell.loop.read_text().splitlines()
    at = lines.index('agent = "command"')
    lines[at : at + 2] = ['agent = "claude-code"', f"argv = {command}"]
    text = "\n".join(lines).replace("Make the failing tests pass.", f"Say hello: does-{does}")
    shell.loop.write_text(text)
    return shell


@contextmanager
def started(shell: Shell) -> Iterator[subprocess.Popen[bytes]]:
    process = shell.start("run", str(shell.loop), "--headless", "--trust", "--jsonl")
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def asked(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    found: dict[str, Any] = wait_for(process.stdout, "need.opened", type="permission")["data"]
    return found


def test_an_edit_that_the_loop_allows_asks_nobody(tmp_path: Path) -> None:
    shell = shell_at(tmp_path, "edit")
    done = shell.go("--jsonl")
    assert done.code == 4, done
    allowed = [one["data"] for one in done.events if one["type"] == "permission.granted"]
    assert [(one["act"], one["subject"], one["rule"]) for one in allowed] == [
        ("edit", "hello.txt", "write **")
    ]
    spent = next(one["data"] for one in done.events if one["type"] == "maker.finished")
    assert (spent["outcome"], spent["tokens_in"], spent["micro_usd"]) == ("ended", 240, 12_300)


def test_a_command_waits_for_a_person_and_goes_on_with_the_answer(tmp_path: Path) -> None:
    shell = shell_at(tmp_path, "command")
    with started(shell) as process:
        need = asked(process)
        assert need["scope"] == "the command make all"
        assert "claude-code asks for the command make all" in need["text"]
        assert shell.status()["state"] == "waiting"
        wrong = shell.run("answer", need["need"], "continue")
        assert "once, run, deny or stop" in wrong.err
        answered = shell.run("answer", need["need"], "run")
        assert answered.code in (0, 4), answered
        done = finish(process)
    assert done.code == 4, done
    events = done.events
    assert [e["data"]["rule"] for e in events if e["type"] == "permission.granted"] == [
        "a person said yes"
    ]
    assert any(e["type"] == "iteration.finished" and e["data"]["outcome"] == "good" for e in events)


def test_a_run_whose_agent_waits_can_be_paused_and_asks_again(tmp_path: Path) -> None:
    shell = shell_at(tmp_path, "command")
    with started(shell) as process:
        asked(process)
        assert shell.run("pause", "fix-tests", "--now").code == 0
        finish(process)
    assert shell.status()["state"] == "paused"
    assert shell.run("needs", "--json").json["needs"] == []
    resumed = shell.start("resume", "fix-tests", "--jsonl")
    need = asked(resumed)
    shell.run("answer", need["need"], "deny", "-m", "use the Makefile of docs")
    wait_for(resumed.stdout, "permission.refused", rule="use the Makefile of docs")
    finish(resumed)
    assert shell.iterations()[0]["outcome"] == "empty"


def test_nobody_answers_and_the_breaker_trips(tmp_path: Path) -> None:
    shell = shell_at(tmp_path, "command", breakers='iterations = 1\nhuman_wait = "1s"')
    done = shell.go()
    assert done.code == 15, done
    assert shell.run("needs", "--json").json["needs"] == []


def test_an_edit_without_a_request_discards_the_candidate(tmp_path: Path) -> None:
    shell = shell_at(tmp_path, "sneak")
    done = shell.go("--jsonl")
    denied = [one["data"] for one in done.events if one["type"] == "permission.denied"]
    assert [(one["path"], one["rule"]) for one in denied] == [
        ("hello.txt", "changed without asking")
    ]
    assert shell.iterations()[0]["outcome"] == "denied"


def test_a_word_now_interrupts_and_is_in_the_next_prompt(tmp_path: Path) -> None:
    shell = shell_at(tmp_path, "hang")
    with started(shell) as process:
        run = wait_for(process.stdout, "prompt.built")["run"]
        shell.hears("thinking", run)
        assert shell.run("nudge", "fix-tests", "--now", "rather does-edit").code == 0
        assert wait_for(process.stdout, "prompt.built")["data"]["iteration"] == 1
        assert finish(process).code == 4
    assert [one["outcome"] for one in shell.iterations()] == ["good"]
