"""Small projects with a fault, and the maker as the child process that it is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from looptui.repair.code import Code
from looptui.repair.job import ANSWER_PREFIX
from looptui.repair.kinds import Facts

PYTEST = (sys.executable, "-m", "pytest", "-q")


@dataclass(frozen=True)
class Made:
    """What one call of the maker came to."""

    answer: dict[str, Any]
    out: str

    @property
    def outcome(self) -> str:
        return str(self.answer["outcome"])


def repair(root: Path, **job: Any) -> Made:
    """Run the maker on the tree at `root`."""
    text = json.dumps({"test_argv": PYTEST, "seconds": 60, **job})
    argv = [sys.executable, "-P", "-m", "looptui.repair"]
    done = subprocess.run(argv, input=text, capture_output=True, text=True, cwd=root, timeout=100)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    last = done.stdout.splitlines()[-1]
    return Made(json.loads(last.removeprefix(ANSWER_PREFIX)), done.stdout)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def content(root: Path) -> dict[str, bytes]:
    """Every file of a tree."""
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def code(text: str, path: str = "app.py") -> Code:
    facts = Facts()
    made = Code(path, text.encode(), facts)
    facts.learn([made])
    return made
