"""What is wrong in a TOML file: place, key, words and the line itself, as editors jump to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from looptui.errors import ConfigError
from looptui.text import redact, safe

Path = tuple[str | int, ...]
"""A place in a TOML document: keys, and indices of arrays (`("criteria", 0, "gate")`)."""

Severity = Literal["error", "warning"]
_WIDEST = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file."""

    file: str
    line: int
    """From 1; 0 for what is no file (an environment variable)."""
    key: str
    """`criteria[0].gate`; empty for the file as a whole."""
    message: str
    source: str = ""
    """The line, made plain; empty where no line of the file is to blame."""
    code: str = ""
    """`S001` and up for checks of sense, empty for the shape of the file."""
    severity: Severity = "error"

    def __str__(self) -> str:
        what = f"{self.key}: {self.message}" if self.key else self.message
        mark = "warning: " if self.severity == "warning" else ""
        code = f" [{self.code}]" if self.code else ""
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{place}: {mark}{what}{code}"
        return f"{head}\n{self.line:>8} | {self.source}" if self.source else head


class LoopFileErrors(ConfigError):
    """All that is wrong in a file, at once; `problems` holds errors and warnings by line."""

    def __init__(self, problems: Iterable[Problem], command: str = "looptui check") -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.line, one.key)))
        errors = sum(one.severity == "error" for one in self.problems)
        noun = "error" if errors == 1 else "errors"
        super().__init__(
            "\n".join(str(one) for one in self.problems),
            f"{errors} {noun}; mend the file, then run: {command} {self.problems[0].file}",
        )


def written(path: Sequence[str | int]) -> str:
    """A path the way people write it: `gates[1].argv`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """`, did you mean "gate"?` or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(options), n=1)
    return f', did you mean "{close[0]}"?' if close else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """`"a", "b" or "c"`."""
    quoted = [f'"{word}"' for word in words]
    return f" {last} ".join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else quoted[0]


def plain(text: str) -> str:
    """One line of `text` that no terminal obeys, without secrets, cut to a bearable width."""
    line = redact(text.replace("\t", " ")).replace("\n", "\u2424")
    return safe(line if len(line) <= _WIDEST else line[: _WIDEST - 3] + "...")
