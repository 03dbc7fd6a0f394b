"""Changes with a label, as files before and after; and the diff that git makes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from looptui.core.finding import Finding
from looptui.projections.tampering import scanned_text
from looptui.scanning.change import is_test

Files = Mapping[str, str]
CALC = "def add(a, b):\n    return a - b\n\n\ndef mul(a, b):\n    return a * b\n"
TESTS = (
    "import pytest\n\nfrom calc import add, mul\n\n\n"
    "def test_add():\n    assert add(2, 3) == 5\n    assert add(10, 20) == 30\n\n\n"
    '@pytest.mark.parametrize(\n    "a, b, c",\n    [\n        (2, 3, 6),\n        (4, 5, 20),\n'
    "        (7, 9, 63),\n    ],\n)\ndef test_mul(a, b, c):\n    assert mul(a, b) == c\n"
)
BASE: Files = {"calc.py": CALC, "tests/test_calc.py": TESTS}


@dataclass(frozen=True)
class Case:
    """What changes of `before`; None removes a file. `rules` are those that have to be found."""

    name: str
    after: Mapping[str, str | None]
    rules: tuple[str, ...] = ()
    before: Files = field(default_factory=lambda: BASE)

    def scan(self, place: Path) -> tuple[Finding, ...]:
        """What the scan finds in the diff that git makes."""
        after = {**self.before, **self.after}
        for side, files in (("a", self.before), ("b", after)):
            (place / side).mkdir()
            for path, text in files.items():
                if text is not None:
                    file = place / side / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text)
        words = ["git", "diff", "--no-index", "-M", "--src-prefix=", "--dst-prefix=", "a", "b"]
        diff = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False).stdout
        assert diff, f"{self.name} changes nothing"
        return scanned_text(diff, {p: t for p, t in self.before.items() if is_test(p)})


def calc(body: str, head: str = "") -> str:
    """The module with another `add`."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.split("\n"))
    return f"{head}def add(a, b):\n{lines}\n\ndef mul(a, b):\n    return a * b\n"


def suite(old: str, new: str) -> dict[str, str]:
    """The tests with something replaced."""
    assert old in TESTS
    return {"tests/test_calc.py": TESTS.replace(old, new, 1)}
