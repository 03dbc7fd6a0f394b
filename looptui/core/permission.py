"""What an agent may do: its requests, the rules of the loop over them, and what a person said.

The rules spare people questions; what holds an agent is the sandbox.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from looptui.core.protect import ALWAYS_DENIED, matches
from looptui.core.spec import Permissions

Kind = Literal["edit", "command", "read", "network", "tool"]
Word = Literal["once", "run", "deny"]
WORDS: tuple[Word, ...] = ("once", "run", "deny")
"""How a person answers: this one time, every time in this run, or not."""
LONGEST = 10_000
"""Characters of a command line; a longer one no rule decides."""
_MOST_PARTS = 50
_SEPARATORS = frozenset(("&&", "||", ";", "|", "&"))
_PUNCTUATION = frozenset("();<>|&")
_HIDING = ("`", "$(", "${", "\n")
"""What makes a command line run more than its words say."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something that an agent asks to do."""

    kind: Kind
    subject: str
    """A path (relative to the worktree, else absolute), a command line, a host, or a tool."""
    tool: str = ""
    """What the agent calls what it would use."""

    @property
    def scope(self) -> str:
        """Exactly what an answer for the whole run allows."""
        return {
            "edit": f"changes to {self.subject}",
            "command": f"the command {self.subject}",
            "read": f"reading {self.subject}",
            "network": f"reaching {self.subject}",
            "tool": f"the tool {self.subject}",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class Answer:
    word: Word
    reason: str = ""
    """The rule, or a person's words; told to an agent that is refused."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a request; `ask` where they say nothing."""

    word: Literal["allow", "deny", "ask"]
    rule: str = ""


def judge(permissions: Permissions, permits: Collection[str], request: Request) -> Verdict:
    """Denials first: no permit and no permission stands above them.

    `permits` are the scopes that a person allowed for the run.
    """
    denied = _denied(permissions, request)
    if denied and (permissions.on_denied != "ask" or matches(request.subject, ALWAYS_DENIED)):
        return Verdict("deny", denied)
    if request.scope in permits:
        return Verdict("allow", "allowed for this run")
    allowed = "" if denied else _allowed(permissions, request)
    return Verdict("allow", allowed) if allowed else Verdict("ask", denied)


def _denied(permissions: Permissions, request: Request) -> str:
    if request.kind == "network" and permissions.network == "none":
        return 'network = "none"'
    if request.kind != "edit":
        return ""
    if rule := matches(request.subject, permissions.deny):
        return f"deny {rule}"
    if request.subject.startswith("/"):
        return "outside the worktree"
    if not matches(request.subject, permissions.write):
        return f"outside write = {', '.join(permissions.write)}"
    return ""


def _allowed(permissions: Permissions, request: Request) -> str:
    if request.kind == "edit":
        return f"write {matches(request.subject, permissions.write)}"
    if request.kind == "read":
        return "" if request.subject.startswith("/") else "inside the worktree"
    if request.kind == "command":
        return _covered(request.subject, permissions.commands)
    return ""


def _covered(line: str, allowed: Sequence[str]) -> str:
    """The rule for a command line all of whose commands are allowed; `*` allows any."""
    if "*" in allowed:
        return "commands *"
    parts = _parts(line)
    rules = [_rule(part, allowed) for part in parts]
    return f"commands {', '.join(dict.fromkeys(rules))}" if rules and all(rules) else ""


def _rule(words: list[str], allowed: Sequence[str]) -> str:
    """The allowed command with which these words begin."""
    return next((one for one in allowed if words[: len(one.split())] == one.split()), "")


def _parts(line: str) -> list[list[str]]:
    """The commands of a line; none where it does more than these, or cannot be read."""
    if len(line) > LONGEST or any(sign in line for sign in _HIDING):
        return []
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = list(lexer)
    except ValueError:
        return []
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _SEPARATORS:
            parts.append([])
        elif _PUNCTUATION.issuperset(word):
            return []
        else:
            parts[-1].append(word)
    return parts if all(parts) and len(parts) <= _MOST_PARTS else []
