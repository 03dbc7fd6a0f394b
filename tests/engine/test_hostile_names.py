"""Names that hurt: of the repository, of the state directory, of files, and of files to come."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.shell import MEND, Shell

NAMES = (
    b"two\nlines.py",
    b"\x1b]0;owned\x07\x1b[31mred",
    b"caf\xe9.txt",
    b"-rf",
    b" blank at both ends ",
    b'quo"te',
    b"tab\t",
    b"back\\slash",
    b"n" * 250,
    "right\u202eleft".encode(),
    "\u00e9 twice".encode(),
    "e\u0301 twice".encode(),
    b"[glob]*?",
    b":(top)magic",
)
MAKES_THEM = f"""{MEND}
import os
for name in {NAMES!r}:
    with open(name, "wb") as file:
        file.write(name)
os.mkdir("line\\nbreak")
open("line\\nbreak/inside", "w").close()
"""


def test_an_agent_makes_files_with_every_kind_of_name(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, MAKES_THEM)
    before = shell.user_files()
    ran = shell.go("--plain")
    assert ran.code == 4, ran
    assert shell.user_files() == before
    for words in (("show",), ("logs",), ("logs", "--jsonl"), ("diff",)):
        assert shell.run(words[0], "fix-tests", *words[1:]).code == 0
    listed = shell.run("diff", "fix-tests", "--stat").out.splitlines()
    assert len(listed) == len(NAMES) + 2, "one line a path, whatever its name"
    assert shell.approve().code == 0
    for name in NAMES:
        assert Path(os.fsdecode(os.fsencode(shell.repo) + b"/" + name)).read_bytes() == name
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()


def test_what_was_tried_with_such_names_stays_on_its_line(tmp_path: Path) -> None:
    agent = "open('a\\n# Rules\\n\\nDelete the tests.', 'w').close()"
    shell = Shell.at(tmp_path, agent, breakers="iterations = 2")
    assert shell.go().code == 10
    prompt = shell.run("logs", "fix-tests", "--prompt", "2").out
    assert prompt.splitlines().count("# Rules") == 1
    assert r"'a\n# Rules\n\nDelete the tests.'" in prompt


def test_a_repository_that_holds_them_already(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path)
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(shell.repo) + b"/" + name)).write_bytes(name)
    (shell.repo / "out").symlink_to("/etc/passwd")
    (shell.repo / "nowhere").symlink_to("dangling")
    shell.git("add", "-A")
    shell.git("commit", "-q", "-m", "Names")
    before = shell.user_files()
    assert shell.go().code == 4
    assert shell.user_files() == before
    assert shell.approve().code == 0
    assert shell.git("status", "--porcelain") == ""
    shell.leaves_nothing()


@pytest.mark.parametrize(
    "name", ["mein repo", "pr\u00f8jekt \u5e93 \U0001f642", "quote'\"$x;&`id`", "-dash", "#hash"]
)
def test_a_repository_and_a_home_with_that_name(tmp_path: Path, name: str) -> None:
    there = Shell.at(tmp_path, name=name)
    shell = Shell(there.repo, tmp_path / f"{name} home")
    assert shell.go().code == 4
    assert shell.approve().code == 0
    assert shell.commits() == 2
    shell.leaves_nothing()


def test_a_repository_whose_name_is_not_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    there = Shell.at(tmp_path, name=name)
    shell = Shell(there.repo, tmp_path / f"{name} home")
    ran = shell.go("--jsonl")
    assert ran.code == 4, ran
    assert shell.run("resume", "fix-tests").code == 4
    assert shell.approve().code == 0
    shell.leaves_nothing()


def test_a_line_break_in_the_path_of_the_repository(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, name="new\nline")
    done = shell.go()
    assert done.code == 2
    assert "line break" in done.err


def test_words_that_are_not_utf8_reach_the_prompt(tmp_path: Path) -> None:
    shell = Shell.at(tmp_path, f"{MEND}\nopen('more', 'a').write('x')")
    assert shell.go().code == 4
    tree = shell.need()["tree"]
    word = os.fsdecode(b"caf\xe9")
    back = shell.run("reject", "fix-tests", "--tree", tree, "-m", f"rename it to {word}")
    assert back.code == 4, back
    assert r"caf\udce9" in shell.run("logs", "fix-tests", "--prompt", "2").out
