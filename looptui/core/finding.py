"""What a scan of a candidate found: facts about its change, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a change that may defeat what is to judge it, or that runs by itself."""

    rule: str
    """Its id in the table of the scan."""
    path: str
    line: int = 0
    """Of the new file, or of the old one for what is gone; 0 for the file as a whole."""
    reason: str = ""
    blocks: bool = True
    """Whether an approval has to acknowledge the rule by name, with a reason."""
    owasp: str = ""
    """Of the OWASP top ten for agentic applications, as `ASI05`."""

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


def rules_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The rules that an approval has to acknowledge, each once."""
    return tuple(dict.fromkeys(one.rule for one in findings if one.blocks))


def unanswered(findings: Iterable[Finding], acknowledged: Iterable[str], reason: str) -> str:
    """Why an approval that says this does not do, or nothing."""
    found, known = tuple(findings), frozenset(acknowledged)
    left = [rule for rule in rules_of(found) if rule not in known]
    if not rules_of(found) or (not left and reason.strip()):
        return ""
    first = next(one for one in found if one.blocks and (not left or one.rule == left[0]))
    flags = "".join(f" --acknowledge {rule}" for rule in rules_of(found))
    return f"{first.place}: {first.reason}; approve with -m REASON{flags}"
