"""Agents that fail, hang, sulk, flood, or go round in circles."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell

DAEMONS = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
"""
RED = "open('seen', 'a').write('x')"


def outcomes(shell: Shell) -> list[str]:
    return [iteration["outcome"] for iteration in shell.iterations()]


@pytest.mark.parametrize(
    ("agent", "says", "closes"),
    [
        ("import sys; print('boom'); sys.exit(1)", "exit 1: boom", {"error"}),
        ("import os; os.kill(os.getpid(), 9)", "SIGKILL", {"error"}),
        ("pass", "stall", {"empty"}),
        ("open('same', 'w').write('x')", "stall", {"red", "empty"}),
        ("import os; os.remove('calc.py'); os.mkfifo('calc.py')", "'calc.py'", {"error"}),
    ],
    ids=["exits-1", "killed", "does-nothing", "the-same-again", "makes-a-pipe"],
)
def test_a_maker_that_leads_nowhere_trips_a_breaker(
    tmp_path: Path, agent: str, says: str, closes: set[str]
) -> None:
    shell = Shell.at(tmp_path, agent)
    before = shell.user_files()
    done = shell.go()
    assert done.code == 13, done
    assert says in done.err
    assert set(outcomes(shell)) == closes
    assert shell.user_files() == before
    shell.rests()
    assert shell.run("stop", "fix-tests").code == 0
    shell.leaves_nothing()


@pytest.mark.parametrize(
    ("agent", "maker", "says"),
    [
        ("import time; time.sleep(600)", 'idle_timeout = "1s"', "printed nothing for 1 s"),
        (
            "import time\nwhile True: print('.', flush=True); time.sleep(0.1)",
            'timeout = "1s"',
            "longer than 1 s",
        ),
    ],
    ids=["silent", "busy"],
)
def test_a_maker_that_hangs_is_ended(tmp_path: Path, agent: str, maker: str, says: str) -> None:
    shell = Shell.at(tmp_path, agent + DAEMONS, maker=maker, breakers="iterations = 2")
    done = shell.go()
    assert done.code == 10
    assert says in done.err
    assert outcomes(shell) == ["error", "error"]
    shell.rests()


def test_a_maker_that_floods_is_ended(tmp_path: Path) -> None:
    agent = "import os\nwhile True: os.write(1, b'y' * 65536)"
    shell = Shell.at(tmp_path, agent, breakers="iterations = 1")
    done = shell.go()
    assert done.code == 10
    assert "printed more than 64 MiB" in done.err
    shell.rests()


def test_going_to_and_fro_trips_stall(tmp_path: Path) -> None:
    agent = (
        "import pathlib\nseen = pathlib.Path('seen')\n"
        "seen.write_text('B' if seen.exists() and seen.read_text() == 'A' else 'A')"
    )
    shell = Shell.at(tmp_path, agent, breakers="iterations = 9")
    assert shell.go().code == 13
    assert outcomes(shell)[:2] == ["red", "red"]
    assert len(shell.iterations()) <= 6


def test_a_worktree_that_is_emptied_is_a_candidate_like_any_other(tmp_path: Path) -> None:
    agent = "import os, shutil; shutil.rmtree(os.getcwd(), ignore_errors=True)"
    shell = Shell.at(tmp_path, agent)
    before = shell.user_files()
    assert shell.go().code == 13
    assert "good" not in outcomes(shell)
    assert shell.user_files() == before
    assert shell.run("discard", "fix-tests").code == 0
    shell.leaves_nothing()


def test_a_maker_that_raises_its_own_limits_is_denied(tmp_path: Path) -> None:
    rewrite = "p.write_text(p.read_text().replace('iterations = 5', 'iterations = 500'))"
    shell = Shell.at(
        tmp_path,
        f"{MEND}\np = pathlib.Path('.looptui/loops/fix-tests.toml'); {rewrite}",
    )
    inside = shell.repo / ".looptui/loops/fix-tests.toml"
    inside.parent.mkdir(parents=True)
    inside.write_text(shell.loop.read_text())
    shell.git("add", "-A")
    shell.git("commit", "-q", "-m", "A loop")
    done = shell.run("run", "fix-tests", "--headless", "--trust")
    assert done.code == 14
    assert ".looptui/loops/fix-tests.toml" in done.err
    assert shell.status()["breakers"]["iterations"]["limit"] == 5
    assert shell.commits() == 2


def test_what_an_agent_prints_never_reaches_the_terminal(tmp_path: Path) -> None:
    spell = r"\x1b]0;own\x07\x1b[31m\x9b31m\x1b]52;c;aGk=\x07\u202e"
    shell = Shell.at(
        tmp_path, f"{RED}\nimport sys; sys.stdout.write('{spell}'); sys.exit('{spell}')"
    )
    done = shell.go("--plain")
    assert done.code in (10, 13)
    for words in (("show",), ("logs",), ("logs", "--maker", "1"), ("logs", "--prompt", "2")):
        told = shell.run(words[0], "fix-tests", *words[1:])
        assert "\u202e" not in told.out
        assert not any(0x7F <= ord(one) < 0xA0 for one in told.out)
