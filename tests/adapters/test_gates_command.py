"""A command as a gate: how it ends, what it prints, and the JUnit report it leaves."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from looptui.adapters.gates.command import CommandGate
from looptui.core.spec import GateSpec
from looptui.ports import GateResult
from tests.adapters.children import PYTHON, gate_task, run_gate, sandbox


def shell(script: str, **fields: object) -> GateSpec:
    return GateSpec("g", argv=("sh", "-c", script), **{"timeout": 30.0, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("script", "state", "summary"),
    [
        ("exit 0", "pass", "exit 0"),
        ("exit 3", "fail", "exit 3"),
        ("kill -SEGV $$", "error", "killed by SIGSEGV"),
        ("kill -KILL $$", "error", "killed by SIGKILL"),
        ("exit 127", "unavailable", "exit 127: a command was not found or may not be run"),
        ("no-such-program", "unavailable", "exit 127: a command was not found or may not be run"),
        ("exit 200", "fail", "exit 200"),
        ("read line", "fail", "exit 1"),
    ],
)
async def test_how_a_command_ends(tmp_path: Path, script: str, state: str, summary: str) -> None:
    result = await run_gate(tmp_path, shell(script))
    assert (result.state, result.summary) == (state, summary)
    assert bool(result.signature) == (state != "pass")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (f"{PYTHON} -c 'import socket; socket.create_connection((\"192.0.2.1\", 80))'", "network"),
        (f"{PYTHON} -c 'import socket; socket.getaddrinfo(\"example.org\", 80)'", "network"),
        ("git describe --tags", "an export has no .git"),
        ("touch /usr/here", "outside of its directory"),
    ],
)
async def test_what_it_does_not_find_there_is_said(tmp_path: Path, script: str, words: str) -> None:
    for place in ("red", "green"):
        (tmp_path / place).mkdir()
    failed = await run_gate(tmp_path / "red", shell(f"{script} || exit 1"))
    assert failed.state == "fail"
    assert failed.summary.startswith("exit 1; it ")
    assert words in failed.summary
    passed = await run_gate(tmp_path / "green", shell(f"{script} || exit 0"))
    assert (passed.state, passed.summary) == ("pass", "exit 0")


@pytest.mark.parametrize("program", ["no-such-program-here", "./missing", "/no/such/program"])
async def test_a_missing_program_is_unavailable(tmp_path: Path, program: str) -> None:
    result = await run_gate(tmp_path, GateSpec("g", argv=(program,)))
    assert result.state == "unavailable"
    assert program.rpartition("/")[2] in result.summary


async def test_a_file_that_may_not_be_run_is_unavailable(tmp_path: Path) -> None:
    result = await run_gate(tmp_path, GateSpec("g", argv=("./tool",)), {"tool": "#!/bin/sh\n"})
    assert result.state == "unavailable"


async def test_a_hang_is_an_error_after_the_deadline(tmp_path: Path) -> None:
    started = time.monotonic()
    result = await run_gate(tmp_path, shell("echo begun; sleep 600", timeout=0.3))
    assert (result.state, result.summary) == ("error", "timed out after 0.3 s")
    assert "begun" in result.output
    assert time.monotonic() - started < 10


async def test_a_daemon_does_not_outlive_its_gate(tmp_path: Path) -> None:
    daemon = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("alive", "w").close()
        held = os.open("held", os.O_WRONLY)
        time.sleep(600)
    os._exit(0)
while not os.path.exists("alive"):
    time.sleep(0.01)
"""
    task = gate_task(tmp_path, GateSpec("g", argv=(PYTHON, "daemon.py")), {"daemon.py": daemon})
    os.mkfifo(task.export / "held")
    reader = os.open(task.export / "held", os.O_RDONLY | os.O_NONBLOCK)
    try:
        result = await asyncio.wait_for(CommandGate().run(task, sandbox()), 20)
        assert result.state == "pass"
        os.set_blocking(reader, True)
        assert os.read(reader, 1) == b"", "somebody still holds the pipe"
    finally:
        os.close(reader)


async def test_a_gigabyte_is_drained_and_its_ends_are_kept(tmp_path: Path) -> None:
    script = "echo first; head -c 1000000000 /dev/zero; echo; echo last; exit 1"
    result = await run_gate(tmp_path, shell(script))
    assert (result.state, result.summary) == ("fail", "exit 1")
    assert result.output.startswith("first\n")
    assert result.output.endswith("last\n")
    assert "bytes left out" in result.output
    assert len(result.output) < 128 * 1024


async def test_what_it_prints_cannot_steer_a_terminal(tmp_path: Path) -> None:
    result = await run_gate(tmp_path, shell(r"printf '\033]52;c;UFdO\007\033[2J\342\200\256'"))
    assert "␛]52;c;UFdO␇␛[2J" in result.output
    assert not set(result.output) & {"\x1b", "\x07", "\u202e"}


async def test_named_variables_arrive_and_do_not_stay_in_the_output(tmp_path: Path) -> None:
    spec = shell('test "$TOKEN" = correct-horse && echo "it is $TOKEN"', env=("TOKEN",))
    task = gate_task(tmp_path, spec, env={"TOKEN": "correct-horse"})
    result = await CommandGate().run(task, sandbox())
    assert result.state == "pass"
    assert "correct-horse" not in result.output


async def test_places_are_filled_in_and_other_braces_stay(tmp_path: Path) -> None:
    script = 'test "$0" = "$PWD" && test "$1" = "{x}" && echo "{y}"'
    spec = GateSpec("g", argv=("sh", "-c", script, "{worktree}", "{x}"))
    assert (await run_gate(tmp_path, spec)).state == "pass"


async def test_last_words_sign_a_failure_whatever_the_time(tmp_path: Path) -> None:
    async def said(words: str, n: int) -> str:
        place = tmp_path / str(n)
        place.mkdir()
        return (await run_gate(place, shell(f"echo '{words}'; exit 1"))).signature

    first = await said("a.c:12:3: no x at 0x7ffd12 (0.31s)", 1)
    assert first == await said("a.c:99:1: no x at 0x7ff000 (2.5s)", 2)
    assert first != await said("a.c:12:3: no y at 0x7ffd12 (0.31s)", 3)


def test_check_says_why_a_gate_cannot_run() -> None:
    check = CommandGate().check
    assert check(GateSpec("g", argv=("sh",))) is None
    assert check(GateSpec("g", argv=("./from-the-tree",))) is None
    assert check(GateSpec("g")) == "gate g has no command"
    for program in ("no-such-program-here", "/no/such/program"):
        assert program in (check(GateSpec("g", argv=(program,))) or "")


# --- JUnit -----------------------------------------------------------------------------------

GOOD = '<testsuites><testsuite><testcase classname="a" name="x"/></testsuite></testsuites>'
RED = GOOD.replace('name="x"/>', 'name="x"><failure message="no"/></testcase>')


async def junit(
    place: Path,
    script: str,
    *,
    path: str | None = None,
    expected: tuple[str, ...] = (),
    **fields: object,
) -> GateResult:
    spec = GateSpec(
        "g",
        argv=("sh", "-c", script, "sh", "{report}"),
        report="junit",
        report_path=path,
        **fields,  # type: ignore[arg-type]
    )
    return await run_gate(place, spec, {"good.xml": GOOD, "red.xml": RED}, expected)


async def test_a_junit_report_is_read_from_outside_the_tree(tmp_path: Path) -> None:
    result = await junit(tmp_path, 'cp good.xml "$1"', expected=("a::x",))
    assert (result.state, result.summary, result.passed) == ("pass", "1 passed", ("a::x",))


async def test_a_junit_report_overrules_the_exit_code(tmp_path: Path) -> None:
    result = await junit(tmp_path, 'cp red.xml "$1"')
    assert (result.state, result.failed) == ("fail", ("a::x",))


async def test_an_exit_code_overrules_a_good_junit_report(tmp_path: Path) -> None:
    result = await junit(tmp_path, 'cp good.xml "$1"; exit 4')
    assert (result.state, result.summary) == ("fail", "1 passed; it exited with 4")


async def test_expected_ids_are_missed(tmp_path: Path) -> None:
    result = await junit(tmp_path, 'cp good.xml "$1"', expected=("a::x", "a::y"))
    assert (result.state, result.failed) == ("fail", ("a::y",))


async def test_known_failures_of_junit_are_tolerated(tmp_path: Path) -> None:
    result = await junit(
        tmp_path, 'cp red.xml "$1"; exit 7', baseline="known", known_failures=("a::x",)
    )
    assert (result.state, result.summary) == ("pass", "0 passed, 1 failed as known")


@pytest.mark.parametrize(
    "script", ["true", 'ln -s "$PWD/good.xml" "$1"', 'mkdir "$1"', 'mkfifo "$1"']
)
async def test_without_a_fresh_report_nothing_passes(tmp_path: Path, script: str) -> None:
    result = await junit(tmp_path, script, expected=("a::x",))
    assert (result.state, result.failed) == ("fail", ("a::x",))
    assert result.summary == "the command ended without a report (exit 0)"


async def test_a_report_that_came_with_the_candidate_is_not_read(tmp_path: Path) -> None:
    assert (await junit(tmp_path, "true", path="good.xml")).state == "fail"


async def test_a_report_in_the_tree_is_read_where_the_gate_says_so(tmp_path: Path) -> None:
    assert (await junit(tmp_path, "cp good.xml out.xml", path="out.xml")).state == "pass"


@pytest.mark.parametrize("content", ["", "<html/>", "<testsuite>", f"<!DOCTYPE x>{GOOD}"])
async def test_what_is_no_junit_is_no_pass(tmp_path: Path, content: str) -> None:
    result = await junit(tmp_path, f"printf '%s' '{content}' > \"$1\"")
    assert result.state == "fail"
    assert "not JUnit" in result.summary
